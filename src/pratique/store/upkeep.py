"""Looking after a store: is it sound, what may go, and everything in it as JSON lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection, Delete, Select, and_, delete, func, or_, select, text, update

from pratique.model import Review
from pratique.store import decisions, migrate
from pratique.store.opened import Store
from pratique.store.tables import (
    APPEND_ONLY,
    answers,
    artifacts,
    cursors,
    events,
    facts,
    jobs,
    manifests,
    metadata,
    picks,
    reviews,
)
from pratique.store.texts import fields, now, unpack
from pratique.store.vault import VaultError

DAY = 86_400.0
EVENT_SCHEMA = "pratique-event/1"
REVIEW_SCHEMA = "pratique-stored-review/1"
WHAT = ("reviews", "decisions", "events")


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One question and its answer."""

    name: str
    ok: bool
    detail: str


class Retention(msgspec.Struct, frozen=True, kw_only=True):
    """For how many days things are kept. Reviews, events, decisions and the ledger are kept for ever."""

    bytes: float = 7.0
    """Of artifacts, unless a person may want to see them: `look`, `block`, acted on by the registry, set aside."""
    facts: float = 90.0
    jobs: float = 30.0
    """Done jobs; parked ones stay."""
    pages: float = 30.0


def check(store: Store, *, full: bool = False) -> Iterator[Check]:
    """Yield what was looked at; with `full`, every document and all bytes are read, else the newest 100."""
    with store.read() as connection:
        yield Check(name="layout", ok=True, detail=migrate.current(connection))
        yield _triggers(connection)
        yield _documents(connection, None if full else 100)
        yield _bytes(store, connection, None if full else 100)
        yield _orphans(store, connection)
        for row in connection.execute(select(cursors)):
            yield Check(name=f"cursor {row.ecosystem}/{row.source}", ok=True, detail=str(row.serial))
        parked = connection.execute(select(func.count()).where(jobs.c.state.in_(("parked", "gone")))).scalar_one()
        yield Check(name="parked artifacts", ok=True, detail=f"{parked}")


def _triggers(connection: Connection) -> Check:
    """See that what is append-only is guarded."""
    name = "sqlite_master WHERE type = 'trigger'" if connection.dialect.name == "sqlite" else "pg_trigger"
    column = "tbl_name" if connection.dialect.name == "sqlite" else "tgrelid::regclass::text"
    guarded = set(connection.execute(text(f"SELECT {column} FROM {name}")).scalars())  # noqa: S608  (our own words)
    bare = sorted(set(APPEND_ONLY) - guarded)
    return Check(name="append-only tables", ok=not bare, detail=", ".join(bare) or f"{len(APPEND_ONLY)} are guarded")


def _documents(connection: Connection, newest: int | None) -> Check:
    """Read documents and compare them with their columns."""
    wrong, count = [], 0
    wanted = select(reviews.c.id, reviews.c.document, reviews.c.sha256, reviews.c.level)
    for row in connection.execute(wanted.order_by(reviews.c.id.desc()).limit(newest)):
        count += 1
        try:
            found = msgspec.msgpack.decode(unpack(row.document), type=Review)
        except (msgspec.DecodeError, ValueError):
            wrong.append(row.id)
            continue
        if (found.artifact.sha256, found.verdict.level) != (row.sha256, row.level):
            wrong.append(row.id)
    return Check(name="reviews", ok=not wrong, detail=_counted(count, "read", wrong))


def _bytes(store: Store, connection: Connection, newest: int | None) -> Check:
    wrong, count = [], 0
    wanted = select(artifacts.c.id, artifacts.c.sha256).where(artifacts.c.kept).order_by(artifacts.c.id.desc())
    for row in connection.execute(wanted.limit(newest)):
        count += 1
        try:
            if store.vault.get(row.sha256) is None:
                wrong.append(row.id)
        except VaultError:
            wrong.append(row.id)
    return Check(name="bytes", ok=not wrong, detail=_counted(count, "opened", wrong))


def _orphans(store: Store, connection: Connection) -> Check:
    """Count bytes that nothing refers to: a worker died between keeping and recording them; `prune` removes them."""
    kept = set(connection.execute(select(artifacts.c.sha256).where(artifacts.c.kept)).scalars())
    count = sum(1 for address in store.vault.addresses() if address not in kept)
    return Check(name="bytes without a record", ok=True, detail=f"{count}")


def _counted(count: int, verb: str, wrong: list[int]) -> str:
    return f"{count} {verb}" + (f"; damaged or missing: {', '.join(map(str, wrong[:20]))}" if wrong else "")


def prune(store: Store, policy: Retention) -> dict[str, int]:
    """Remove what the policy lets go; return how much of each."""
    gone = {"bytes": 0, "orphans": 0}
    with store.read() as connection:
        old = connection.execute(_idle(policy)).all()
    for row in old:
        with store.write() as connection:
            connection.execute(update(artifacts).where(artifacts.c.id == row.id).values(kept=False))
            others = select(func.count()).where(artifacts.c.sha256 == row.sha256, artifacts.c.kept)
            if not connection.execute(others).scalar_one():
                store.vault.delete(row.sha256)
        gone["bytes"] += 1
    with store.write() as connection:
        kept = set(connection.execute(select(artifacts.c.sha256).where(artifacts.c.kept)).scalars())
        busy = set(connection.execute(select(artifacts.c.sha256).join(jobs).where(jobs.c.state == "leased")).scalars())
        for address in list(store.vault.addresses()):
            if address not in kept | busy:
                store.vault.delete(address)
                gone["orphans"] += 1
        for name, statement in _statements(policy):
            gone[name] = connection.execute(statement).rowcount
    return gone


def _idle(policy: Retention) -> Select[Any]:
    """Select the artifacts whose bytes nobody will ask for."""
    wanted = select(reviews.c.id).where(
        reviews.c.artifact_id == artifacts.c.id,
        or_(reviews.c.level.in_(("look", "block")), reviews.c.id.in_(select(picks.c.review_id))),
    )
    return select(artifacts.c.id, artifacts.c.sha256).where(
        and_(artifacts.c.kept, artifacts.c.seen_at < now() - policy.bytes * DAY),
        artifacts.c.state.not_in(("removed", "quarantined")),
        ~wanted.exists(),
    )


def _statements(policy: Retention) -> Iterator[tuple[str, Delete]]:
    moment = now()
    yield "manifests", delete(manifests).where(manifests.c.at < moment - policy.facts * DAY)
    yield "facts", delete(facts).where(facts.c.at < moment - policy.facts * DAY)
    yield "jobs", delete(jobs).where(jobs.c.state == "done", jobs.c.done_at < moment - policy.jobs * DAY)
    yield "pages", delete(answers).where(answers.c.at < moment - policy.pages * DAY)


def export(store: Store, what: str, since: float = 0.0) -> Iterator[bytes]:
    """Yield JSON lines of one of `WHAT`, the oldest first."""
    with store.read() as connection:
        if what == "decisions":
            yield from (msgspec.json.encode(one) for one in decisions.lines(connection, since))
        elif what == "events":
            for row in connection.execute(select(events).where(events.c.at >= since).order_by(events.c.id)):
                yield msgspec.json.encode({"schema": EVENT_SCHEMA} | fields(row))
        else:
            numbers = connection.execute(select(reviews.c.id).where(reviews.c.at >= since).order_by(reviews.c.id))
            for number in list(numbers.scalars()):
                row = connection.execute(select(reviews).where(reviews.c.id == number)).one()
                columns = fields(row)
                del columns["document"]
                document = msgspec.msgpack.decode(unpack(row.document))
                yield msgspec.json.encode({"schema": REVIEW_SCHEMA} | columns | {"review": document})


def sizes(connection: Connection) -> dict[str, int]:
    """Return how many rows each table has."""
    return {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in metadata.sorted_tables
    }
