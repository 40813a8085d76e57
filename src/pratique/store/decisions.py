"""What people and registries did about artifacts, exchanged as `decisions-v1` (JSON lines)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec
from sqlalchemy import Connection, select

from pratique.store.tables import decisions
from pratique.store.texts import clean, fields, now
from pratique.store.upsert import insert

SCHEMA = "pratique-decisions/1"
Outcome = Literal[
    "not_malware", "confirm_malware", "quarantine_release", "quarantine_project", "remove_release", "remove_malware",
    "watch",
]  # fmt: skip
"""PyPI's own actions (DESIGN section 3)."""


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """One line of `decisions-v1`."""

    schema: str = SCHEMA
    purl: str
    filename: str = ""
    sha256: str = ""
    level: str = ""
    """Our level at the time; "" where there was no review."""
    outcome: Outcome
    who: str
    note: str = ""
    at: float
    """Seconds since 1970, UTC."""
    proof: bool = False
    """Whether the act shows what the artifact is. A bare removal does not, nor a quarantine that we caused."""


def decide(connection: Connection, decision: Decision) -> bool:
    """Write a decision; False where the same one stands already."""
    row = msgspec.structs.asdict(decision)
    del row["schema"]
    row |= {name: clean(row[name]) for name in ("purl", "filename", "who")} | {"at": decision.at or now()}
    made = insert(connection, decisions).values(row).on_conflict_do_nothing().returning(decisions.c.id)
    return connection.execute(made).first() is not None


def lines(connection: Connection, since: float = 0.0) -> Iterator[Decision]:
    """Yield decisions, the oldest first."""
    for row in connection.execute(select(decisions).where(decisions.c.at >= since).order_by(decisions.c.id)):
        values = fields(row)
        del values["id"]
        yield msgspec.convert(values, Decision)
