"""The original of a copy: which of its releases a copy is held against, fetched and drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from pratique.batch import Work
from pratique.compare import Context, Portrait
from pratique.errors import PratiqueError
from pratique.model import Artifact, Release
from pratique.pipeline import Read
from pratique.releases.base import counterpart, same_version
from pratique.releases.dates import moment, uploaded
from pratique.releases.desk import Desk
from pratique.releases.popular import Copy, Popular


class Original(msgspec.Struct, frozen=True, kw_only=True):
    """A project that a package copies, and the release of it that is compared."""

    copy: Copy
    release: Release

    @property
    def why(self) -> str:
        """Say why it is the base, in words."""
        return f"{self.copy.share:.0%} of its functions are here under another name"

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Return it as context for rules."""
        return (("copies", f"{self.copy.name} {self.release.package.version}"),)


def original(desk: Desk, popular: Popular, drawn: Portrait) -> Original | None:
    """Return the project that a file copies, if it copies one that the registry has."""
    found = popular.original(drawn)
    if found is None:
        return None
    try:
        known = desk.ecosystem.releases(found.name)
    except PratiqueError:
        return None
    chosen = _chosen(known, found, drawn.artifact)
    return Original(copy=found, release=chosen) if chosen else None


def _chosen(known: tuple[Release, ...], found: Copy, copy: Artifact) -> Release | None:
    """Return the release with the copy's own version, else the newest before its upload, else the one in the index."""
    at = moment(copy.uploaded_at)
    for one in known:
        if same_version(one, copy.package.version):
            return one
    before = (one for one in known if at and (time := uploaded(one)) and time <= at)
    indexed = (one for one in known if same_version(one, found.version))
    return next(before, next(indexed, known[0] if known else None))


def drawn_like(desk: Desk, artifact: Artifact, of: Original) -> Portrait | None:
    """Fetch and draw the file of the original that a file of the copy is compared with, of its kind if it has one."""
    like = counterpart(artifact, of.release) or next(iter(of.release.artifacts), None)
    read = desk.draw([like]).get(like.filename) if like else None
    return read.portrait if read else None


def read_files(desk: Desk, works: Iterable[Work], popular: Popular) -> Iterator[Read]:
    """Read files that come from no index, each again beside its original where it copies one."""
    for work in works:
        (read,) = desk.read([msgspec.structs.replace(work, draw=True)])
        found = original(desk, popular, read.portrait) if read.portrait and work.context.base is None else None
        base = drawn_like(desk, work.artifact, found) if found else None
        if found is None or base is None:
            yield read
            continue
        context = Context(base=base, why=found.why, copied=True, facts=found.facts)
        yield next(desk.read([msgspec.structs.replace(work, context=context)]))
