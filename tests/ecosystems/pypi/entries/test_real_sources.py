"""setup.py as people and attackers write it, read by the real front end: the same method is found each time."""

from __future__ import annotations

import pytest

from pratique.languages.python import FRONT_END

from .building import sdist, ways

HEAD = """
import setuptools
from setuptools import setup
from setuptools.command.install import install

class Post(object):
    def run(self):
        print("hello")
"""
METHOD = ("install", "setup.py", "Post.run")
SCRIPTS = {
    "plain": "setup(name='acme', cmdclass={'install': Post})",
    "dict call": "setup(cmdclass=dict(install=Post))",
    "variable": "commands = {'install': Post}\nsetup(cmdclass=commands)",
    "item": "commands = {}\ncommands['install'] = Post\nsetup(cmdclass=commands)",
    "update": "commands = {}\ncommands.update({'install': Post})\nsetup(cmdclass=commands)",
    "keywords": "config = {'name': 'acme', 'cmdclass': {'install': Post}}\nsetup(**config)",
    "keyword item": "config = dict(name='acme')\nconfig['cmdclass'] = {'install': Post}\nsetup(**config)",
    "in a function": "def main():\n    commands = {'install': Post}\n    setup(cmdclass=commands)\nmain()",
    "item in a function": "def main():\n    c = {}\n    c['install'] = Post\n    setup(cmdclass=c)\nmain()",
    "returned": "def commands():\n    return {'install': Post}\nsetup(cmdclass=commands())",
    "alias": "Other = Post\nrun = setuptools.setup\nrun(cmdclass={'install': Other})",
    "branch": "import sys\nif sys.argv[1:]:\n    c = {'install': Post}\nelse:\n    c = {}\nsetup(cmdclass=c)",
    "merged": "setup(cmdclass={**{}, **{'install': Post}})",
    "or": "setup(cmdclass={} or {'install': Post})",
    "partial": "import functools\nsetup(cmdclass={'install': functools.partial(Post)})",
    "distribution": "class Dist(setuptools.Distribution, Post):\n    pass\nsetup(distclass=Dist)",
    "subclass nobody hands over": "class Mine(Post, install):\n    pass\nsetup(name='acme')",
    "patch": "setuptools.command.install.install.run = Post.run\nsetup()",
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS.keys())
def test_the_method_is_found(script):
    text = HEAD + script

    found = sdist({"setup.py": text, "acme.py": ""}, {"setup.py": FRONT_END.read(text.encode())})

    assert METHOD in ways(found, "install")


def test_a_class_built_by_type():
    text = HEAD + "def go(self):\n    print('hello')\nsetup(cmdclass={'install': type('X', (install,), {'run': go})})"

    found = sdist({"setup.py": text}, {"setup.py": FRONT_END.read(text.encode())})

    assert ("install", "setup.py", "go") in ways(found)


def test_a_command_among_the_sub_commands_of_another_runs_with_it():
    text = HEAD + "from setuptools.command.build import build\nbuild.sub_commands.append(('x', None))\n"
    text += "class X(install):\n    def run(self): pass\nsetup(cmdclass={'x': X})"

    found = sdist({"setup.py": text}, {"setup.py": FRONT_END.read(text.encode())})

    assert ("install", "setup.py", "X.run") in ways(found)


def test_setup_called_by_an_imported_module():
    helper = HEAD + "def main():\n    setup(name='acme', cmdclass={'install': Post})\n"
    files = {"setup.py": "from tools.build import main\nmain()\n", "tools/__init__.py": "", "tools/build.py": helper}

    found = sdist(files, {path: FRONT_END.read(text.encode()) for path, text in files.items()})

    assert ("install", "tools/build.py", "Post.run") in ways(found)


def test_a_class_that_nothing_uses_is_no_entry():
    text = HEAD + "setup(name='acme')"

    assert ways(sdist({"setup.py": text}, {"setup.py": FRONT_END.read(text.encode())})) == {("install", "setup.py", "")}
