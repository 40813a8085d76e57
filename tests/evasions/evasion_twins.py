"""Honest packages from real idioms, evaded like the samples: odd, but none of a reviewer's business."""

from __future__ import annotations

from evasion_kit import Package


def _wheel(files: dict[str, str]) -> Package:
    return Package(kind="wheel", files=tuple((path, text.lstrip("\n").encode()) for path, text in files.items()))


def _sdist(files: dict[str, str]) -> Package:
    return Package(kind="sdist", files=tuple((path, text.lstrip("\n").encode()) for path, text in files.items()))


TWINS: dict[str, Package] = {
    "plugin-loader": _wheel(
        {
            "acme/__init__.py": '''
"""Plugins of acme."""
import importlib
import pkgutil


def load_plugins(folder):
    found = {}
    for module in pkgutil.iter_modules([folder]):
        found[module.name] = importlib.import_module(f"acme_{module.name}")
    return found


def pick(name, default="plain"):
    return {"plain": str, "upper": str.upper}.get(name or default, str)
'''
        }
    ),
    "lazy-imports": _wheel(
        {
            "acme/__init__.py": '''
"""Loads heavy modules when they are first asked for."""
import importlib
import sys

_LAZY = {"frame": "acme.frame", "plot": "acme.plot"}


class Lazy:
    def __init__(self, name):
        self.name = name

    def load(self):
        module = importlib.import_module(_LAZY[self.name])
        sys.modules[self.name] = module
        return module


def lazy(name):
    return Lazy(name)
''',
            "acme/frame.py": "ROWS = 10\n",
            "acme/plot.py": "SIZE = 4\n",
        }
    ),
    "vendored-six": _wheel(
        {
            "acme/six.py": '''
"""Python 2 and 3 compatibility, in the manner of six."""
import operator
import sys

PY3 = sys.version_info[0] == 3
if PY3:
    string_types = (str,)

    def exec_code(code, scope):
        return getattr(__import__("builtins"), "exec")(code, scope)
else:
    string_types = (basestring,)


def reraise(kind, value, trace=None):
    if value.__traceback__ is not trace:
        raise value.with_traceback(trace)
    raise value


get_function = operator.attrgetter("__func__")
'''
        }
    ),
    "versioneer": _sdist(
        {
            "setup.py": """
import os
import re
import subprocess

from setuptools import setup


def version():
    try:
        out = subprocess.check_output(["git", "describe", "--tags", "--dirty"], stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        return "0+unknown"
    return re.sub("^v", "", out.decode().strip())


def readme():
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "README.md")) as file:
        return file.read()


setup(name="acme", version=version(), long_description=readme(), packages=["acme"])
"""
        }
    ),
    "version-file": _sdist(
        {
            "setup.py": """
import os
from setuptools import setup

about = {}
with open(os.path.join("acme", "_version.py")) as file:
    exec(file.read(), about)
setup(name="acme", version=about["__version__"], packages=["acme"])
"""
        }
    ),
    "cython-build": _sdist(
        {
            "setup.py": """
import os
import platform
import sys

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext


class Build(build_ext):
    def build_extension(self, extension):
        if sys.platform == "win32":
            extension.extra_compile_args = ["/O2"]
        elif platform.machine() == "x86_64":
            extension.extra_compile_args = ["-O3", "-msse4.2"]
        build_ext.build_extension(self, extension)


flags = os.environ.get("ACME_CFLAGS", "").split()
setup(
    name="acme",
    ext_modules=[Extension("acme._speed", ["src/speed.c"], extra_compile_args=flags)],
    cmdclass={"build_ext": Build},
)
"""
        }
    ),
    "crypto-library": _wheel(
        {
            "acme/box.py": '''
"""Encrypts what it is given."""
import base64
import hashlib
import hmac
import os

from cryptography.fernet import Fernet


def derive(password, salt):
    return base64.urlsafe_b64encode(hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 100000))


def seal(password, data):
    salt = os.urandom(16)
    return salt + Fernet(derive(password, salt)).encrypt(data)


def open_box(password, box):
    return Fernet(derive(password, box[:16])).decrypt(box[16:])


def check(key, data, tag):
    return hmac.compare_digest(hmac.new(key, data, "sha256").digest(), tag)
'''
        }
    ),
    "api-client": _wheel(
        {
            "acme/client.py": '''
"""Talks to the service with the user's own token."""
import os

import requests


class Client:
    def __init__(self, token=None, base="https://api.acme.invalid/v1"):
        self.token = token or os.environ.get("ACME_API_TOKEN")
        self.base = base
        self.session = requests.Session()

    def items(self, page=1):
        answer = self.session.get(
            f"{self.base}/items", params={"page": page}, headers={"Authorization": f"Bearer {self.token}"}, timeout=10
        )
        answer.raise_for_status()
        return answer.json()["items"]

    def add(self, name, size):
        body = {"name": name, "size": size}
        return self.session.post(f"{self.base}/items", json=body, headers={"Authorization": f"Bearer {self.token}"})
'''
        }
    ),
    "fake-keys": _wheel(
        {
            "acme/testing.py": '''
"""Fixtures with keys that open nothing."""
import json

FAKE_KEY = "AKIAIOSFODNN7EXAMPLE"
FAKE_SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
PRIVATE = "-----BEGIN RSA PRIVATE KEY-----\\nhello\\n-----END RSA PRIVATE KEY-----"


def credentials():
    return {"aws_access_key_id": FAKE_KEY, "aws_secret_access_key": FAKE_SECRET}


def write(path):
    path.write_text(json.dumps(credentials()))
'''
        }
    ),
    "security-scanner": _wheel(
        {
            "acme/scan.py": '''
"""Looks for bad words in source."""
import ast
import re

PATTERNS = {
    "reverse shell": re.compile(r"/bin/sh -i|bash -i >& /dev/tcp/"),
    "pipe": re.compile(r"curl [^|]+[|] *(ba)?sh"),
    "decoded": re.compile(r"exec[(]base64[.]b64decode"),
    "keys": re.compile(r"[.]ssh/id_rsa|[.]aws/credentials"),
}
CALLS = {"exec", "eval", "os.system", "subprocess.Popen", "pickle.loads"}


def scan(text):
    return [name for name, pattern in PATTERNS.items() if pattern.search(text)]


def calls(text):
    return [ast.unparse(node.func) for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
'''
        }
    ),
    "command-line": _wheel(
        {
            "acme/__main__.py": '''
"""Shows what a folder holds."""
import argparse
import os
import subprocess
import sys


def main(words=None):
    parser = argparse.ArgumentParser(prog="acme")
    parser.add_argument("folder", default=".")
    parser.add_argument("--open", action="store_true")
    chosen = parser.parse_args(words)
    for name in sorted(os.listdir(chosen.folder)):
        print(name)
    if chosen.open:
        subprocess.call(["xdg-open", chosen.folder])
    return 0


if __name__ == "__main__":
    sys.exit(main())
'''
        }
    ),
    "logging-setup": _wheel(
        {
            "acme/__init__.py": '''
"""Sets its own logger up."""
import logging
import os
import platform
import sys
import tempfile

__version__ = "1.0"
logger = logging.getLogger("acme")
level = os.environ.get("ACME_LOG", "WARNING")
logger.setLevel(level if level in ("DEBUG", "INFO", "WARNING") else "WARNING")
CACHE = os.path.join(tempfile.gettempdir(), "acme-cache")
logger.debug("acme %s on %s %s", __version__, platform.system(), sys.version_info)
'''
        }
    ),
}
