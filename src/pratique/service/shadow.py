"""The shadow ledger: what we would have reported, fixed before anybody knew better.

Each day's document lists the counts and every alarm, holds one hash over all reviews of the day, and commits to the day
before; whoever keeps one digest can check all days before it. Ten `clear` reviews a day are set aside for a person: the
draw is decided by the day's digest, so that nobody chooses it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
from sqlalchemy import Connection, distinct, func, select

from pratique.evaluate.statistics import upper_bound
from pratique.store import Store, shadow
from pratique.store.tables import artifacts, decisions, releases, reviews

SCHEMA = "pratique-ledger/1"
ASIDE = 10
ALARMS = ("look", "block")
_KEY = (reviews.c.purl, reviews.c.filename, reviews.c.sha256, reviews.c.engine, reviews.c.context, reviews.c.level)


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """A review that would have asked for a person."""

    purl: str
    filename: str
    sha256: str
    level: str
    category: str
    score: float


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """One day."""

    schema: str = SCHEMA
    day: str
    """UTC."""
    files: int
    projects: int
    levels: tuple[tuple[str, int], ...]
    incomplete: int
    engines: tuple[str, ...]
    reviews: str
    """SHA-256 over the keys and levels of all reviews, sorted."""
    alarms: tuple[Alarm, ...]


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What the ledger shows so far. Rates are per file."""

    days: int
    files: int
    alarms: tuple[tuple[str, int], ...]
    confirmed: tuple[tuple[str, int], ...]
    """Alarms that a decision with proof bears out."""
    bounds: tuple[tuple[str, float], ...]
    """95 % upper bound of the rate of false alarms, with every alarm that nobody confirmed counted as false."""
    aside: int
    read: int
    """Of the reviews set aside, those that a person has decided about."""
    missed: int
    miss_bound: float
    """95 % upper bound of the share of `clear` files that are malware; 1 where none was read."""


def close_days(store: Store, today: str = "") -> list[shadow.Day]:
    """Write the days that are over and not in the ledger yet; return them."""
    closed = []
    with store.write() as connection:
        for day in list(_open_days(connection, today or datetime.now(UTC).date().isoformat())):
            made = shadow.close_day(connection, day, msgspec.json.encode(_document(connection, day)))
            if made:
                shadow.set_aside(connection, day, _drawn(connection, made))
                closed.append(made)
    return closed


def verify(store: Store) -> Iterator[tuple[str, str]]:
    """Yield (day, what is wrong with it), "" for what is sound: its digest, its chain, and its reviews."""
    with store.read() as connection:
        previous = ""
        for one in shadow.days(connection):
            wrong = ""
            if one.previous != previous:
                wrong = "does not continue the day before"
            elif shadow.commit(one.previous, one.document) != one.digest:
                wrong = "is not what its digest says"
            elif msgspec.json.decode(one.document, type=Document).reviews != _root(connection, one.day):
                wrong = "does not hold the reviews that the store has"
            previous = one.digest
            yield one.day, wrong


def figures(store: Store) -> Figures:
    """Return what the ledger's days show."""
    with store.read() as connection:
        documents = [msgspec.json.decode(one.document, type=Document) for one in shadow.days(connection)]
        alarms = [alarm for one in documents for alarm in one.alarms]
        proven = set(_decided(connection, ("confirm_malware", "remove_malware")))
        aside = [_filename(connection, number) for _, number in shadow.aside(connection)]
        read = set(_decided(connection, ("confirm_malware", "remove_malware", "not_malware", "watch")))
    files = sum(one.files for one in documents)
    held = {level: [one for one in alarms if one.level == level] for level in ALARMS}
    good = {level: sum((one.purl, one.filename) in proven for one in held[level]) for level in ALARMS}
    missed, seen = sum(one in proven for one in aside), sum(one in read for one in aside)
    return Figures(
        days=len(documents),
        files=files,
        alarms=tuple((level, len(held[level])) for level in ALARMS),
        confirmed=tuple(good.items()),
        bounds=tuple((level, upper_bound(len(held[level]) - good[level], files)) for level in ALARMS),
        aside=len(aside),
        read=seen,
        missed=missed,
        miss_bound=upper_bound(missed, seen),
    )


def _open_days(connection: Connection, today: str) -> Iterator[str]:
    """Yield the days before today with reviews, after the newest one in the ledger."""
    first = connection.execute(select(func.min(reviews.c.at))).scalar()
    newest = max((one.day for one in shadow.days(connection)), default="")
    if first is None:
        return
    day = datetime.fromtimestamp(first, UTC).date()
    while day.isoformat() < today:
        if day.isoformat() > newest:
            yield day.isoformat()
        day += timedelta(days=1)


def _span(day: str) -> tuple[float, float]:
    start = datetime.fromisoformat(day).replace(tzinfo=UTC)
    return start.timestamp(), (start + timedelta(days=1)).timestamp()


def _document(connection: Connection, day: str) -> Document:
    start, end = _span(day)
    within = (reviews.c.at >= start, reviews.c.at < end)
    levels = connection.execute(select(reviews.c.level, func.count()).where(*within).group_by(reviews.c.level)).all()
    bare = func.count().filter(~reviews.c.complete)
    files, incomplete = connection.execute(select(func.count(), bare).where(*within)).one()
    named = select(func.count(distinct(releases.c.name))).select_from(reviews.join(artifacts).join(releases))
    projects = connection.execute(named.where(*within)).scalar_one()
    engines = connection.execute(select(reviews.c.engine).distinct().where(*within).order_by(reviews.c.engine))
    columns = [reviews.c[name] for name in Alarm.__struct_fields__]
    alarms = connection.execute(select(*columns).where(*within, reviews.c.level.in_(ALARMS)).order_by(reviews.c.id))
    return Document(
        day=day,
        files=files,
        projects=projects,
        levels=tuple(sorted((level, count) for level, count in levels)),
        incomplete=incomplete,
        engines=tuple(engines.scalars()),
        reviews=_root(connection, day),
        alarms=tuple(Alarm(**dict(zip(Alarm.__struct_fields__, row, strict=True))) for row in alarms),
    )


def _root(connection: Connection, day: str) -> str:
    """Hash the keys and levels of all reviews of a day, in an order that does not depend on the database."""
    start, end = _span(day)
    rows = connection.execute(select(*_KEY).where(reviews.c.at >= start, reviews.c.at < end))
    lines = sorted("\0".join(map(str, row)).encode() for row in rows)
    return hashlib.sha256(b"\n".join(lines)).hexdigest()


def _drawn(connection: Connection, made: shadow.Day) -> list[int]:
    """Return the `clear` reviews of a day whose hash with the day's digest is lowest."""
    start, end = _span(made.day)
    rows = connection.execute(
        select(reviews.c.id, reviews.c.filename, reviews.c.sha256).where(
            reviews.c.at >= start, reviews.c.at < end, reviews.c.level == "clear"
        )
    )
    lots = sorted(
        (hashlib.sha256(f"{made.digest}{row.filename}{row.sha256}".encode()).digest(), row.id) for row in rows
    )
    return [number for _, number in lots[:ASIDE]]


def _decided(connection: Connection, outcomes: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    rows = connection.execute(
        select(decisions.c.purl, decisions.c.filename).where(decisions.c.outcome.in_(outcomes), decisions.c.proof)
    )
    for row in rows:
        yield row.purl, row.filename


def _filename(connection: Connection, number: int) -> tuple[str, str]:
    row = connection.execute(select(reviews.c.purl, reviews.c.filename).where(reviews.c.id == number)).one()
    return row.purl, row.filename
