"""What one release is held against: its base, an older release, the project that it copies, what the registry says."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from pratique.batch import Work
from pratique.compare import Context, Portrait
from pratique.errors import TargetNotFound
from pratique.model import Artifact, Release
from pratique.pipeline import Read
from pratique.releases.against import Against, Plan
from pratique.releases.base import counterpart
from pratique.releases.copies import Original, drawn_like, original
from pratique.releases.dates import days, moment, uploaded
from pratique.releases.dependencies import NOTHING, Looked, look_into
from pratique.releases.desk import Desk
from pratique.releases.facts import Facts, asked, facts, publishers
from pratique.releases.imitation import imitated
from pratique.releases.popular import Popular

_OPEN = frozenset({"look", "block"})


class Beside:
    """The earlier releases, drawn."""

    def __init__(self, desk: Desk, wanted: Plan, against: Against, files: tuple[Artifact, ...] = ()) -> None:
        """`files` of the new release, by default all: only their counterparts are drawn."""
        self._wanted, self._files = wanted, files or wanted.new.artifacts
        self._desk = desk
        self._popular = against.popular
        self._original: Original | None = None
        self._told = (*_asked(desk, wanted), *_imitates(wanted.new, against.popular))
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

    def look_into(self, wanted: dict[str, str], base: Portrait | None) -> Looked:
        """Return what is known of requirements that were gained since `base`."""
        names = self._popular.names if self._popular else ()
        return look_into(self._desk, wanted, compared=base is not None, popular=names)

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


def _asked(desk: Desk, wanted: Plan) -> Facts:
    return asked(desk.ecosystem, wanted.new) if wanted.told is None else wanted.told


def _imitates(new: Release, popular: Popular | None) -> Facts:
    """Return whose name a project imitates, as context."""
    found = imitated(new.package.name, popular.names) if popular else None
    return (("imitates", f"{found[0]}: {found[1]}"),) if found else ()
