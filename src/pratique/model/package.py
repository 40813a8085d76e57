"""What a registry serves: projects, releases and their files."""

from __future__ import annotations

from typing import Literal

import msgspec

ArtifactKind = Literal["sdist", "wheel", "egg", "zip", "folder", "npm"]


class Package(msgspec.Struct, frozen=True, kw_only=True):
    """One version of one project, by its package URL."""

    ecosystem: str
    name: str
    """Canonical name (PEP 503 for PyPI)."""
    version: str = ""

    @property
    def purl(self) -> str:
        """The package URL, e.g. `pkg:pypi/requests@2.32.3`."""
        from packageurl import PackageURL

        return PackageURL(self.ecosystem, None, self.name, self.version or None).to_string()


class Artifact(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a release, as the index describes it or as it was found on disk."""

    package: Package
    filename: str
    kind: ArtifactKind
    sha256: str = ""
    size: int = 0
    """Bytes of the container."""
    uploaded_at: str = ""
    """RFC 3339, or empty where the index does not say."""
    url: str = ""
    yanked: bool = False
    provenance_url: str = ""
    metadata_sha256: str = ""
    """Of the METADATA that the index serves beside a wheel, for installers to read alone; "" where it says none."""


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """All files of one version, and what the index knows about it."""

    package: Package
    artifacts: tuple[Artifact, ...] = ()
    status: str = "active"
    """PEP 792 project status: active, archived, quarantined or deprecated."""


EventKind = Literal[
    "upload", "new-project", "new-release", "remove-file", "remove-release", "remove-project", "yank", "unyank",
    "quarantine-project", "quarantine-release", "clear-project", "clear-release", "owners", "other",
]  # fmt: skip


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a registry's journal."""

    ecosystem: str
    cursor: int
    """The registry's serial number."""
    kind: EventKind
    name: str
    """Canonical name of the project."""
    version: str = ""
    filename: str = ""
    action: str = ""
    """In the registry's own words."""
    at: float = 0.0
    """Seconds since 1970, UTC."""
