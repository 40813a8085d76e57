"""A worker's day: take a job, do it, take the next, until told to stop."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence

import structlog

from pratique.batch import Work
from pratique.batch.reviewer import Reviewed, Reviewer
from pratique.pipeline import Options
from pratique.pool import Limits
from pratique.service.heart import Heart
from pratique.service.settings import World
from pratique.service.task import Outcome, Performs, Worker
from pratique.store import StoreError, queue
from pratique.store.queue import Job, LeaseLost

IDLE = 0.25
"""Seconds between looks at an empty queue."""
AWAY = 2.0
"""Seconds between tries to reach a database that does not answer."""
PATIENCE = 20
"""How much longer a review may take that the usual limits stopped."""

log = structlog.get_logger(__name__)


class Patient:
    """Reviews with wide limits; its processes are started when there is something to do."""

    def __init__(self, world: World) -> None:
        self._world = world

    def review(self, work: Work) -> Reviewed:
        """Review one artifact, and end the processes again."""
        usual = Limits()
        wide = Limits(
            file_seconds=usual.file_seconds * PATIENCE,
            step_seconds=usual.step_seconds * PATIENCE,
            cpu_seconds=usual.cpu_seconds * PATIENCE,
        )
        with make_reviewer(self._world, wide) as reviewer:
            return reviewer.review(work)

    def close(self) -> None:
        """There is nothing left to end."""


def make_reviewer(world: World, limits: Limits | None = None) -> Reviewer:
    """Return the engine as the service uses it: every audience, facts kept."""
    return Reviewer(Options(audience="everything"), cache=world.cache, limits=limits)


def make_worker(world: World) -> Worker:
    """Return a worker with the engine, and a patient second one."""
    return Worker(world, make_reviewer(world), patient=Patient(world))


def serve(world: World, worker: Performs, *, name: str, lanes: Sequence[int], stopping: Callable[[], bool]) -> int:
    """Do jobs until `stopping()`; return how many. A database that is away is waited for."""
    heart, done = Heart(world.store), 0
    while not stopping():
        try:
            with world.store.write() as connection:
                job = queue.claim(connection, name, lanes)
        except StoreError as error:
            log.warning("database-away", reason=error.message)
            time.sleep(AWAY)
            continue
        if job is None:
            time.sleep(IDLE)
            continue
        done += do(world, worker, heart, job, stopping) is not None
    return done


def do(world: World, worker: Performs, heart: Heart, job: Job, stopping: Callable[[], bool]) -> Outcome | None:
    """Do one leased job; None when the database went away meanwhile, and the job was given back."""
    try:
        with heart.beating(job):
            outcome = worker.perform(job)
    except StoreError as error:
        log.warning("database-away", reason=error.message, job=job.id)
        _give_back(world, job, stopping)
        return None
    level = "warning" if outcome.state != "done" else "info"
    getattr(log, level)("job", **{key: value for key, value in _shown(outcome).items() if value})
    return outcome


def _give_back(world: World, job: Job, stopping: Callable[[], bool]) -> None:
    """Return a job untouched, as soon as the database takes it: its trouble was not the artifact's."""
    while not stopping():
        time.sleep(AWAY)
        with contextlib.suppress(StoreError):
            with contextlib.suppress(LeaseLost), world.store.write() as connection:
                queue.release(connection, job)
            return


def _shown(outcome: Outcome) -> dict[str, object]:
    return {
        "job": outcome.job,
        "file": outcome.filename,
        "state": outcome.state,
        "verdict": outcome.level,
        "reason": outcome.reason,
        "latency_s": round(outcome.latency_s, 3),
        "wall_s": round(outcome.wall_s, 3),
    }
