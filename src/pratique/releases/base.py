"""Which earlier release a new one is compared with.

The base is the newest release before it that has stood for 14 days: a project taken over today may have put out several
poisoned releases since, and the second must not be measured by the first. Where an index gives no upload times, the
order of versions decides, and the review says so.
"""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
from packaging.utils import canonicalize_version
from packaging.version import InvalidVersion, Version

from pratique.compare.standing import STOOD_DAYS
from pratique.model import Artifact, Release
from pratique.releases.dates import days, uploaded

MATURE_DAYS = 14
"""How long a release must have stood to be a base; registries take most malware down within days."""
_YEAR = 365
_TRIED = 3
"""Candidates that are read until one has no open `look`."""


class Bases(msgspec.Struct, frozen=True, kw_only=True):
    """Earlier releases of a project, as bases for one of its releases."""

    candidates: tuple[tuple[Release, str], ...] = ()
    """In the order in which they are to be tried, each with why, in words."""
    predecessor: Release | None = None
    elder: Release | None = None
    """The newest one that had stood for so long that what it does is no news."""
    year_old: Release | None = None
    """About a year older than the release."""


def find(known: tuple[Release, ...], new: Release, now: datetime | None = None) -> Bases:
    """Choose from all releases of a project (`known`, any order) the ones that `new` may be compared with.

    `now` stands for the upload time of `new` where the index does not give it (a file on disk, say).
    """
    version = _version(new)
    earlier = sorted((one for one in known if _before(one, version)), key=_order, reverse=True)
    if not earlier:
        return Bases()
    if not any(uploaded(one) for one in earlier):
        why = "the version before it; the index gives no upload times"
        return Bases(candidates=tuple((one, why) for one in earlier[:_TRIED]), predecessor=earlier[0])
    at = uploaded(new) or now or datetime.now(UTC)
    stood = [(one, age) for one in earlier if (age := _age(one, at)) >= MATURE_DAYS]
    fresh = [(one, f"no earlier release has stood for {MATURE_DAYS} days") for one in earlier]
    mature = [(one, f"the newest version before it that had stood for {age} days") for one, age in stood]
    old = min(stood, key=lambda pair: abs(pair[1] - _YEAR), default=(None, 0))[0]
    elder = next((one for one, age in stood if age > STOOD_DAYS), None)
    candidates = tuple((mature or fresh)[:_TRIED])
    return Bases(candidates=candidates, predecessor=earlier[0], elder=elder, year_old=old)


def _before(other: Release, version: Version | None) -> bool:
    """Tell whether `other` is an earlier version that an installer would take before `version` came."""
    its = _version(other)
    if its is None or version is None or its >= version or all(file.yanked for file in other.artifacts):
        return False
    return version.is_prerelease or not its.is_prerelease


def _version(release: Release) -> Version | None:
    try:
        return Version(release.package.version)
    except InvalidVersion:
        return None


def same_version(release: Release, version: str) -> bool:
    """Tell whether a release has this version, however it is written."""
    return bool(version) and canonicalize_version(release.package.version) == canonicalize_version(version)


def _order(release: Release) -> Version:
    return _version(release) or Version("0")


def _age(release: Release, at: datetime) -> int:
    time = uploaded(release)
    return days(time, at) if time else 0


def counterpart(artifact: Artifact, release: Release) -> Artifact | None:
    """Return the file of an earlier release that corresponds to `artifact`: an sdist to an sdist, a wheel to a wheel.

    Of several wheels, the one whose tags have most in common; None where the release has no file of the kind.
    """
    pool = [file for file in release.artifacts if file.kind == artifact.kind]
    wanted = _tags(artifact.filename)
    return max(pool, key=lambda file: (_common(wanted, _tags(file.filename)), file.filename), default=None)


def _tags(filename: str) -> tuple[str, ...]:
    """Return Python, ABI and platform tag of a wheel's name."""
    return tuple(filename.removesuffix(".whl").split("-")[-3:]) if filename.endswith(".whl") else ()


def _common(wanted: tuple[str, ...], tags: tuple[str, ...]) -> tuple[int, int]:
    """Return how many tags are the same, and how far the platform's name is."""
    if not wanted or not tags:
        return 0, 0
    same = sum(one == other for one, other in zip(wanted, tags, strict=True))
    mine, theirs = wanted[-1].partition("_")[0], tags[-1].partition("_")[0]
    return int(mine[:5] == theirs[:5]), same
