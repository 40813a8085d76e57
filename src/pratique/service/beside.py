"""What an upload is compared with: chosen when the file is found on the index, kept with it, and read by a worker.

The choice is that of `pratique review NAME==VERSION`. Files of one release come one by one, in any order, so each is
compared with its counterpart in the base, and not with siblings that may not be there yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

import msgspec

from pratique.batch import Work
from pratique.batch.known import keep, known
from pratique.batch.reviewer import Reviewed
from pratique.cache import Cache
from pratique.compare import Context
from pratique.ecosystems import Ecosystem
from pratique.errors import PratiqueError, RegistryError
from pratique.http import BadStatus
from pratique.model import Artifact, Budget, Release
from pratique.pipeline import Options, Read
from pratique.releases import Desk, Plan
from pratique.releases.base import Bases, find
from pratique.releases.facts import asked
from pratique.store import StoreError
from pratique.store.texts import pack, unpack

GONE = frozenset({404, 410})
OPTIONS = Options(audience="everything")
"""The service keeps everything; whoever shows it chooses."""


class Reviews(Protocol):
    """What reviews: `batch.reviewer.Reviewer`."""

    def review(self, work: Work) -> Reviewed:
        """Review one artifact; never raises for what is in it."""

    def close(self) -> None:
        """End the children."""


def choose(artifact: Artifact, listed: tuple[Release, ...], ecosystem: Ecosystem) -> Plan:
    """Return the releases that take part in the review of a file, out of all that the index lists.

    What the registry tells of the file's release is asked for now, so that a second delivery is judged by the same.
    """
    mine = next(one for one in listed if any(file.filename == artifact.filename for file in one.artifacts))
    found = find(listed, mine)
    held = {id(one) for one, _ in found.candidates}
    return Plan(
        new=mine,
        known=tuple(one if id(one) in held else _outline(one) for one in listed),
        bases=Bases(
            candidates=tuple((_alike(one, artifact), why) for one, why in found.candidates),
            elder=_alike(found.elder, artifact) if found.elder else None,
        ),
        told=asked(ecosystem, mine),
    )


def _alike(release: Release, artifact: Artifact) -> Release:
    """Return a release with the files of the artifact's kind alone."""
    return msgspec.structs.replace(
        release, artifacts=tuple(file for file in release.artifacts if file.kind == artifact.kind)
    )


def _outline(release: Release) -> Release:
    """Return a release with its first file alone, and of that only when it came."""
    first = min(release.artifacts, key=lambda file: file.uploaded_at)
    bare = msgspec.structs.replace(first, url="", sha256="", provenance_url="")
    return msgspec.structs.replace(release, artifacts=(bare,))


def freeze(plan: Plan) -> bytes:
    """Return a plan as it is kept."""
    return pack(plan)


def thaw(packed: bytes | None, artifact: Artifact) -> Plan:
    """Return a plan that was kept; without one, or one of another version, the file stands alone."""
    try:
        if packed:
            return msgspec.msgpack.decode(unpack(packed), type=Plan)
    except (msgspec.DecodeError, ValueError):
        pass
    return Plan(new=Release(package=artifact.package, artifacts=(artifact,)))


class Shelf(Desk):
    """A worker's desk: the upload's bytes lie on it, and earlier files come from the cache once they were read."""

    def __init__(
        self, ecosystem: Ecosystem, reviewer: Reviews, cache: Cache, own: tuple[Artifact, bytes], *, patient: bool
    ) -> None:
        """`own` is the upload; a `patient` desk raises when the registry fails, so that the job is tried later."""
        super().__init__(ecosystem, self._review, Budget(), lambda _: None)
        self._reviewer, self._cache, self._patient = reviewer, cache, patient
        self._own, self._data = own
        self.reviewed: Reviewed | None = None
        """What was last read of the upload."""
        self.cpu_s = 0.0
        """What all reading took: of the upload, and of what it was compared with."""

    def work(self, artifact: Artifact, context: Context, *, draw: bool) -> Work:
        """Fetch a file, unless it is the upload."""
        if artifact.filename == self._own.filename:
            return Work(artifact=artifact, data=self._data, context=context, draw=draw)
        return super().work(artifact, context, draw=draw)

    def draw(self, artifacts: Sequence[Artifact]) -> dict[str, Read]:
        """Return the drawn files by name."""
        for file in artifacts:
            found = known(self._cache, file, OPTIONS, Context(), draw=True)
            if found is not None:
                self._drawn.setdefault(file.filename, found)
        return super().draw(artifacts)

    def _try(self, artifact: Artifact) -> Work | None:
        """Fetch a file of an earlier release; None when it cannot be had, now or ever."""
        try:
            return self.work(artifact, Context(), draw=True)
        except RegistryError as error:
            if self._patient and not (isinstance(error, BadStatus) and error.status in GONE):
                raise
        except StoreError:
            raise
        except PratiqueError:  # too large, not what the index says it is
            pass
        return None

    def _review(self, works: Iterable[Work]) -> Iterator[Read]:
        for work in works:
            found = self._reviewer.review(work)
            self.cpu_s += found.review.cost.cpu_s
            read = Read(review=found.review, portrait=found.portrait)
            if work.artifact.filename == self._own.filename:
                self.reviewed = found
            if found.review.verdict.complete:
                keep(self._cache, work.artifact, OPTIONS, work.context, read)
            yield read
