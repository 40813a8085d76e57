"""A worker's day: take what is next, do it, record it, until told to stop."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence

import structlog

from pratique.batch import Work
from pratique.batch.reviewer import Reviewed, Reviewer
from pratique.pool import Limits
from pratique.service.beside import OPTIONS
from pratique.service.heart import Heart
from pratique.service.record import Outcome, record
from pratique.service.settings import World
from pratique.service.task import Performs, Result, Worker
from pratique.store import StoreError, queue
from pratique.store.queue import Job

IDLE = 0.25
"""Seconds between looks at an empty queue."""
AWAY = 2.0
"""Seconds between tries to reach a database that does not answer."""
MOST = 32
"""Jobs in hand at a time."""
QUICK = 0.2
"""Seconds that the jobs in hand may take together, as far as the ones before tell."""
SLOW = 1.0
"""Seconds after which the rest of the jobs in hand is left to others."""
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
    return Reviewer(OPTIONS, cache=world.cache, limits=limits)


def make_worker(world: World) -> Worker:
    """Return a worker with the engine, and a patient second one."""
    return Worker(world, make_reviewer(world), patient=Patient(world))


class Shift:
    """A worker at work. It takes one job at a time, or more of them while they turn out to be quick."""

    def __init__(self, world: World, worker: Performs, name: str, *, stopping: Callable[[], bool] = bool) -> None:
        self._world, self._worker, self._name, self._stopping = world, worker, name, stopping
        self._heart, self._most = Heart(world.store), 1

    def turn(self, lanes: Sequence[int]) -> list[Outcome] | None:
        """Take the next jobs, do and record them; None when there are none, or the database does not answer."""
        try:
            with self._world.store.jot() as connection:
                held = queue.claim(connection, self._name, lanes, most=self._most)
        except StoreError as error:
            log.warning("database-away", reason=error.message)
            time.sleep(AWAY)
            return None
        return self._do(held) if held else None

    def _do(self, held: Sequence[Job]) -> list[Outcome]:
        """Do leased jobs; when the database goes away meanwhile they are given back as they were."""
        try:
            with self._heart.beating(held):
                results = self._review(held)
                outcomes = record(self._world, results)
        except StoreError as error:
            log.warning("database-away", reason=error.message, jobs=[job.id for job in held])
            self._give_back(held)
            return []
        if len(results) < len(held):
            self._give_back(held[len(results) :])
        for outcome in outcomes:
            level = "warning" if outcome.state != "done" else "info"
            getattr(log, level)("job", **{key: value for key, value in _shown(outcome).items() if value})
        return outcomes

    def _review(self, held: Sequence[Job]) -> list[Result]:
        """Review jobs one by one; what turns out to be slow leaves the rest to others."""
        started, results = time.monotonic(), list[Result]()
        for job in held:
            results.append(self._worker.review(job))
            took = time.monotonic() - started
            if took > SLOW or self._stopping():
                break
        self._most = max(1, min(MOST, 2 * self._most, int(QUICK * len(results) / took)))
        return results

    def _give_back(self, held: Sequence[Job]) -> None:
        """Return jobs untouched, as soon as the database takes them: its trouble was not the artifacts'."""
        while True:
            with contextlib.suppress(StoreError), self._world.store.jot() as connection:
                queue.release(connection, held)
                return
            if self._stopping():
                return
            time.sleep(AWAY)


def serve(world: World, worker: Performs, *, name: str, lanes: Sequence[int], stopping: Callable[[], bool]) -> None:
    """Do jobs until `stopping()`. A database that is away is waited for."""
    shift = Shift(world, worker, name, stopping=stopping)
    while not stopping():
        if shift.turn(lanes) is None:
            time.sleep(IDLE)


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
