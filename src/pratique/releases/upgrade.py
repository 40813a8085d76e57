"""A release reviewed beside its base: the base's files are drawn first, then the sdist, then the wheels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from pratique.batch import Work
from pratique.compare import Context, Portrait
from pratique.ecosystems import Ecosystem, Target
from pratique.errors import PratiqueError, TargetNotFound
from pratique.model import Artifact, Budget, Release
from pratique.pipeline import Read
from pratique.releases.base import Bases, counterpart, find
from pratique.releases.facts import facts

ReadAll = Callable[[Iterable[Work]], Iterator[Read]]
"""Reads artifacts in order, with the options of the caller."""
Say = Callable[[str], None]
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


class Desk:
    """Fetches and reads the files of releases, each once."""

    def __init__(self, ecosystem: Ecosystem, read_all: ReadAll, budget: Budget, say: Say) -> None:
        """`say` is told what is being done."""
        self._ecosystem = ecosystem
        self._read_all = read_all
        self._budget = budget
        self._say = say
        self._drawn: dict[str, Read] = {}

    def work(self, artifact: Artifact, context: Context, *, draw: bool) -> Work:
        """Fetch a file. Raises what `Ecosystem.fetch` raises."""
        self._say(f"fetching {artifact.filename}")
        data = self._ecosystem.fetch(artifact, self._budget)
        self._say(f"reviewing {artifact.filename}")
        return Work(artifact=msgspec.structs.replace(artifact, size=len(data)), data=data, context=context, draw=draw)

    def read(self, works: Iterable[Work]) -> Iterator[Read]:
        """Read files in order."""
        return self._read_all(works)

    def draw(self, artifacts: Sequence[Artifact]) -> dict[str, Read]:
        """Return the drawn files by name; one that cannot be had is left out."""
        wanted = [file for file in artifacts if file.filename not in self._drawn]
        works = [work for file in wanted if (work := self._try(file))]
        for work, read in zip(works, self.read(works), strict=True):
            self._drawn[work.artifact.filename] = read
        names = {file.filename for file in artifacts}
        return {name: read for name, read in self._drawn.items() if name in names}

    def _try(self, artifact: Artifact) -> Work | None:
        try:
            return self.work(artifact, Context(), draw=True)
        except PratiqueError as error:
            self._say(f"{artifact.filename}: {error.message}")
            return None


def plan(ecosystem: Ecosystem, target: Target) -> Plan:
    """Return the release that a target means and the earlier ones it may be compared with.

    Raises what `Ecosystem.release` raises.
    """
    new = ecosystem.release(target)
    known = ecosystem.releases(target.name)
    return Plan(new=new, known=known, bases=find(known, new))


def read_release(desk: Desk, wanted: Plan, against: Against, *, draw: bool = False) -> Iterator[Read]:
    """Yield every file of the release, the sdist first, each compared with its counterpart in the base."""
    beside = _Beside(desk, wanted, against)
    sdist: Portrait | None = None
    later: list[Artifact] = []
    for artifact in wanted.new.artifacts:
        if artifact.kind != "sdist":
            later.append(artifact)
            continue
        read = next(desk.read([desk.work(artifact, beside.context(artifact, None), draw=True)]))
        sdist = sdist or read.portrait
        yield read
    yield from desk.read(desk.work(artifact, beside.context(artifact, sdist), draw=draw) for artifact in later)


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

    def context(self, artifact: Artifact, sdist: Portrait | None) -> Context:
        """Return what is known beside one file of the new release."""
        others = [portrait for one in self._others if (portrait := self._portrait(artifact, one))]
        return Context(
            base=self._given or (self._portrait(artifact, self._base) if self._base else None),
            why=self._why,
            beside=tuple(others),
            sdist=sdist,
            facts=facts(artifact, self._wanted.new, self._wanted.known, self._base),
        )

    def _portrait(self, artifact: Artifact, release: Release) -> Portrait | None:
        like = counterpart(artifact, release)
        read = self._drawn.get(like.filename) if like else None
        return read.portrait if read else None
