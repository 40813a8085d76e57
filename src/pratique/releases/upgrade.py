"""A release reviewed beside its base: the base's files are drawn first, then the sdist, then the wheels."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from pratique.compare import Portrait
from pratique.compare.siblings import apart, odd_one_out
from pratique.model import Artifact
from pratique.pipeline import Read
from pratique.releases.against import Against, Plan
from pratique.releases.beside import Beside
from pratique.releases.dependencies import MOST, NOTHING, Looked, gained, telling
from pratique.releases.desk import Desk


def read_release(desk: Desk, wanted: Plan, against: Against) -> Iterator[Read]:
    """Yield every file of the release, the sdist first, each beside its counterpart in the base and its siblings.

    The first file of each kind says which requirements the release gained; they are looked into, and it is judged again
    with what that showed. A wheel is judged again too where only the others show something about it: code that most of
    them do not hold, in a release without an sdist; requirements of its own; and the first wheel, where others differ.
    """
    beside = Beside(desk, wanted, against)
    sdist: Portrait | None = None
    seen: dict[str, Looked] = {}
    later: list[Artifact] = []
    reads: list[Read] = []
    for artifact in wanted.new.artifacts:
        if artifact.kind in seen:
            later.append(artifact)
            continue
        read, seen[artifact.kind] = _first(desk, beside, artifact, sdist)
        reads.append(read)
        if artifact.kind == "sdist":
            sdist = read.portrait
            yield read
    first = next((read.portrait for read in reads if read.review.artifact.kind == "wheel"), None)
    works = (desk.work(one, beside.context(one, sdist, seen[one.kind], first), draw=True) for one in later)
    reads += desk.read(works)
    again = _Again(desk, beside, [read.portrait for read in reads if read.portrait], first)
    for read in reads:
        if read.review.artifact.kind != "sdist":
            yield again.settled(read, sdist, seen[read.review.artifact.kind])


class _Again:
    """Judges a wheel once more where the other files of its release say more about it than it did itself."""

    def __init__(self, desk: Desk, beside: Beside, drawn: list[Portrait], first: Portrait | None) -> None:
        self._desk, self._beside, self._first = desk, beside, first
        self._odd = odd_one_out(drawn)
        wheels = [one for one in drawn if one.artifact.kind == "wheel"]
        self._unlike = next((one for one in wheels if first is not None and apart(first, one)), None)
        self._usual = gained(first, beside.base_of(first.artifact)).keys() if first is not None else frozenset()
        self._looked: dict[str, Looked] = {}

    def settled(self, read: Read, sdist: Portrait | None, known: Looked) -> Read:
        """Return the read, or a new one beside all that is known now."""
        artifact, drawn = read.review.artifact, read.portrait
        if drawn is None or artifact.kind != "wheel":
            return read
        is_first = self._first is not None and drawn.artifact.filename == self._first.artifact.filename
        witness = self._odd.get(artifact.filename)
        sibling = self._unlike if is_first else self._first
        more = NOTHING if is_first else self._own(drawn)
        known_more = witness is not None or more.dependencies or (is_first and sibling)
        if not known_more and (is_first or not self._beside.asks(read)):
            return read
        context = self._beside.context(artifact, witness or sdist, known.and_(more), sibling)
        work = self._desk.work(artifact, context, draw=True)
        return self._beside.settled(work, next(self._desk.read([work])) if known_more else read)

    def _own(self, drawn: Portrait) -> Looked:
        """Return the telling ones of the requirements that this wheel gained and the first one did not."""
        base = self._beside.base_of(drawn.artifact)
        names = {name: line for name, line in gained(drawn, base).items() if name not in self._usual}
        for name, line in names.items():
            if name not in self._looked and len(self._looked) < MOST:
                self._looked[name] = self._beside.look_into({name: line}, base)
        found = (self._looked[name] for name in names if name in self._looked)
        return NOTHING.and_(*(one for one in found if any(map(telling, one.dependencies))))


def read_file(desk: Desk, wanted: Plan, artifact: Artifact) -> Read:
    """Return one file of the release, compared with its counterpart in the base: for whoever gets files one by one.

    Its siblings take no part, for they may not be there yet. Gained requirements that say nothing are not listed, so
    that most files are read once.
    """
    return _first(desk, Beside(desk, wanted, Against(), (artifact,)), artifact, None, telling_only=True)[0]


def _first(
    desk: Desk, beside: Beside, artifact: Artifact, sdist: Portrait | None, *, telling_only: bool = False
) -> tuple[Read, Looked]:
    """Read a file, and again beside its original and the requirements that it gained, if there are any."""
    work = desk.work(artifact, beside.context(artifact, sdist), draw=True)
    read = next(desk.read([work]))
    if read.portrait is None:
        return read, NOTHING
    copied = beside.recognise(read.portrait) and not work.context.copied
    base = beside.base_of(artifact)
    wanted = gained(read.portrait, base)
    if not (wanted or copied):
        return beside.settled(work, read), NOTHING
    found = beside.look_into(wanted, base) if wanted else NOTHING
    if telling_only and not copied and not any(telling(one) for one in found.dependencies):
        return beside.settled(work, read), NOTHING
    again = msgspec.structs.replace(work, context=beside.context(artifact, sdist, found))
    return beside.settled(again, next(desk.read([again]))), found
