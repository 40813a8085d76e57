"""The JSON form of the Simple API: PEP 691 with 700 (versions, sizes), 708, 714, 740 and 792 (status)."""

from __future__ import annotations

import msgspec

from pratique.ecosystems.pypi.page import Listed, Page, absolute, check_version, sha256_of
from pratique.errors import RegistryError


class _Meta(msgspec.Struct, rename="kebab"):
    api_version: str = "1.0"
    last_serial: int | str = msgspec.field(default=0, name="_last-serial")


class _Status(msgspec.Struct):
    status: str = "active"
    reason: str | None = None


class _File(msgspec.Struct, rename="kebab"):
    filename: str
    url: str
    hashes: dict[str, str]
    size: int | None = None
    upload_time: str | None = None
    yanked: bool | str = False
    core_metadata: bool | dict[str, str] | None = None
    dist_info_metadata: bool | dict[str, str] | None = None
    """The name of `core-metadata` before PEP 714."""
    provenance: str | None = None


class _Project(msgspec.Struct, rename="kebab"):
    files: list[_File]
    meta: _Meta
    versions: list[str] = []
    project_status: _Status | None = None
    alternate_locations: list[str] = []


def parse(body: bytes, place: str) -> Page:
    """Return the page in `body`, which came from the address `place`. Raises `RegistryError` for anything else."""
    try:
        project = msgspec.json.decode(body, type=_Project)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RegistryError(f"{place} does not answer as the Simple API does: {error}") from error
    check_version(project.meta.api_version, place)
    status = project.project_status or _Status()
    return Page(
        files=tuple(_listed(file, place) for file in project.files),
        versions=tuple(project.versions),
        status=status.status,
        reason=status.reason or "",
        elsewhere=tuple(project.alternate_locations),
        serial=_number(project.meta.last_serial),
    )


def _listed(file: _File, place: str) -> Listed:
    sha256 = sha256_of(file.hashes.get("sha256", ""))
    return Listed(
        filename=file.filename,
        url=absolute(place, file.url),
        sha256=sha256,
        weaker=tuple(sorted(name for name in file.hashes if name != "sha256")),
        size=max(0, file.size or 0),
        uploaded_at=file.upload_time or "",
        yanked=file.yanked is not False,
        yanked_reason=file.yanked if isinstance(file.yanked, str) else "",
        metadata_sha256=_metadata_sum(file.core_metadata or file.dist_info_metadata),
        provenance_url=absolute(place, file.provenance) if file.provenance else "",
    )


def _metadata_sum(said: bool | dict[str, str] | None) -> str:
    return sha256_of(said.get("sha256", "")) if isinstance(said, dict) else ""


def _number(serial: int | str) -> int:
    """Return a serial; some mirrors give it as text, and one that is no number counts as none."""
    return int(serial) if isinstance(serial, int) or serial.isdecimal() else 0
