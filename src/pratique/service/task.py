"""One job: find the file on the index, fetch and review it. The same code for one machine and for a fleet."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import Literal, Protocol

import msgspec

from pratique.batch import Work, refusal
from pratique.batch.reviewer import Reviewed
from pratique.errors import NothingToReview, PratiqueError, RegistryError, TargetNotFound
from pratique.http import TooLarge
from pratique.model import Artifact, ArtifactKind, Budget, Package
from pratique.service.settings import World
from pratique.store import StoreError, feed, queue
from pratique.store.queue import Job
from pratique.store.vault import VaultError

LISTINGS = 64
"""Projects whose listing is remembered, so that the wheels of one release cost one request."""


class Reviews(Protocol):
    """What reviews: `batch.reviewer.Reviewer`."""

    def review(self, work: Work) -> Reviewed:
        """Review one artifact; never raises for what is in it."""

    def close(self) -> None:
        """End the children."""


class Performs(Protocol):
    """What does jobs: `Worker`, or a stand-in that measures the queue alone."""

    def review(self, job: Job) -> Result:
        """Review a leased job's file."""

    def close(self) -> None:
        """Let go of everything."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a job, to be recorded: a review, or why there is none."""

    job: Job
    found: Reviewed | None = None
    kept: bool = False
    """Whether the vault holds the bytes."""
    reason: str = ""
    blame: Literal["artifact", "registry", "ours"] = "artifact"
    """Whose fault it is: only the artifact's counts as an attempt."""
    wall_s: float = 0.0


class NotListed(PratiqueError):
    """The index does not list the file (yet, or any more)."""


class Worker:
    """Does jobs. Holds nothing that matters between them."""

    def __init__(self, world: World, reviewer: Reviews, *, patient: Reviews | None = None) -> None:
        """`patient` reviews what the usual limits stopped."""
        self._world, self._reviewer, self._patient = world, reviewer, patient or reviewer
        self._listings: OrderedDict[str, dict[str, Artifact]] = OrderedDict()

    def close(self) -> None:
        """End the children."""
        self._reviewer.close()
        if self._patient is not self._reviewer:
            self._patient.close()

    def review(self, job: Job) -> Result:
        """Review a leased job's file, and keep its bytes. Raises `StoreError` when the database is not there."""
        started = time.monotonic()
        result = self._attempt(job)
        return msgspec.structs.replace(result, wall_s=time.monotonic() - started)

    def _attempt(self, job: Job) -> Result:
        try:
            return self._review(job)
        except (NotListed, RegistryError) as error:
            return Result(job=job, reason=error.message, blame="registry")
        except (VaultError, OSError) as error:  # our own disk or object store
            return Result(job=job, reason=str(error), blame="ours")
        except StoreError:
            raise
        except (PratiqueError, MemoryError) as error:
            return Result(job=job, reason=str(error) or type(error).__name__)

    def _review(self, job: Job) -> Result:
        artifact = self._locate(job)
        try:
            data = self._bytes(job, artifact)
        except TooLarge as error:
            return Result(job=job, found=Reviewed(review=refusal(artifact, error.message)))
        reviewer = self._patient if job.lane == queue.REREAD else self._reviewer
        found = reviewer.review(Work(artifact=artifact, data=data))
        self._world.store.vault.put(data)
        return Result(job=job, found=found, kept=True)

    def _locate(self, job: Job) -> Artifact:
        """Return the file as the index lists it; what is once known of it stays. Raises `NotListed`."""
        if job.sha256:
            return _artifact(job)
        found = self._listed(job)
        if found is None:
            raise NotListed(f"the index does not list {job.filename}")
        known = msgspec.structs.replace(found, package=_package(job), filename=job.filename)
        with self._world.store.jot() as connection:
            feed.describe(connection, job.artifact_id, known)
        return known

    def _listed(self, job: Job) -> Artifact | None:
        files = self._listings.get(job.name)
        if files is None or job.filename not in files:
            try:
                listed, _ = self._world.registry.feed().files(job.name)
            except (TargetNotFound, NothingToReview):
                listed = ()
            files = self._listings[job.name] = {one.filename: one for one in listed}
            while len(self._listings) > LISTINGS:
                self._listings.popitem(last=False)
        return files.get(job.filename)

    def _bytes(self, job: Job, artifact: Artifact) -> bytes:
        """Return the bytes: ours if we hold them, else the registry's. Raises like `Ecosystem.fetch`."""
        held = self._world.store.vault.get(artifact.sha256) if job.kept else None
        return held if held is not None else self._world.registry.fetch(artifact, Budget())


def _package(job: Job) -> Package:
    return Package(ecosystem=job.ecosystem, name=job.name, version=job.version)


def _artifact(job: Job) -> Artifact:
    """Return the artifact as the store knows it."""
    return Artifact(
        package=_package(job),
        filename=job.filename,
        kind=msgspec.convert(job.kind, ArtifactKind),
        sha256=job.sha256,
        size=job.size,
        uploaded_at=job.uploaded_at,
        url=job.url,
        provenance_url=job.provenance_url,
    )
