"""When releases were uploaded, as far as an index says so."""

from __future__ import annotations

from datetime import UTC, datetime

from pratique.model import Release


def uploaded(release: Release) -> datetime | None:
    """Return when the first file of a release came; None where the index gives no times (PEP 700 is optional)."""
    return min((time for file in release.artifacts if (time := moment(file.uploaded_at))), default=None)


def moment(text: str) -> datetime | None:
    """Read an RFC 3339 time; None for anything else."""
    try:
        read = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return read.replace(tzinfo=UTC) if read and read.tzinfo is None else read


def days(earlier: datetime, later: datetime) -> int:
    """Return the whole days between two moments."""
    return (later - earlier).days
