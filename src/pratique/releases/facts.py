"""What the registry knows of a release beside its bytes: context for rules, never an accusation of its own.

Ages are told in classes and counted up to the upload, not up to today, so that a review stays what it is.
"""

from __future__ import annotations

from collections.abc import Iterator

from packaging.version import InvalidVersion, Version

from pratique.compare.siblings import INDEX_DEPENDENCY, INDEX_METADATA, TOLD
from pratique.ecosystems import Ecosystem
from pratique.model import Artifact, Release
from pratique.releases.dates import days, moment, uploaded

YOUNG_DAYS = 30
LATE_DAYS = 14
"""An index takes new files of a release for that long; one that comes later is odd."""
Facts = tuple[tuple[str, str], ...]


def facts(
    artifact: Artifact, new: Release, known: tuple[Release, ...], base: Release | None, told: Facts = ()
) -> Facts:
    """Return the registry's facts about one file of `new`; `known` are all releases of the project.

    Keys: `project-age`, `releases`, `attestation`, `late-file`, `version-jump`, `status`, `yanked`; and `told`, what
    had to be asked for: see `asked` and `publishers`.
    """
    found = (*_ages(artifact, new, known), *_provenance(artifact, base), *_versions(new, known), *_states(new))
    served = ((INDEX_METADATA, artifact.metadata_sha256),) if artifact.metadata_sha256 else ()
    return (*found, *served, *told)


def asked(ecosystem: Ecosystem, new: Release) -> Facts:
    """Return the requirements that the registry itself tells of a release, as `compare.siblings` takes them.

    A record without any says nothing: it may come from an sdist of a time when those named none.
    """
    lines = ecosystem.requires(new.package)
    if lines is None:
        return ()
    return ((TOLD, "yes"), *((INDEX_DEPENDENCY, line) for line in lines))


def publishers(ecosystem: Ecosystem, artifact: Artifact, before: Artifact | None) -> Facts:
    """Return the key `publisher`: `kept`, or from whom to whom it changed; only where both files are attested."""
    if before is None or not (artifact.provenance_url and before.provenance_url):
        return ()
    old, now = ecosystem.publisher(before), ecosystem.publisher(artifact)
    if not (old and now):
        return ()
    return (("publisher", "kept" if old == now else f"changed: {old} → {now}"),)


def _ages(artifact: Artifact, new: Release, known: tuple[Release, ...]) -> Iterator[tuple[str, str]]:
    at, first = moment(artifact.uploaded_at), uploaded(new)
    times = [time for one in known if (time := uploaded(one))]
    if at and times:
        young = days(min(times), at) < YOUNG_DAYS
        yield "project-age", "young" if young else "grown"
    if at and first and days(first, at) > LATE_DAYS:
        yield "late-file", f"{days(first, at)} days after the release's first file"
    yield "releases", "one" if len(known) <= 1 else "few" if len(known) < 5 else "many"


def _provenance(artifact: Artifact, base: Release | None) -> Iterator[tuple[str, str]]:
    """Tell what became of attestations (PEP 740): whether the index names a provenance, not whether it verifies."""
    if base is None or not any(file.url for file in base.artifacts):
        return
    before = [bool(file.provenance_url) for file in base.artifacts if file.kind == artifact.kind]
    if before:
        now = bool(artifact.provenance_url)
        yield "attestation", ("kept" if now else "lost") if all(before) else "gained" if now else "none"


def _versions(new: Release, known: tuple[Release, ...]) -> Iterator[tuple[str, str]]:
    """Tell of a first number that jumps by more than ten, unless years are counted."""
    try:
        version = Version(new.package.version)
    except InvalidVersion:
        return
    majors = [other.major for one in known if (other := _read(one)) and other < version]
    if majors and version.major - max(majors) > 10 and not 1990 < version.major < 2100:
        yield "version-jump", f"{max(majors)} → {version.major}"


def _read(release: Release) -> Version | None:
    try:
        return Version(release.package.version)
    except InvalidVersion:
        return None


def _states(new: Release) -> Iterator[tuple[str, str]]:
    if new.status != "active":
        yield "status", new.status
    if all(file.yanked for file in new.artifacts):
        yield "yanked", "yes"
