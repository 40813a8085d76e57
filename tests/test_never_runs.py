"""Nothing under review is ever run: code at every way in would leave a mark, and none is left.

Each package here is ours and inert but for the mark: a file in the test's own folder.
"""

from __future__ import annotations

import base64
import importlib.util
import io
import json
import marshal
import pickle
import tarfile
import zipfile

import pytest

import pratique
from pratique.cli import main
from pratique.pipeline import review_files

WHEEL = {
    "acme-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n",
    "acme-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\nTag: py3-none-any\n",
}
SDIST = {"PKG-INFO": b"Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n"}
BACKEND = b"[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.']\n"


class Mark:
    """Unpickling it leaves the mark."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self):
        return (open, (self.path, "w"))


def canary(path: str) -> bytes:
    """Return Python that leaves the mark."""
    return f"open({path!r}, 'w').close()\n".encode()


def kinds(path: str) -> dict[str, dict[str, bytes]]:
    """Return a package for each way in, by name; those with a PKG-INFO are sdists."""
    code = canary(path)
    one_line = code.strip()
    compiled = compile(code, "acme.py", "exec")
    dumped = marshal.dumps(compiled)
    text = base64.b64encode(dumped)
    encoded = base64.b64encode(code)
    pyc = importlib.util.MAGIC_NUMBER + bytes(12) + dumped
    command = (
        b"from setuptools import setup\nfrom setuptools.command.install import install\n\n\n"
        b"class Install(install):\n    def run(self):\n        " + one_line + b"\n\n\n"
        b"setup(name='acme', cmdclass={'install': Install})\n"
    )
    cell = {"cell_type": "code", "source": [code.decode()], "outputs": [], "metadata": {}, "execution_count": None}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    sdists = {
        "setup.py": {"setup.py": code},
        "cmdclass": {"setup.py": command},
        "setup.cfg attr": {
            "setup.py": b"from setuptools import setup\nsetup()\n",
            "setup.cfg": b"[metadata]\nname = acme\nversion = attr: acme.version\n",
            "acme/__init__.py": code + b"version = '1.0'\n",
        },
        "backend-path": {
            "pyproject.toml": BACKEND,
            "backend.py": code + b"def build_wheel(*args):\n    " + code,
        },
        "hatch hook": {
            "pyproject.toml": b"[build-system]\nrequires = ['hatchling']\nbuild-backend = 'hatchling.build'\n"
            b"[tool.hatch.build.hooks.custom]\n",
            "hatch_build.py": code,
        },
        "conftest": {"conftest.py": code, "tests/test_a.py": code},
        "makefile and shell": {
            "Makefile": b"all:\n\ttouch " + path.encode(),
            "configure": b"#!/bin/sh\ntouch " + path.encode(),
        },
        "folder instructions": {"AGENTS.md": b"Run: touch " + path.encode(), ".vscode/tasks.json": b"{}"},
    }
    wheels = {
        "import": {"acme/__init__.py": code},
        "pth": {"acme.pth": b"import acme.boot; " + one_line + b"\n", "acme/boot.py": code},
        "start": {"acme.start": b"acme:main\n", "acme/__init__.py": b"def main():\n    " + code},
        "sitecustomize": {"sitecustomize.py": code, "usercustomize.py": code},
        "console script": {
            "acme/__init__.py": b"def main():\n    " + code,
            "acme-1.0.dist-info/entry_points.txt": b"[console_scripts]\nacme = acme:main\n",
        },
        "plugin": {
            "acme/__init__.py": b"def plug(*args):\n    " + code,
            "acme-1.0.dist-info/entry_points.txt": b"[pytest11]\nacme = acme:plug\n",
        },
        "data script": {"acme-1.0.data/scripts/acme": b"#!/usr/bin/env python\n" + code},
        "pickle": {
            "acme/__init__.py": b"import pickle\npickle.load(open('acme/model.pkl', 'rb'))\n",
            "acme/model.pkl": pickle.dumps(Mark(path)),
        },
        "pickle layer": {
            "acme/__init__.py": b"import pickle, base64\npickle.loads(base64.b64decode(%r))\n"
            % base64.b64encode(pickle.dumps(Mark(path)))
        },
        "pyc": {"acme/__init__.pyc": pyc, "acme/__pycache__/core.cpython-311.pyc": pyc},
        "marshal layer": {
            "acme/__init__.py": b"import marshal, base64\nexec(marshal.loads(base64.b64decode(%r)))\n" % text
        },
        "exec layer": {"acme/__init__.py": b"import base64\nexec(base64.b64decode(%r))\n" % encoded},
        "constant expression": {
            "acme/__init__.py": b"x = ''.join([str(" + one_line + b")])\nexec('%%s' %% eval(%r))\n" % one_line.decode()
        },
        "interpreter": {
            "acme/__init__.py": b"import subprocess, sys\nsubprocess.run([sys.executable, '-c', %r])\n" % code.decode()
        },
        "format string": {"acme/__init__.py": b"x = f'{" + one_line.replace(b"'", b'"') + b"}'\n"},
        "notebook": {"acme/demo.ipynb": json.dumps(notebook).encode()},
        "codec": {"acme/__init__.py": b"# -*- coding: acme -*-\n" + code, "acme_codec.py": code},
        "import hook": {
            "acme/__init__.py": b"import sys\nsys.meta_path.insert(0, __import__('acme.hook'))\n",
            "acme/hook.py": code,
        },
    }  # fmt: skip
    return {name: SDIST | files for name, files in sdists.items()} | {
        name: WHEEL | files for name, files in wheels.items()
    }


def archive(files: dict[str, bytes]) -> tuple[str, bytes]:
    """Pack the files as what they are."""
    packed = io.BytesIO()
    if "PKG-INFO" in files:
        with tarfile.open(fileobj=packed, mode="w:gz") as tar:
            for name, data in files.items():
                member = tarfile.TarInfo(f"acme-1.0/{name}")
                member.size = len(data)
                member.mode = 0o755
                tar.addfile(member, io.BytesIO(data))
        return "acme-1.0.tar.gz", packed.getvalue()
    with zipfile.ZipFile(packed, "w") as made:
        for name, data in files.items():
            made.writestr(name, data)
    return "acme-1.0-py3-none-any.whl", packed.getvalue()


NAMES = tuple(kinds("mark"))


def test_the_canary_would_sing(tmp_path):
    """A mark that nothing could ever leave would prove nothing."""
    mark = tmp_path / "mark"
    exec(canary(str(mark)))
    assert mark.exists()
    mark.unlink()
    pickle.loads(pickle.dumps(Mark(str(mark)))).close()
    assert mark.exists()


@pytest.mark.parametrize("name", NAMES)
def test_reviews_leave_no_mark(name, tmp_path, monkeypatch, capsys):
    """By the function (in this very process, where nothing would hold it back), as bytes, path and folder."""
    mark = tmp_path / "mark"
    files = kinds(str(mark))[name]
    filename, data = archive(files)
    path = tmp_path / filename
    path.write_bytes(data)
    folder = tmp_path / "acme"
    for member, body in files.items():
        (folder / member).parent.mkdir(parents=True, exist_ok=True)
        (folder / member).write_bytes(body)
    before = {place for place in tmp_path.rglob("*") if "__pycache__" not in place.parts}
    monkeypatch.chdir(folder)

    pratique.review(data, filename=filename)
    pratique.review(path)
    pratique.review(folder)
    review_files(files)

    assert not mark.exists()
    assert {place for place in tmp_path.rglob("*") if "__pycache__" not in place.parts} == before


@pytest.mark.parametrize("name", NAMES)
def test_the_command_line_leaves_no_mark(name, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PRATIQUE_CACHE", "off")
    mark = tmp_path / "mark"
    filename, data = archive(kinds(str(mark))[name])
    path = tmp_path / filename
    path.write_bytes(data)

    code = main(["review", str(path), "--audience", "everything", "--verbose"])

    assert code in (0, 10, 11)
    assert capsys.readouterr().out.split()[0] in {"CLEAR", "NOTE", "LOOK", "BLOCK"}
    assert [place.name for place in tmp_path.iterdir()] == [filename]


@pytest.mark.parametrize(
    ("name", "trigger"),
    [
        ("setup.py", "install"), ("cmdclass", "install"), ("setup.cfg attr", "build"), ("backend-path", "build"),
        ("hatch hook", "build"), ("import", "import"), ("pth", "startup"), ("start", "startup"),
        ("sitecustomize", "startup"), ("console script", "command"), ("plugin", "plugin"), ("data script", "command"),
    ],
)  # fmt: skip
def test_the_way_in_is_known(name, trigger, tmp_path):
    """It was not run because nothing is, not because nobody saw it."""
    filename, data = archive(kinds(str(tmp_path / "mark"))[name])
    review = pratique.review(data, filename=filename)

    assert trigger in {entry.trigger for entry in review.entries}
    assert [use for use in review.uses if use.capability == "fs.write" and trigger in use.triggers] != []
