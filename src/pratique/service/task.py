"""One job: find the file on the index, fetch and review it. The same code for one machine and for a fleet."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import Literal, Protocol

import msgspec

from pratique.batch import refusal
from pratique.batch.reviewer import Reviewed
from pratique.errors import NothingToReview, PratiqueError, RegistryError, TargetNotFound
from pratique.http import TooLarge
from pratique.model import Artifact, ArtifactKind, Budget, Package, Release
from pratique.releases import Plan, read_file
from pratique.service import beside
from pratique.service.beside import Reviews, Shelf
from pratique.service.settings import World
from pratique.store import StoreError, feed, queue
from pratique.store.queue import Job
from pratique.store.vault import VaultError

PATIENT = 3
"""Pauses after which a file is reviewed without its base, when the registry does not give that."""
LISTINGS = 64
"""Projects whose listing is remembered, so that the wheels of one release cost one request."""


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
        self._listings: OrderedDict[str, tuple[Release, ...]] = OrderedDict()

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
        artifact, plan = self._locate(job)
        try:
            data = self._bytes(job, artifact)
        except TooLarge as error:
            return Result(job=job, found=Reviewed(review=refusal(artifact, error.message)))
        reviewer = self._patient if job.lane == queue.REREAD else self._reviewer
        shelf = Shelf(
            self._world.registry, reviewer, self._world.cache, (artifact, data), patient=job.waits < PATIENT
        )  # fmt: skip
        review = read_file(shelf, plan, artifact).review
        self._world.store.vault.put(data)
        whole = msgspec.structs.replace(review.cost, cpu_s=round(shelf.cpu_s, 4))
        found = shelf.reviewed or Reviewed(review=review)
        kept = msgspec.structs.replace(found, review=msgspec.structs.replace(review, cost=whole))
        return Result(job=job, found=kept, kept=True)

    def _locate(self, job: Job) -> tuple[Artifact, Plan]:
        """Return the file as the index lists it, and what it is compared with; what is once known of it stays.

        Raises `NotListed`.
        """
        if job.sha256:
            plan = beside.thaw(job.beside, _artifact(job))
            return _named(job, plan.new), plan
        listed = self._listed(job)
        files = {file.filename: file for one in listed for file in one.artifacts}
        if job.filename not in files:
            raise NotListed(f"the index does not list {job.filename}")
        plan = beside.choose(files[job.filename], listed, self._world.registry)
        artifact = _named(job, plan.new)
        with self._world.store.jot() as connection:
            feed.describe(connection, job.artifact_id, artifact, beside.freeze(plan))
        return artifact, plan

    def _listed(self, job: Job) -> tuple[Release, ...]:
        """Return the project's releases, asking the index again when those we have do not hold the file."""
        listed = self._listings.get(job.name, ())
        if not any(file.filename == job.filename for one in listed for file in one.artifacts):
            try:
                listed = self._world.registry.releases(job.name)
            except (TargetNotFound, NothingToReview):
                listed = ()
            self._listings[job.name] = listed
            while len(self._listings) > LISTINGS:
                self._listings.popitem(last=False)
        return listed

    def _bytes(self, job: Job, artifact: Artifact) -> bytes:
        """Return the bytes: ours if we hold them, else the registry's. Raises like `Ecosystem.fetch`."""
        held = self._world.store.vault.get(artifact.sha256) if job.kept else None
        return held if held is not None else self._world.registry.fetch(artifact, Budget())


def _package(job: Job) -> Package:
    return Package(ecosystem=job.ecosystem, name=job.name, version=job.version)


def _named(job: Job, release: Release) -> Artifact:
    """Return the job's file of a release, under the version that was announced."""
    found = next(file for file in release.artifacts if file.filename == job.filename)
    return msgspec.structs.replace(found, package=_package(job))


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
