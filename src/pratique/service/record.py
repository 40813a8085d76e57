"""Writes what came of jobs: many in one transaction, each only while its lease is still ours."""

from __future__ import annotations

import time
from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection

from pratique.service.settings import World
from pratique.service.task import Result
from pratique.store import facts, queue, verdicts
from pratique.store.tables import artifacts


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a job."""

    job: int
    filename: str
    state: str
    """done, pending (again later), parked, gone, or lost (somebody else has it)."""
    level: str = ""
    reason: str = ""
    latency_s: float = 0.0
    wall_s: float = 0.0


def record(world: World, results: Sequence[Result]) -> list[Outcome]:
    """Write results, all or none of them; those whose lease was lost meanwhile are dropped. Raises `StoreError`."""
    with world.store.jot() as connection:
        reviewed = [one for one in results if one.found]
        mine = queue.finish(connection, [one.job for one in reviewed]) if reviewed else frozenset()
        _keep(connection, world, [one for one in reviewed if one.job.id in mine])
        states = [_settle(connection, one, mine) for one in results]
    return [_outcome(one, state) for one, state in zip(results, states, strict=True)]


def _keep(connection: Connection, world: World, done: Sequence[Result]) -> None:
    """Write reviews with what belongs to them."""
    written, again = [], []
    for one in done:
        job, found = one.job, one.found
        if found is None:
            continue
        context = f"{job.context_digest}{found.review.context}"
        waited_since = job.announced_at if job.lane <= queue.LIVE else 0.0
        written.append(verdicts.New(job.artifact_id, found.review, context, waited_since))
        if found.manifest or found.facts:
            facts.keep(connection, job.artifact_id, found.manifest, found.facts, world.cache.get)
        if one.kept and not found.review.verdict.complete and job.lane != queue.REREAD:
            why = msgspec.json.encode({"reread": job.context_digest, "engine": found.review.engine})
            again.append(queue.New(job.artifact_id, queue.REREAD, "reread", why))
    verdicts.record(connection, written)
    queue.put(connection, again)
    kept = [one.job.artifact_id for one in done if one.kept and not one.job.kept]
    if kept:
        connection.execute(artifacts.update().where(artifacts.c.id.in_(kept)).values(kept=True))


def _settle(connection: Connection, one: Result, mine: frozenset[int]) -> str:
    """Return the state of a job; one that was not reviewed is put back or parked."""
    if one.found:
        return "done" if one.job.id in mine else queue.LOST
    if one.blame == "artifact":
        return queue.fail(connection, one.job, one.reason)
    return queue.wait(connection, one.job, one.reason, final="gone" if one.blame == "registry" else "parked")


def _outcome(one: Result, state: str) -> Outcome:
    return Outcome(
        job=one.job.id,
        filename=one.job.filename,
        state=state,
        level=one.found.review.verdict.level if one.found else "",
        reason=one.reason or ("somebody else has it by now" if state == queue.LOST else ""),
        latency_s=max(0.0, time.time() - one.job.announced_at),
        wall_s=one.wall_s,
    )
