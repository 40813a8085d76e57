"""What the name of a distribution file says: project, version, kind. Names are data and may say nothing."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from pratique.model import Artifact, Package

if TYPE_CHECKING:
    from pratique.model import ArtifactKind

KINDS: tuple[tuple[str, ArtifactKind], ...] = (
    (".whl", "wheel"),
    (".egg", "egg"),
    *((suffix, "sdist") for suffix in (".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst", ".tar")),
    *((suffix, "sdist") for suffix in (".tar.lz", ".tar.lzma", ".tar.z", ".zip")),
    *((suffix, "zip") for suffix in (".exe", ".msi", ".rpm", ".deb", ".dmg")),
)
"""Suffixes of distribution files. `zip` stands for the installers of long ago, which no index takes today."""

LONGEST = 512
"""Characters of a name that is looked into; file systems allow 255 bytes."""


def suffix_of(filename: str) -> str:
    """Return the distribution suffix of `filename` in lower case, or ""."""
    lowered = filename.lower()
    return next((suffix for suffix, _ in KINDS if lowered.endswith(suffix)), "")


def kind_of(filename: str) -> ArtifactKind:
    """Return the kind that the suffix says; an unknown suffix is a `zip`, to be recognised by its bytes."""
    return dict(KINDS).get(suffix_of(filename), "zip")


def parse(filename: str, project: str = "") -> tuple[str, str]:
    """Return the (canonical name, version) that `filename` says; "" for what it does not say.

    `project` is the canonical name the index files it under: it decides where the name ends. A version that PEP 440
    does not know is returned as it stands.
    """
    if len(filename) > LONGEST:
        return "", ""
    try:
        name, version = parse_wheel_filename(filename)[:2] if kind_of(filename) == "wheel" else _sdist(filename)
        if not project or name == project:
            return name, str(version)
    except (InvalidWheelFilename, InvalidSdistFilename, InvalidVersion):
        pass  # old, odd or hostile: look at the text itself
    stem = filename[: len(filename) - len(suffix_of(filename))]
    name, rest = _split(stem, project)
    if suffix_of(filename) == ".rpm":
        rest = rest.rpartition("-")[0] or rest  # "-1.noarch" counts builds of the rpm
    return name, _leading_version(rest) or rest


def describe(filename: str, data: bytes) -> Artifact:
    """Return the artifact that a file outside any index is."""
    name, version = parse(filename)
    return Artifact(
        package=Package(ecosystem="pypi", name=name, version=version),
        filename=filename,
        kind=kind_of(filename),
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
    )


def _sdist(filename: str) -> tuple[str, Version]:
    if not filename.endswith((".tar.gz", ".zip")):
        raise InvalidSdistFilename(filename)
    return parse_sdist_filename(filename)


def _split(stem: str, project: str) -> tuple[str, str]:
    """Return name and rest: at the dash that ends `project`, else at the first dash before a digit."""
    dashes = [at for at, char in enumerate(stem) if char == "-"]
    for at in dashes:
        if canonicalize_name(stem[:at]) == project if project else stem[at + 1 : at + 2].isdigit():
            return canonicalize_name(stem[:at]), stem[at + 1 :]
    return ("", "") if project else (canonicalize_name(stem), "")


def _leading_version(text: str) -> str:
    """Return the longest part of `text` that is a version and ends before a separator: `1.0-py2.7` is 1.0."""
    ends = [len(text), *(at for at in range(len(text) - 1, 0, -1) if text[at] in "-._")]
    for end in ends[:64]:
        try:
            return str(Version(text[:end]))
        except InvalidVersion:
            continue
    return ""
