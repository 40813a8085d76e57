"""Benign sdists: built in memory from the Python of benign wheels, so that the format of an archive is no shortcut."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
import zipfile
from collections.abc import Iterable

import msgspec

from pratique.evaluate.corpora import Source

MOST = 64 << 20
"""Bytes of files that go into one."""
_SETUP = """\
from setuptools import find_packages, setup

setup(
    name={name!r},
    version={version!r},
    packages=find_packages(),
    include_package_data=True,
    python_requires=">=3.8",
)
"""


def sdists(wheels: Iterable[Source], number: int) -> tuple[Source, ...]:
    """Return so many sdists, of the wheels with the least Python, one of each project."""
    first: dict[str, Source] = {}
    for one in sorted(wheels, key=lambda one: (one.item.py_bytes, one.item.sha256)):
        if one.item.py_bytes:
            first.setdefault(one.project, one)
    return tuple(_sdist(one) for one in list(first.values())[:number])


def _sdist(wheel: Source) -> Source:
    """Return the sdist of one wheel; its key is derived from the wheel's, for its bytes are made when they are read."""
    key = hashlib.sha256(f"sdist of {wheel.item.sha256}".encode()).hexdigest()
    name, version = wheel.item.name.split("-")[:2]

    def read() -> tuple[str, bytes]:
        _, data = wheel.read()
        return f"{name}-{version}.tar.gz", packed(data, name, version)

    item = msgspec.structs.replace(wheel.item, sha256=key, name=f"{name}-{version}.tar.gz")
    return Source(item=item, read=read, project=wheel.project)


def packed(wheel: bytes, name: str, version: str) -> bytes:
    """Pack a wheel's files as setuptools would: sources, a setup.py and the metadata; the same bytes every time."""
    out, top = io.BytesIO(), f"{name}-{version}"
    with (
        zipfile.ZipFile(io.BytesIO(wheel)) as archive,
        gzip.GzipFile(fileobj=out, mode="wb", mtime=0) as packed_out,
        tarfile.open(fileobj=packed_out, mode="w") as sdist,
    ):
        left = MOST
        for info in archive.infolist():
            folder = info.filename.split("/", 1)[0]
            if info.is_dir() or folder.endswith((".dist-info", ".data")) or info.file_size > left:
                continue
            left -= info.file_size
            _add(sdist, f"{top}/{info.filename}", archive.read(info))
        metadata = next((one for one in archive.namelist() if one.endswith(".dist-info/METADATA")), "")
        _add(sdist, f"{top}/PKG-INFO", archive.read(metadata) if metadata else b"")
        _add(sdist, f"{top}/setup.py", _SETUP.format(name=name, version=version).encode())
    return out.getvalue()


def _add(sdist: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(data)
    sdist.addfile(member, io.BytesIO(data))
