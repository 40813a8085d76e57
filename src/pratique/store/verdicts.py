"""Reviews: written once per key, read by file, release or hash, searched by rule and capability."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, Row, Select, func, select

from pratique.model import Review, earliest
from pratique.store.tables import artifacts, capabilities, findings, releases, reviews
from pratique.store.texts import clean, fields, now, pack, unpack
from pratique.store.upsert import insert

KEY = ("purl", "filename", "sha256", "engine", "context")
"""What makes a review the same review (DESIGN section 3)."""
_SHOWN = [
    reviews.c[name] for name in ("id", "artifact_id", "purl", "filename", "sha256", "engine", "context", "level",
                                 "category", "score", "complete", "at", "latency_s")
]  # fmt: skip


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """A review without its document."""

    id: int
    artifact_id: int
    purl: str
    filename: str
    sha256: str
    engine: str
    context: str
    level: str
    category: str
    score: float
    complete: bool
    at: float
    latency_s: float
    """From the registry's announcement to the verdict; 0 where it was read again later, or long after its upload."""


class New(NamedTuple):
    """A review to be written."""

    artifact: int
    review: Review
    context: str
    announced_at: float
    """0 where it was no upload that waited."""


def record(connection: Connection, written: Sequence[New]) -> list[int]:
    """Write reviews with their findings and capabilities; return the numbers of those whose key is new, in order."""
    if not written:
        return []
    rows = [_row(one) for one in written]
    key = tuple(reviews.c[name] for name in KEY)
    made = insert(connection, reviews).on_conflict_do_nothing().returning(reviews.c.id, *key)
    numbers = {tuple(row[1:]): int(row[0]) for row in connection.execute(made, rows)}
    found = [
        (number, one.review)
        for one, row in zip(written, rows, strict=True)
        if (number := numbers.pop(tuple(row[name] for name in KEY), None))
    ]
    _index(connection, found)
    return [number for number, _ in found]


def _row(one: New) -> dict[str, object]:
    review, moment = one.review, now()
    return {
        "artifact_id": one.artifact,
        "purl": clean(review.artifact.package.purl),
        "filename": clean(review.artifact.filename),
        "sha256": review.artifact.sha256,
        "engine": review.engine,
        "context": one.context,
        "level": review.verdict.level,
        "category": review.verdict.category,
        "score": review.verdict.score,
        "complete": review.verdict.complete,
        "document": pack(review),
        "at": moment,
        "latency_s": max(0.0, moment - one.announced_at) if one.announced_at else 0.0,
        "cpu_s": review.cost.cpu_s,
        "wall_s": review.cost.wall_s,
        "code_files": review.read.code_files,
        "cached_files": review.cost.cached_files,
    }


def _index(connection: Connection, found: Sequence[tuple[int, Review]]) -> None:
    """Write what reviews are searched by."""
    rows = [
        {
            "review_id": number, "number": position, "rule": one.rule, "severity": one.severity,
            "category": one.category, "trigger": one.trigger, "target": clean(one.target),
            "fingerprint": clean(one.fingerprint, 64),
        }
        for number, review in found for position, one in enumerate(review.findings)
    ]  # fmt: skip
    if rows:
        connection.execute(findings.insert(), rows)
    held = {
        (number, clean(use.capability, 64), clean(use.operand, 64), earliest(use.triggers) if use.triggers else "")
        for number, review in found
        for use in review.uses
    }
    named = [dict(zip(("review_id", "capability", "operand", "trigger"), one, strict=True)) for one in sorted(held)]
    if named:
        connection.execute(capabilities.insert(), named)


def document(connection: Connection, number: int) -> Review | None:
    """Return a review as it was written."""
    row = connection.execute(select(reviews.c.document).where(reviews.c.id == number)).first()
    return msgspec.msgpack.decode(unpack(row.document), type=Review) if row else None


def raw_document(connection: Connection, number: int) -> object:
    """Return a review as plain types, whatever version wrote it; None when there is none."""
    row = connection.execute(select(reviews.c.document).where(reviews.c.id == number)).first()
    return msgspec.msgpack.decode(unpack(row.document)) if row else None


def by_hash(connection: Connection, hashes: Sequence[str]) -> dict[str, Summary]:
    """Return the newest review of each file with one of these SHA-256."""
    found: dict[str, Summary] = {}
    rows = connection.execute(select(*_SHOWN).where(reviews.c.sha256.in_(tuple(hashes))).order_by(reviews.c.id))
    for row in rows:
        found[row.sha256] = _summary(row)
    return found


def by_release(connection: Connection, ecosystem: str, name: str, version: str) -> list[Summary]:
    """Return the newest review of each file of a release, by file name."""
    wanted = (
        select(*_SHOWN)
        .select_from(reviews.join(artifacts).join(releases))
        .where(releases.c.ecosystem == ecosystem, releases.c.name == clean(name))
        .order_by(reviews.c.id)
    )
    if version:
        wanted = wanted.where(releases.c.version == clean(version))
    newest = {row.artifact_id: _summary(row) for row in connection.execute(wanted)}
    return sorted(newest.values(), key=lambda one: one.filename)


def one(connection: Connection, number: int) -> Summary | None:
    """Return a review's summary."""
    row = connection.execute(select(*_SHOWN).where(reviews.c.id == number)).first()
    return _summary(row) if row else None


def page(
    connection: Connection, *, below: int = 0, levels: Sequence[str] = (), limit: int = 50, since: float = 0.0
) -> list[Summary]:
    """Return reviews, the newest first, with numbers below `below` (0: all)."""
    wanted = select(*_SHOWN).order_by(reviews.c.id.desc()).limit(limit)
    if below:
        wanted = wanted.where(reviews.c.id < below)
    if levels:
        wanted = wanted.where(reviews.c.level.in_(tuple(levels)))
    if since:
        wanted = wanted.where(reviews.c.at >= since)
    return [_summary(row) for row in connection.execute(wanted)]


def with_rule(connection: Connection, rule: str) -> Iterator[Summary]:
    """Yield the reviews with a finding of this rule."""
    numbers = select(findings.c.review_id).where(findings.c.rule == rule)
    yield from _all(connection, select(*_SHOWN).where(reviews.c.id.in_(numbers)).order_by(reviews.c.id))


def with_capability(connection: Connection, capability: str, operand: str = "") -> Iterator[Summary]:
    """Yield the reviews that have this capability (of this operand class)."""
    numbers = select(capabilities.c.review_id).where(capabilities.c.capability == capability)
    if operand:
        numbers = numbers.where(capabilities.c.operand == operand)
    yield from _all(connection, select(*_SHOWN).where(reviews.c.id.in_(numbers)).order_by(reviews.c.id))


def mix(connection: Connection, since: float = 0.0) -> dict[str, int]:
    """Return how many reviews there are of each level."""
    rows = connection.execute(
        select(reviews.c.level, func.count()).where(reviews.c.at >= since).group_by(reviews.c.level)
    )
    return {row[0]: row[1] for row in rows}


def latencies(connection: Connection, newest: int = 1000) -> list[float]:
    """Return seconds from announcement to verdict of the newest reviews of uploads, sorted."""
    rows = connection.execute(
        select(reviews.c.latency_s).where(reviews.c.latency_s > 0).order_by(reviews.c.id.desc()).limit(newest)
    )
    return sorted(rows.scalars())


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return the value below which a share of sorted values lies; 0 of none."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def _all(connection: Connection, wanted: Select[tuple[object, ...]]) -> Iterable[Summary]:
    return (_summary(row) for row in connection.execute(wanted))


def _summary(row: Row[tuple[object, ...]]) -> Summary:
    return msgspec.convert(fields(row), Summary)
