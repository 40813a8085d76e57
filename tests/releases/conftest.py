"""A registry in memory: releases of one project, their files made on the spot."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass, field

import pytest

from pratique.ecosystems.pypi import PyPI
from pratique.ecosystems.pypi.filenames import describe, parse
from pratique.ecosystems.pypi.page import Listed, Page
from pratique.ecosystems.pypi.release import releases
from pratique.errors import TargetNotFound


def wheel(version: str, files: dict[str, bytes], name: str = "acme", requires: tuple[str, ...] = ()) -> bytes:
    packed = io.BytesIO()
    wanted = "".join(f"Requires-Dist: {line}\n" for line in requires)
    meta = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{wanted}".encode()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, data in {**files, f"{name}-{version}.dist-info/METADATA": meta}.items():
            archive.writestr(zipfile.ZipInfo(path), data)
    return packed.getvalue()


@dataclass
class Registry:
    """An ecosystem whose index is this table."""

    files: dict[str, bytes] = field(default_factory=dict)
    times: dict[str, str] = field(default_factory=dict)
    provenance: set[str] = field(default_factory=set)
    fetched: list[str] = field(default_factory=list)
    record: tuple[str, ...] | None = None
    """Requirements that the index tells itself."""
    served: dict[str, str] = field(default_factory=dict)
    """SHA-256 of the METADATA that is served beside a file."""
    publishers: dict[str, str] = field(default_factory=dict)
    name: str = "pypi"

    def requires(self, package):
        return self.record

    def publisher(self, artifact):
        return self.publishers.get(artifact.filename, "")

    def add(
        self,
        version: str,
        files: dict[str, bytes],
        at: str = "",
        *,
        attested: bool = False,
        name: str = "acme",
        requires: tuple[str, ...] = (),
        tag: str = "any",
    ) -> str:
        filename = f"{name}-{version}-py3-none-{tag}.whl"
        self.files[filename] = wheel(version, files, name, requires)
        self.times[filename] = at
        if attested:
            self.provenance.add(filename)
        return filename

    def releases(self, name: str):
        listed = tuple(
            Listed(
                filename=one,
                url=f"https://files.invalid/{one}",
                sha256=hashlib.sha256(data).hexdigest(),
                size=len(data),
                uploaded_at=self.times[one],
                provenance_url="https://files.invalid/p" if one in self.provenance else "",
                metadata_sha256=self.served.get(one, ""),
            )
            for one, data in self.files.items()
            if parse(one)[0] == name
        )
        if not listed:
            raise TargetNotFound(f"there is no project {name} on the index")
        return releases(name, Page(files=listed))

    def release(self, target):
        return next(one for one in self.releases(target.name) if target.version in ("", one.package.version))

    def fetch(self, artifact, budget=None):
        self.fetched.append(artifact.filename)
        return self.files[artifact.filename]

    def describe(self, filename, data):
        return describe(filename, data)

    def parse(self, words, only=""):
        return PyPI().parse(words, only)

    def requirements(self, path, only=""):
        return PyPI().requirements(path, only)


@pytest.fixture
def registry() -> Registry:
    return Registry()
