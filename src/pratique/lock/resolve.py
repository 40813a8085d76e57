"""From a pinned release to the one file of it that an installer would take, and to what it can do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from pratique.batch import Work
from pratique.compare import Context
from pratique.ecosystems import Target
from pratique.errors import NothingToReview, PratiqueError
from pratique.lock.file import Lock
from pratique.lock.inputs import Pin
from pratique.lock.profile import Profile, profile
from pratique.model import Artifact
from pratique.releases import Desk

Unread = tuple[str, str]


def choose(desk: Desk, pin: Pin) -> Artifact:
    """Return the file of a release that pip would install here: the best wheel for this machine, else the sdist.

    Raises what `Ecosystem.release` raises, `NothingToReview` where no file fits the pinned hashes.
    """
    target = Target(
        kind="project", text=pin.name, name=pin.name, version=pin.version, specifier=pin.specifier, hashes=pin.hashes
    )
    files = [file for file in desk.ecosystem.release(target).artifacts if file.kind in {"wheel", "sdist"}]
    if not files:
        raise NothingToReview(f"{pin.name} {pin.version} has no wheel and no sdist")
    return min(files, key=_rank)


def _rank(artifact: Artifact) -> tuple[int, str]:
    from packaging.utils import InvalidWheelFilename, parse_wheel_filename

    if artifact.kind == "sdist":
        return 1_000_000, artifact.filename
    try:
        tags = parse_wheel_filename(artifact.filename)[3]
    except InvalidWheelFilename:
        return 3_000_000, artifact.filename
    return min((_order().get(str(tag), 2_000_000) for tag in tags), default=2_000_000), artifact.filename


@cache
def _order() -> dict[str, int]:
    """Return the tags that this machine takes, the best first."""
    from packaging.tags import sys_tags

    return {str(tag): number for number, tag in enumerate(sys_tags())}


def chosen(desk: Desk, wanted: Iterable[Pin], unread: list[Unread]) -> Iterator[Artifact]:
    """Yield the file of each pin; what cannot be had is noted in `unread`."""
    for pin in wanted:
        try:
            yield choose(desk, pin)
        except PratiqueError as error:
            unread.append((pin.name, error.message))


def profiles(desk: Desk, artifacts: Iterable[Artifact], unread: list[Unread]) -> Iterator[Profile]:
    """Read files and yield what they can do."""

    def works() -> Iterator[Work]:
        for artifact in artifacts:
            try:
                yield desk.work(artifact, Context(), draw=True)
            except PratiqueError as error:
                unread.append((artifact.package.name, error.message))

    for read in desk.read(works()):
        if read.portrait is None:
            reason = next((one.reason for one in read.review.unknowns), "it could not be read to the end")
            unread.append((read.review.artifact.package.name, reason))
        else:
            yield profile(read.review, read.portrait)


def same(held: Lock, artifacts: Iterable[Artifact]) -> tuple[list[Artifact], list[Artifact]]:
    """Split files into those whose bytes the lock knows, which can have gained nothing, and the others."""
    known = {one.sha256 for one in held.package}
    split: tuple[list[Artifact], list[Artifact]] = ([], [])
    for artifact in artifacts:
        split[artifact.sha256 not in known].append(artifact)
    return split
