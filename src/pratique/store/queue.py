"""Jobs: leased to a worker for a while, done once, parked after three attempts with the reason."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select, update

from pratique.errors import PratiqueError
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
    context: str


class LeaseLost(PratiqueError):
    """Somebody else has the job by now."""


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


def claim(connection: Connection, worker: str, lanes: Sequence[int] = range(len(LANES))) -> Job | None:
    """Lease the next job in these lanes, the lowest lane and the oldest first; None when there is none."""
    due = select(jobs.c.id).where(_claimable(now()), jobs.c.lane.in_(tuple(lanes))).order_by(jobs.c.lane, jobs.c.id)
    number = connection.execute(due.limit(1).with_for_update(skip_locked=True)).scalar()
    return claim_one(connection, worker, number) if number is not None else None


def claim_one(connection: Connection, worker: str, job: int) -> Job | None:
    """Lease this very job; None when it is done, waiting, or somebody else's."""
    moment, lease = now(), secrets.token_hex(8)
    change = {
        "state": "leased", "lease": lease, "lease_until": moment + LEASE, "worker": clean(worker, 200),
        "attempts": jobs.c.attempts + 1,
    }  # fmt: skip
    taken = update(jobs).where(jobs.c.id == job, _claimable(moment)).values(change)
    if connection.execute(taken).rowcount != 1:
        return None
    row = connection.execute(_whole().where(jobs.c.id == job)).one()
    return msgspec.convert(fields(row), Job)


def renew(connection: Connection, job: Job) -> None:
    """Hold a job for another while. Raises `LeaseLost`."""
    _mine(connection, job, lease_until=now() + LEASE)


def finish(connection: Connection, job: Job) -> None:
    """Say that a job is done. Raises `LeaseLost`."""
    _mine(connection, job, state="done", lease="", lease_until=0.0, done_at=now(), failure="")


def fail(connection: Connection, job: Job, reason: str) -> str:
    """Count a failed attempt; return the new state: `pending`, or `parked` after the last one. Raises `LeaseLost`."""
    state = "parked" if job.attempts >= ATTEMPTS else "pending"
    pause = 2.0**job.attempts
    _mine(connection, job, state=state, lease="", lease_until=0.0, due_at=now() + pause, sent_at=0.0,
          failure=clean(reason))  # fmt: skip
    return state


def wait(connection: Connection, job: Job, reason: str, *, final: str = "gone") -> str:
    """Put a job back for what is not its fault, without counting the attempt; `final` after the last pause."""
    over = job.waits >= len(WAITS)
    pause = 0.0 if over else WAITS[job.waits]
    state = final if over else "pending"
    _mine(
        connection, job, state=state, lease="", lease_until=0.0, due_at=now() + pause, sent_at=0.0,
        attempts=max(0, job.attempts - 1), waits=job.waits + 1, failure=clean(reason),
    )  # fmt: skip
    return state


def release(connection: Connection, job: Job) -> None:
    """Give a job back untouched: the worker is told to stop. Raises `LeaseLost`."""
    _mine(connection, job, state="pending", lease="", lease_until=0.0, sent_at=0.0, attempts=max(0, job.attempts - 1))


def requeue(connection: Connection, names: Sequence[int] = ()) -> int:
    """Give parked and gone jobs (all, or those with these numbers) another three attempts; return how many."""
    chosen = jobs.c.state.in_(("parked", "gone"))
    change = update(jobs).where(and_(chosen, jobs.c.id.in_(names)) if names else chosen)
    done = connection.execute(change.values(state="pending", attempts=0, waits=0, due_at=0.0, sent_at=0.0))
    return int(done.rowcount)


def park_hopeless(connection: Connection) -> int:
    """Park what was leased three times and never came back: it takes its worker with it."""
    lost = (jobs.c.state == "leased", jobs.c.lease_until < now(), jobs.c.attempts >= ATTEMPTS)
    reason = f"its worker died or fell silent {ATTEMPTS} times"
    done = connection.execute(
        update(jobs).where(*lost).values(state="parked", lease="", lease_until=0.0, failure=reason)
    )
    return int(done.rowcount)


def unsent(connection: Connection, room: dict[int, int], again: float) -> list[tuple[int, int]]:
    """Take (job, lane) to be sent to the workers: at most `room[lane]`, and again what was sent `again` s ago in vain.

    They are marked as sent; a message that is lost is sent anew after a while.
    """
    found: list[tuple[int, int]] = []
    for lane, limit in sorted(room.items()):
        old = now() - again
        due = (
            select(jobs.c.id)
            .where(jobs.c.lane == lane, jobs.c.sent_at < old, _claimable(now()))
            .order_by(jobs.c.id)
            .limit(max(0, limit))
            .with_for_update(skip_locked=True)
        )
        numbers = list(connection.execute(due).scalars())
        if numbers:
            connection.execute(update(jobs).where(jobs.c.id.in_(numbers)).values(sent_at=now()))
        found += [(number, lane) for number in numbers]
    return found


def unsend(connection: Connection, numbers: Sequence[int]) -> None:
    """Note that jobs could not be sent."""
    if numbers:
        connection.execute(update(jobs).where(jobs.c.id.in_(numbers), jobs.c.state == "pending").values(sent_at=0.0))


def in_flight(connection: Connection, again: float) -> dict[int, int]:
    """Return, by lane, how many jobs are with the broker or a worker."""
    sent = and_(jobs.c.state == "pending", jobs.c.sent_at >= now() - again)
    rows = connection.execute(
        select(jobs.c.lane, func.count()).where(or_(jobs.c.state == "leased", sent)).group_by(jobs.c.lane)
    )
    return {row[0]: row[1] for row in rows}


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


def _claimable(moment: float) -> ColumnElement[bool]:
    free = and_(jobs.c.state == "pending", jobs.c.due_at <= moment)
    lost = and_(jobs.c.state == "leased", jobs.c.lease_until < moment, jobs.c.attempts < ATTEMPTS)
    return or_(free, lost)


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
                                       "announced_at", "kept")
    ]  # fmt: skip
    return select(*columns).select_from(jobs.join(artifacts).join(releases))


def _mine(connection: Connection, job: Job, **values: object) -> None:
    held = (jobs.c.id == job.id, jobs.c.lease == job.lease, jobs.c.state == "leased")
    if connection.execute(update(jobs).where(*held).values(**values)).rowcount != 1:
        raise LeaseLost(f"job {job.id} is somebody else's by now")
