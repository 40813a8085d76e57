"""A release reviewed beside its base: the base's files are drawn first, then the sdist, then the wheels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from pratique.batch import Work
from pratique.compare import Context, Portrait
from pratique.compare.siblings import apart, odd_one_out
from pratique.ecosystems import Ecosystem, Target
from pratique.errors import TargetNotFound
from pratique.model import Artifact, Release
from pratique.pipeline import Read
from pratique.releases.base import Bases, counterpart, find
from pratique.releases.copies import Original, drawn_like, original
from pratique.releases.dates import days, moment, uploaded
from pratique.releases.dependencies import MOST, NOTHING, Looked, gained, look_into, telling
from pratique.releases.desk import Desk
from pratique.releases.facts import Facts, asked, facts, publishers
from pratique.releases.popular import Popular

_OPEN = frozenset({"look", "block"})


class Against(msgspec.Struct, frozen=True, kw_only=True):
    """What a caller wants a release to be compared with."""

    version: str = ""
    """One release of the same project; "": the base that `base.find` chooses."""
    portrait: Portrait | None = None
    """The base itself, drawn from a file."""
    popular: Popular | None = None
    """Popular projects: a package that copies one, and has no base of its own, is compared with the original."""
    history: bool = False
    """Whether the predecessor and a release about a year old are read too, and shown beside the base."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The releases that take part."""

    new: Release
    known: tuple[Release, ...] = ()
    bases: Bases = Bases()


def plan(ecosystem: Ecosystem, target: Target) -> Plan:
    """Return the release that a target means and the earlier ones it may be compared with.

    Raises what `Ecosystem.release` raises.
    """
    new = ecosystem.release(target)
    known = ecosystem.releases(target.name)
    return Plan(new=new, known=known, bases=find(known, new))


def read_release(desk: Desk, wanted: Plan, against: Against) -> Iterator[Read]:
    """Yield every file of the release, the sdist first, each beside its counterpart in the base and its siblings.

    The first file of each kind says which requirements the release gained; they are looked into, and it is judged again
    with what that showed. A wheel is judged again too where only the others show something about it: code that most of
    them do not hold, in a release without an sdist; requirements of its own; and the first wheel, where others differ.
    """
    beside = _Beside(desk, wanted, against)
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

    def __init__(self, desk: Desk, beside: _Beside, drawn: list[Portrait], first: Portrait | None) -> None:
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
                self._looked[name] = look_into(self._desk, {name: line}, compared=base is not None)
        found = (self._looked[name] for name in names if name in self._looked)
        return NOTHING.and_(*(one for one in found if any(map(telling, one.dependencies))))


def read_file(desk: Desk, wanted: Plan, artifact: Artifact) -> Read:
    """Return one file of the release, compared with its counterpart in the base: for whoever gets files one by one.

    Its siblings take no part, for they may not be there yet. Gained requirements that say nothing are not listed, so
    that most files are read once.
    """
    return _first(desk, _Beside(desk, wanted, Against(), (artifact,)), artifact, None, telling_only=True)[0]


def _first(
    desk: Desk, beside: _Beside, artifact: Artifact, sdist: Portrait | None, *, telling_only: bool = False
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
    found = look_into(desk, wanted, compared=base is not None) if wanted else NOTHING
    if telling_only and not copied and not any(telling(one) for one in found.dependencies):
        return read, NOTHING
    again = msgspec.structs.replace(work, context=beside.context(artifact, sdist, found))
    return beside.settled(again, next(desk.read([again]))), found


class _Beside:
    """The earlier releases, drawn."""

    def __init__(self, desk: Desk, wanted: Plan, against: Against, files: tuple[Artifact, ...] = ()) -> None:
        """`files` of the new release, by default all: only their counterparts are drawn."""
        self._wanted, self._files = wanted, files or wanted.new.artifacts
        self._desk = desk
        self._popular = against.popular
        self._original: Original | None = None
        self._told = asked(desk.ecosystem, wanted.new)
        self._publishers: dict[str, Facts] = {}
        self._given = against.portrait
        self._base, self._why = self._chosen(desk, against)
        bases = wanted.bases
        self._others = [one for one in (bases.predecessor, bases.year_old) if one] if against.history else []
        self._drawn = desk.draw(self._counterparts([one for one in (self._base, *self._others) if one]))

    def _chosen(self, desk: Desk, against: Against) -> tuple[Release | None, str]:
        """Return the first candidate whose files have no open `look`; the first of all if every one has."""
        if against.portrait is not None:
            return None, "you asked for it"
        if against.version:
            named = [one for one in self._wanted.known if one.package.version == against.version]
            if not named:
                name = self._wanted.new.package.name
                raise TargetNotFound(f"{name} has no version {against.version} to compare with")
            return named[0], "you asked for it"
        candidates = self._wanted.bases.candidates
        for release, why in candidates:
            read = desk.draw(self._counterparts([release]))
            if read and not any(one.review.verdict.level in _OPEN for one in read.values()):
                return release, why
        return candidates[0] if candidates else (None, "")

    def _counterparts(self, earlier: Iterable[Release]) -> list[Artifact]:
        """Return the files of earlier releases that correspond to those of the new one, each once."""
        found = (counterpart(artifact, release) for release in earlier for artifact in self._files)
        return list({file.filename: file for file in found if file}.values())

    def recognise(self, drawn: Portrait) -> bool:
        """Look for the project that a release without a base copies; tell whether it is known now."""
        if self._original is None and self._popular and not (self._given or self._base):
            self._original = original(self._desk, self._popular, drawn)
        return self._original is not None

    def base_of(self, artifact: Artifact) -> Portrait | None:
        """Return the file that one of the new release is compared with."""
        if self._original is not None:
            return drawn_like(self._desk, artifact, self._original)
        return self._given or (self._portrait(artifact, self._base) if self._base else None)

    def context(
        self,
        artifact: Artifact,
        sdist: Portrait | None,
        looked: Looked = NOTHING,
        sibling: Portrait | None = None,
    ) -> Context:
        """Return what is known beside one file of the new release."""
        others = [portrait for one in self._others if (portrait := self._portrait(artifact, one))]
        return Context(
            base=self.base_of(artifact),
            why=self._original.why if self._original else self._why,
            copied=self._original is not None,
            stood=self._stood(artifact),
            beside=tuple(others),
            sdist=sdist,
            sibling=sibling,
            dependencies=looked.dependencies,
            installed=looked.installed,
            facts=facts(artifact, self._wanted.new, self._wanted.known, self._base, self._asked(artifact)),
        )

    def _asked(self, artifact: Artifact) -> Facts:
        """Return what the registry tells when it is asked about one file."""
        if artifact.filename not in self._publishers:
            like = counterpart(artifact, self._base) if self._base else None
            self._publishers[artifact.filename] = publishers(self._desk.ecosystem, artifact, like)
        original = self._original.facts if self._original else ()
        return (*self._told, *self._publishers[artifact.filename], *original)

    def asks(self, read: Read) -> bool:
        """Tell whether an older release may say that a file's findings are no news."""
        elder, base = self._wanted.bases.elder, self._base
        if elder is None or base is None or elder.package.version == base.package.version:
            return False
        return read.review.queued in _OPEN

    def settled(self, work: Work, read: Read) -> Read:
        """Return the read, or a new one beside an older release, where the base has not been out for long enough."""
        elder = self._wanted.bases.elder
        if elder is None or not self.asks(read) or work.context.elder is not None:
            return read
        artifact = read.review.artifact
        self._drawn |= self._desk.draw(self._counterparts([elder]))
        old = self._portrait(artifact, elder)
        if old is None:
            return read
        at, then = moment(artifact.uploaded_at), uploaded(elder)
        stood = days(then, at) if at and then else 0
        context = msgspec.structs.replace(work.context, elder=old, elder_stood=stood)
        return next(self._desk.read([msgspec.structs.replace(work, context=context)]))

    def _stood(self, artifact: Artifact) -> int:
        """Return how many days the base had been out when a file was uploaded; 0 where the index does not say."""
        at, then = moment(artifact.uploaded_at), uploaded(self._base) if self._base else None
        return days(then, at) if at and then else 0

    def _portrait(self, artifact: Artifact, release: Release) -> Portrait | None:
        like = counterpart(artifact, release)
        read = self._drawn.get(like.filename) if like else None
        return read.portrait if read else None
