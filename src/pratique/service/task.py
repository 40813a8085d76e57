"""One job: find the file on the index, fetch, review and record it. The same code for one machine and for a fleet."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import Protocol

import msgspec

from pratique.batch import Work, refusal
from pratique.batch.reviewer import Reviewed
from pratique.errors import NothingToReview, PratiqueError, RegistryError, TargetNotFound
from pratique.http import TooLarge
from pratique.model import Artifact, ArtifactKind, Budget, Package
from pratique.service.settings import World
from pratique.store import StoreError, facts, feed, queue, verdicts
from pratique.store.queue import Job, LeaseLost
from pratique.store.tables import artifacts
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

    def perform(self, job: Job) -> Outcome:
        """Do a leased job."""

    def close(self) -> None:
        """Let go of everything."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a job."""

    job: int
    filename: str
    state: str
    """done, pending (again later), parked, gone, or lost (somebody else has it)."""
    level: str = ""
    reason: str = ""
    latency_s: float = 0.0
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

    def perform(self, job: Job) -> Outcome:
        """Do a leased job; whatever happens is written to the store. Raises `StoreError` when that is not there."""
        started = time.monotonic()
        try:
            state, level, reason = self._attempt(job)
        except LeaseLost as lost:
            state, level, reason = "lost", "", lost.message
        return Outcome(
            job=job.id,
            filename=job.filename,
            state=state,
            level=level,
            reason=reason,
            latency_s=max(0.0, time.time() - job.announced_at),
            wall_s=time.monotonic() - started,
        )

    def _attempt(self, job: Job) -> tuple[str, str, str]:
        """Return the job's new state, the level, and what went wrong."""
        write = self._world.store.write
        try:
            level = self._review(job)
        except (NotListed, RegistryError) as error:  # the registry's
            with write() as connection:
                return queue.wait(connection, job, error.message), "", error.message
        except (VaultError, OSError) as error:  # our own disk or object store
            reason = str(error)
            with write() as connection:
                return queue.wait(connection, job, reason, final="parked"), "", reason
        except (StoreError, LeaseLost):
            raise
        except (PratiqueError, MemoryError) as error:
            reason = str(error) or type(error).__name__
            with write() as connection:
                return queue.fail(connection, job, reason), "", reason
        return "done", level, ""

    def _review(self, job: Job) -> str:
        artifact = self._locate(job)
        try:
            data = self._bytes(job, artifact)
        except TooLarge as error:
            return self._record(job, Reviewed(review=refusal(artifact, error.message)), kept=False)
        reviewer = self._patient if job.lane == queue.REREAD else self._reviewer
        found = reviewer.review(Work(artifact=artifact, data=data))
        self._world.store.vault.put(data)
        return self._record(job, found, kept=True)

    def _locate(self, job: Job) -> Artifact:
        """Return the file as the index lists it; what is once known of it stays. Raises `NotListed`."""
        if job.sha256:
            return _artifact(job)
        found = self._listed(job)
        if found is None:
            raise NotListed(f"the index does not list {job.filename}")
        known = msgspec.structs.replace(found, package=_package(job), filename=job.filename)
        with self._world.store.write() as connection:
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

    def _record(self, job: Job, found: Reviewed, *, kept: bool) -> str:
        """Write everything in one transaction, which fails as a whole when the lease is lost."""
        review, store = found.review, self._world.store
        with store.write() as connection:
            queue.finish(connection, job)
            context = f"{job.context_digest}{review.context}"
            verdicts.record(connection, job.artifact_id, review, context=context, announced_at=job.announced_at)
            facts.keep(connection, job.artifact_id, found.manifest, found.facts, self._world.cache.get)
            if kept:
                connection.execute(artifacts.update().where(artifacts.c.id == job.artifact_id).values(kept=True))
            if not review.verdict.complete and job.lane != queue.REREAD and kept:
                context_of_reread = msgspec.json.encode({"reread": job.context_digest, "engine": review.engine})
                queue.put(connection, [queue.New(job.artifact_id, queue.REREAD, "reread", context_of_reread)])
        return review.verdict.level


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
