"""Which files a name, a version or a range means."""

from __future__ import annotations

from difflib import get_close_matches

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name, canonicalize_version
from packaging.version import InvalidVersion, Version

from pratique.ecosystems import Target
from pratique.ecosystems.pypi import filenames
from pratique.ecosystems.pypi.page import Listed, Page
from pratique.errors import NothingToReview, TargetNotFound
from pratique.model import Artifact, Package, Release

KINDS_ASKED = frozenset({"sdist", "wheel"})


def releases(project: str, page: Page) -> tuple[Release, ...]:
    """Return every release on the page, the newest first.

    No file is lost: one whose version PEP 440 does not know is in a release of that text, one that names another
    project or no version in a release with the version "". Both kinds come last.
    """
    files: dict[str, list[Artifact]] = {}
    for listed in page.files:
        name, version = filenames.parse(listed.filename, project)
        version = version if name == project else ""
        files.setdefault(canonicalize_version(version), []).append(_artifact(project, version, listed))
    ordered = sorted(files.values(), key=lambda group: _order(group[0].package.version), reverse=True)
    return tuple(
        Release(package=group[0].package, artifacts=tuple(sorted(group, key=_place)), status=page.status)
        for group in ordered
    )


def choose(target: Target, page: Page) -> Release:
    """Return the release that `target` means, with the files it asks for.

    Without a version it is the newest that pip would take: neither yanked nor a pre-release while there are others.
    A version that is named is returned although it is yanked; its artifacts are marked.
    Raises `TargetNotFound` for a version that is not there, `NothingToReview` where no file is left.
    """
    project = target.name
    if not page.files:
        raise _empty(project, page)
    known = releases(project, page)
    if target.only and target.only not in KINDS_ASKED and not target.version:
        held = [release for release in known if any(file.filename == target.only for file in release.artifacts)]
        chosen = held[0] if held else _newest(target, known)
    else:
        chosen = _pinned(target, known) if target.version else _newest(target, known)
    return _narrowed(chosen, target)


def _pinned(target: Target, known: tuple[Release, ...]) -> Release:
    wanted = canonicalize_version(target.version)
    for release in known:
        if canonicalize_version(release.package.version) == wanted:
            return release
    near = ", ".join(_nearest(target.version, known))
    raise TargetNotFound(f"{target.name} has no version {target.version}", hint=f"there are: {near}" if near else "")


def _newest(target: Target, known: tuple[Release, ...]) -> Release:
    """Return the newest release in range, as pip chooses; a yanked one only where nothing else fits."""
    for yanked in (False, True):
        pool = {
            release.package.version: release
            for release in known
            if _version(release.package.version) and all(file.yanked for file in release.artifacts) is yanked
        }
        for version in SpecifierSet(target.specifier).filter(pool):
            return pool[version]
    if target.specifier:
        near = ", ".join(release.package.version for release in known[:5])
        message = f"{target.name} has no version that fits {target.specifier}"
        raise TargetNotFound(message, hint=f"the newest are: {near}")
    return known[0]


def _narrowed(release: Release, target: Target) -> Release:
    """Return `release` with the files that `only` and `hashes` leave."""
    shown = f"{release.package.name} {release.package.version}".rstrip()
    files = release.artifacts
    if target.only in KINDS_ASKED:
        files = tuple(file for file in files if file.kind == target.only)
    elif target.only:
        files = tuple(file for file in files if file.filename == target.only)
    if not files:
        hint = f"its files are: {', '.join(file.filename for file in release.artifacts[:20])}"
        what = f"file {target.only}" if target.only not in KINDS_ASKED else target.only
        raise NothingToReview(f"{shown} has no {what}", hint=hint)
    if target.hashes:
        files = tuple(file for file in files if file.sha256 in target.hashes)
        if not files:
            hint = "the release has changed since the hashes were written, or they belong to another version"
            raise TargetNotFound(f"no file of {shown} has one of the {len(target.hashes)} pinned hashes", hint=hint)
    return Release(package=release.package, artifacts=files, status=release.status)


def _empty(project: str, page: Page) -> NothingToReview:
    said = f" ({page.reason})" if page.reason else ""
    if page.status == "quarantined":
        hint = "the index holds its files back while people look at it; a file you have can be reviewed by its path"
        return NothingToReview(f"{project} is quarantined by the index{said}", hint=hint)
    return NothingToReview(f"{project} has no files on the index{said}", hint="its releases may have been removed")


def _artifact(project: str, version: str, listed: Listed) -> Artifact:
    return Artifact(
        package=Package(ecosystem="pypi", name=canonicalize_name(project), version=version),
        filename=listed.filename,
        kind=filenames.kind_of(listed.filename),
        sha256=listed.sha256,
        size=listed.size,
        uploaded_at=listed.uploaded_at,
        url=listed.url,
        yanked=listed.yanked,
        provenance_url=listed.provenance_url,
        metadata_sha256=listed.metadata_sha256,
    )


def _version(text: str) -> Version | None:
    try:
        return Version(text[: filenames.LONGEST])
    except InvalidVersion:
        return None


def _order(text: str) -> tuple[bool, Version, str]:
    version = _version(text)
    return version is not None, version or Version("0"), text


def _place(artifact: Artifact) -> tuple[bool, str, str]:
    """Sdists first, then by name."""
    return artifact.kind != "sdist", artifact.filename, artifact.sha256


def _nearest(wanted: str, known: tuple[Release, ...]) -> list[str]:
    """Return up to five versions near `wanted`, the newest first."""
    texts = [release.package.version for release in known if release.package.version]
    version = _version(wanted)
    if version is None:
        return get_close_matches(wanted, texts, n=5) or texts[:5]
    newer = sum(1 for text in texts if (other := _version(text)) and other > version)
    start = max(0, min(newer - 2, len(texts) - 5))
    return list(dict.fromkeys([*texts[:1], *texts[start : start + 5]]))[:5]
