"""A release reviewed beside its base: the base's files are drawn first, then the sdist, then the wheels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from pratique.compare import Context, Portrait
from pratique.ecosystems import Ecosystem, Target
from pratique.errors import TargetNotFound
from pratique.model import Artifact, Dependency, Release
from pratique.pipeline import Read
from pratique.releases.base import Bases, counterpart, find
from pratique.releases.consistency import disagreements, odd_one_out
from pratique.releases.dates import days, moment, uploaded
from pratique.releases.dependencies import gained, look_into
from pratique.releases.desk import Desk
from pratique.releases.facts import facts

_OPEN = frozenset({"look", "block"})


class Against(msgspec.Struct, frozen=True, kw_only=True):
    """What a caller wants a release to be compared with."""

    version: str = ""
    """One release of the same project; "": the base that `base.find` chooses."""
    portrait: Portrait | None = None
    """The base itself, drawn from a file."""
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
    """Yield every file of the release, the sdist first, each compared with its counterpart in the base.

    The first file of each kind says which requirements the release gained; they are looked into, and it is judged again
    with what that showed. A wheel whose code is not what the other wheels of a release without an sdist hold is judged
    again beside one of those.
    """
    beside = _Beside(desk, wanted, against)
    sdist: Portrait | None = None
    seen: dict[str, tuple[Dependency, ...]] = {}
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
    works = (desk.work(one, beside.context(one, sdist, seen[one.kind]), draw=True) for one in later)
    reads += desk.read(works)
    portraits = [read.portrait for read in reads if read.portrait]
    odd, differing = odd_one_out(portraits), disagreements(portraits)
    for read in reads:
        artifact = read.review.artifact
        settled = read
        if artifact.filename in odd:
            context = beside.context(artifact, odd[artifact.filename], seen[artifact.kind])
            settled = next(desk.read([desk.work(artifact, context, draw=True)]))
        if artifact.kind != "sdist":
            told = tuple(change for change in differing if change.where.segments[0] == artifact.filename)
            yield msgspec.structs.replace(settled, review=msgspec.structs.replace(settled.review, siblings=told))


def _first(
    desk: Desk, beside: _Beside, artifact: Artifact, sdist: Portrait | None
) -> tuple[Read, tuple[Dependency, ...]]:
    """Read a file, and again beside the requirements that it gained, if it gained any."""
    context = beside.context(artifact, sdist)
    work = desk.work(artifact, context, draw=True)
    read = next(desk.read([work]))
    wanted = gained(read.portrait, context.base) if read.portrait else {}
    if not wanted:
        return read, ()
    found = look_into(desk, wanted, compared=context.base is not None)
    beside_them = msgspec.structs.replace(work, context=msgspec.structs.replace(context, dependencies=found))
    return next(desk.read([beside_them])), found


class _Beside:
    """The earlier releases, drawn."""

    def __init__(self, desk: Desk, wanted: Plan, against: Against) -> None:
        self._wanted = wanted
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
        new = self._wanted.new.artifacts
        found = (counterpart(artifact, release) for release in earlier for artifact in new)
        return list({file.filename: file for file in found if file}.values())

    def context(self, artifact: Artifact, sdist: Portrait | None, dependencies: tuple[Dependency, ...] = ()) -> Context:
        """Return what is known beside one file of the new release."""
        others = [portrait for one in self._others if (portrait := self._portrait(artifact, one))]
        return Context(
            base=self._given or (self._portrait(artifact, self._base) if self._base else None),
            why=self._why,
            stood=self._stood(artifact),
            beside=tuple(others),
            sdist=sdist,
            dependencies=dependencies,
            facts=facts(artifact, self._wanted.new, self._wanted.known, self._base),
        )

    def _stood(self, artifact: Artifact) -> int:
        """Return how many days the base had been out when a file was uploaded; 0 where the index does not say."""
        at, then = moment(artifact.uploaded_at), uploaded(self._base) if self._base else None
        return days(then, at) if at and then else 0

    def _portrait(self, artifact: Artifact, release: Release) -> Portrait | None:
        like = counterpart(artifact, release)
        read = self._drawn.get(like.filename) if like else None
        return read.portrait if read else None
