"""The shadow ledger's rows: a document a day that commits to the one before, and reviews set aside for a person."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

import msgspec
from sqlalchemy import Connection, select

from pratique.store.tables import ledger, picks
from pratique.store.texts import clean, now
from pratique.store.upsert import insert


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """One day of the ledger."""

    day: str
    digest: str
    """SHA-256 over the digest of the day before and this day's document."""
    previous: str
    document: bytes


def commit(previous: str, document: bytes) -> str:
    """Return the digest of a day."""
    return hashlib.sha256(f"{previous}\n".encode() + document).hexdigest()


def close_day(connection: Connection, day: str, document: bytes) -> Day | None:
    """Write a day's document, bound to the newest day before; None where the day is closed already."""
    newest = connection.execute(select(ledger.c.digest).order_by(ledger.c.day.desc()).limit(1)).scalar() or ""
    made = Day(day=clean(day, 10), digest=commit(newest, document), previous=newest, document=document)
    row = msgspec.structs.asdict(made) | {"at": now()}
    done = connection.execute(
        insert(connection, ledger).values(row).on_conflict_do_nothing().returning(ledger.c.day)
    ).first()
    return made if done else None


def days(connection: Connection) -> Iterator[Day]:
    """Yield every day, the oldest first."""
    for row in connection.execute(select(ledger).order_by(ledger.c.day)):
        yield Day(day=row.day, digest=row.digest, previous=row.previous, document=row.document)


def set_aside(connection: Connection, day: str, numbers: Iterable[int]) -> None:
    """Note which reviews a person is to read."""
    rows = [{"day": day, "review_id": number} for number in numbers]
    if rows:
        connection.execute(insert(connection, picks).values(rows).on_conflict_do_nothing())


def aside(connection: Connection) -> list[tuple[str, int]]:
    """Return (day, review) of all that was set aside."""
    return [(row.day, row.review_id) for row in connection.execute(select(picks).order_by(picks.c.day))]
