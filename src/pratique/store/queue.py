"""Jobs: leased to a worker for a while, done once, parked after three attempts with the reason.

What is small and quick is leased, renewed and finished many at a time; each such job still stands or falls alone.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import takewhile
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select, update

from pratique.store.tables import artifacts, jobs, releases
from pratique.store.texts import clean, fields, now
from pratique.store.upsert import insert

FIRST, LIVE, REREAD, RESCAN, BACKFILL = range(5)
"""Lanes: new and popular projects; other uploads; re-reads with more fuel; rescans; backfill. Lower goes first."""
LANES = ("first", "live", "reread", "rescan", "backfill")
ATTEMPTS = 3
LEASE = 45.0
"""Seconds that a worker holds a job without a word."""
WAITS = (2.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0)
"""Pauses for what is the registry's fault (not listed yet, no answer); these do not count as attempts."""


LOST = "lost"
"""The state of a job for whoever held it, when somebody else has it by now."""
_FREE = {"lease": "", "lease_until": 0.0}


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A leased job with what is known of its artifact."""

    id: int
    lease: str
    artifact_id: int
    lane: int
    why: str
    context_digest: str
    attempts: int
    waits: int
    ecosystem: str
    name: str
    version: str
    filename: str
    kind: str
    sha256: str
    size: int
    url: str
    uploaded_at: str
    provenance_url: str
    announced_at: float
    created_at: float
    kept: bool
    beside: bytes | None
    """The releases that it is compared with, as they were when it was found (`service.beside`)."""
    context: str


class New(NamedTuple):
    """A job to be added."""

    artifact: int
    lane: int
    why: str
    context: bytes
    """What is known at the time, frozen: a job that is delivered again has the same key."""


def put(connection: Connection, wanted: Iterable[New]) -> int:
    """Add jobs; return how many are new."""
    moment = now()
    rows = [
        {
            "artifact_id": one.artifact, "lane": one.lane, "why": one.why, "context": one.context.decode(),
            "context_digest": hashlib.sha256(one.context).hexdigest()[:16], "state": "pending", "due_at": 0.0,
            "created_at": moment,
        }
        for one in wanted
    ]  # fmt: skip
    if not rows:
        return 0
    made = insert(connection, jobs).on_conflict_do_nothing().returning(jobs.c.id)
    return len(connection.execute(made, rows).all())


def claim(connection: Connection, worker: str, lanes: Sequence[int] = range(len(LANES)), *, most: int = 1) -> list[Job]:
    """Lease the next jobs in these lanes, at most so many, the lowest lane and the oldest first.

    A job that failed before comes alone: if it takes its worker with it, it takes no other job.
    """
    numbers = _next(connection, tuple(lanes), most)
    if not numbers:
        return []
    change = {
        "state": "leased", "lease": secrets.token_hex(8), "lease_until": now() + LEASE, "worker": clean(worker, 200),
        "attempts": jobs.c.attempts + 1,
    }  # fmt: skip
    connection.execute(update(jobs).where(jobs.c.id.in_(numbers)).values(change))
    rows = connection.execute(_whole().where(jobs.c.id.in_(numbers)).order_by(jobs.c.lane, jobs.c.id))
    return [msgspec.convert(fields(row), Job) for row in rows]


def renew(connection: Connection, held: Sequence[Job]) -> None:
    """Hold jobs for another while; those that somebody else has by now stay theirs."""
    _change(connection, held, lease_until=now() + LEASE)


def finish(connection: Connection, held: Sequence[Job]) -> frozenset[int]:
    """Say that jobs are done; return the numbers of those that were still ours, which alone may be recorded."""
    return _change(connection, held, **_FREE, state="done", done_at=now(), failure="")


def fail(connection: Connection, job: Job, reason: str) -> str:
    """Count a failed attempt; return the new state: `pending`, `parked` after the last one, or `lost`."""
    state = "parked" if job.attempts >= ATTEMPTS else "pending"
    pause = 2.0**job.attempts
    mine = _change(connection, (job,), **_FREE, state=state, due_at=now() + pause, failure=clean(reason))
    return state if mine else LOST


def wait(connection: Connection, job: Job, reason: str, *, final: str = "gone") -> str:
    """Put a job back for what is not its fault, without counting the attempt; `final` after the last pause."""
    over = job.waits >= len(WAITS)
    pause = 0.0 if over else WAITS[job.waits]
    state = final if over else "pending"
    mine = _change(
        connection, (job,), **_FREE, state=state, due_at=now() + pause, attempts=max(0, job.attempts - 1),
        waits=job.waits + 1, failure=clean(reason),
    )  # fmt: skip
    return state if mine else LOST


def release(connection: Connection, held: Sequence[Job]) -> None:
    """Give jobs back untouched: the worker is told to stop, or has no time for them."""
    _change(connection, held, **_FREE, state="pending", attempts=jobs.c.attempts - 1)


def requeue(connection: Connection, names: Sequence[int] = ()) -> int:
    """Give parked and gone jobs (all, or those with these numbers) another three attempts; return how many."""
    chosen = jobs.c.state.in_(("parked", "gone"))
    change = update(jobs).where(and_(chosen, jobs.c.id.in_(names)) if names else chosen)
    done = connection.execute(change.values(state="pending", attempts=0, waits=0, due_at=0.0))
    return int(done.rowcount)


def park_hopeless(connection: Connection) -> int:
    """Park what was leased three times and never came back: it takes its worker with it."""
    lost = (jobs.c.state == "leased", jobs.c.lease_until < now(), jobs.c.attempts >= ATTEMPTS)
    reason = f"its worker died or fell silent {ATTEMPTS} times"
    done = connection.execute(
        update(jobs).where(*lost).values(state="parked", lease="", lease_until=0.0, failure=reason)
    )
    return int(done.rowcount)


def due(connection: Connection, lanes: Sequence[int], most: int) -> int:
    """Return how many jobs in these lanes could be leased now, counted no further than `most`."""
    ready = select(jobs.c.id).where(or_(*_claimable(now())), jobs.c.lane.in_(lanes)).limit(max(0, most)).subquery()
    return int(connection.execute(select(func.count()).select_from(ready)).scalar_one())


def in_hand(connection: Connection, lanes: Sequence[int]) -> int:
    """Return how many jobs in these lanes are leased."""
    leased = select(func.count()).where(jobs.c.state == "leased", jobs.c.lane.in_(lanes))
    return int(connection.execute(leased).scalar_one())


def depth(connection: Connection) -> dict[tuple[int, str], tuple[int, float]]:
    """Return the number of jobs and the age in seconds of the oldest, by lane and state."""
    rows = connection.execute(
        select(jobs.c.lane, jobs.c.state, func.count(), func.min(jobs.c.created_at)).group_by(jobs.c.lane, jobs.c.state)
    )
    return {(lane, state): (count, now() - oldest) for lane, state, count, oldest in rows}


def parked(connection: Connection, limit: int = 100) -> list[tuple[int, str, str, str]]:
    """Return (job, filename, state, reason) of what is parked or gone, the newest first."""
    rows = connection.execute(
        select(jobs.c.id, artifacts.c.filename, jobs.c.state, jobs.c.failure)
        .join(artifacts)
        .where(jobs.c.state.in_(("parked", "gone")))
        .order_by(jobs.c.id.desc())
        .limit(limit)
    )
    return [(row.id, row.filename, row.state, row.failure) for row in rows]


def _claimable(moment: float) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return the two kinds of jobs that may be leased: those that wait, and those whose worker fell silent."""
    free = and_(jobs.c.state == "pending", jobs.c.due_at <= moment)
    lost = and_(jobs.c.state == "leased", jobs.c.lease_until < moment, jobs.c.attempts < ATTEMPTS)
    return free, lost


def _next(connection: Connection, lanes: tuple[int, ...], most: int) -> list[int]:
    """Return the jobs to be leased. The two kinds are asked for apart, each in the order of the index."""
    found: list[tuple[int, int, int]] = []
    for kind in _claimable(now()):
        wanted = select(jobs.c.lane, jobs.c.id, jobs.c.attempts).where(kind, jobs.c.lane.in_(lanes))
        ordered = wanted.order_by(jobs.c.lane, jobs.c.id).limit(most).with_for_update(skip_locked=True)
        found += map(tuple, connection.execute(ordered))
    found.sort()
    fresh = list(takewhile(lambda one: not one[2], found)) or found[:1]
    return [number for _, number, _ in fresh[:most]]


@cache
def _whole() -> Select[Any]:
    """Select a job with what is known of its artifact."""
    columns = [
        jobs.c[name] for name in ("id", "lease", "artifact_id", "lane", "why", "context_digest", "attempts", "waits",
                                  "created_at", "context")
    ]  # fmt: skip
    columns += [releases.c[name] for name in ("ecosystem", "name", "version")]
    columns += [
        artifacts.c[name] for name in ("filename", "kind", "sha256", "size", "url", "uploaded_at", "provenance_url",
                                       "announced_at", "kept", "beside")
    ]  # fmt: skip
    return select(*columns).select_from(jobs.join(artifacts).join(releases))


def _change(connection: Connection, held: Sequence[Job], **values: object) -> frozenset[int]:
    """Change those of the jobs whose lease is still ours; return their numbers."""
    mine = (jobs.c.id.in_([one.id for one in held]), jobs.c.lease.in_({one.lease for one in held}))
    changed = update(jobs).where(*mine, jobs.c.state == "leased").values(**values).returning(jobs.c.id)
    return frozenset(connection.execute(changed).scalars())
