"""What registries did, compared with what we said: every quarantine and removal is looked at once a day.

What an act can prove: a project that was quarantined and then removed was malware to the registry, unless the
quarantine was ours; a quarantine alone may still be lifted; a bare removal may be the owner's own; a quarantine that is
lifted clears. Only acts with proof count in published figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, select

from pratique.model import Package
from pratique.store import Store
from pratique.store.decisions import Decision, Outcome, decide
from pratique.store.tables import artifacts, decisions, events, releases, reviews

WE, REGISTRY = "pratique", "registry"
QUIET = ("", "clear", "note")
"""Our levels that asked for nobody; "" where there was no review."""


class Miss(msgspec.Struct, frozen=True, kw_only=True):
    """An artifact that the registry acted against and that we let pass: a candidate for the dataset."""

    purl: str
    filename: str
    sha256: str
    level: str
    outcome: Outcome
    proof: bool


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """What the events about an artifact amount to."""

    outcome: Outcome
    proof: bool
    at: float
    note: str


def look(store: Store) -> list[Miss]:
    """Write a decision for every act that has none yet; return what we missed among all of them."""
    missed = []
    with store.write() as connection:
        for row in list(connection.execute(_touched())):
            purl = Package(ecosystem=row.ecosystem, name=row.name, version=row.version).purl
            act = judge(_about(connection, row), ours=_ours(connection, row.name))
            if act is None:
                continue
            level = _level(connection, row.id)
            decide(
                connection,
                Decision(
                    purl=purl, filename=row.filename, sha256=row.sha256, level=level, outcome=act.outcome,
                    who=REGISTRY, note=act.note, at=act.at, proof=act.proof,
                ),
            )  # fmt: skip
            if act.outcome != "not_malware" and level in QUIET:
                missed.append(
                    Miss(
                        purl=purl, filename=row.filename, sha256=row.sha256, level=level, outcome=act.outcome,
                        proof=act.proof,
                    )
                )  # fmt: skip
    return missed


def judge(kinds: Sequence[tuple[str, float]], *, ours: bool) -> Act | None:
    """Return what (kind, time) of the events about an artifact amount to; `ours`: we had reported the project."""
    quarantined: Outcome | None = None
    found: Act | None = None
    for kind, at in kinds:
        if kind.startswith("quarantine-"):
            quarantined = "quarantine_project" if kind.endswith("project") else "quarantine_release"
            found = Act(outcome=quarantined, proof=False, at=at, note="may still be lifted")
        elif kind.startswith("clear-") and quarantined:
            quarantined, found = None, Act(outcome="not_malware", proof=True, at=at, note="the quarantine was lifted")
        elif kind.startswith("remove-") and quarantined:
            note = "removed after a quarantine" + (" that followed our report" if ours else "")
            found = Act(outcome="remove_malware", proof=not ours, at=at, note=note)
        elif kind.startswith("remove-"):
            found = Act(outcome="remove_release", proof=False, at=at, note="a bare removal proves nothing")
    return found


def _touched() -> Select[Any]:
    """Select the artifacts of projects that something was done to."""
    acts = select(events.c.name).where(
        events.c.kind.in_(
            ("quarantine-project", "quarantine-release", "remove-project", "remove-release", "remove-file")
        )
    )
    columns = (artifacts.c.id, artifacts.c.filename, artifacts.c.sha256, artifacts.c.announced_at)
    named = (releases.c.ecosystem, releases.c.name, releases.c.version)
    return select(*columns, *named).select_from(artifacts.join(releases)).where(releases.c.name.in_(acts))


def _about(connection: Connection, artifact: Row[tuple[object, ...]]) -> list[tuple[str, float]]:
    """Return (kind, time) of the events about a file, its release or its project since it was announced."""
    wanted = select(events).where(
        events.c.ecosystem == artifact.ecosystem,
        events.c.name == artifact.name,
        events.c.at >= artifact.announced_at,
    )
    return list(_those(connection.execute(wanted.order_by(events.c.serial)), artifact))


def _those(rows: Iterator[Row[tuple[object, ...]]], artifact: Row[tuple[object, ...]]) -> Iterator[tuple[str, float]]:
    for row in rows:
        project = row.kind.endswith("-project")
        release = row.kind.endswith("-release") and row.version == artifact.version
        file = row.kind == "remove-file" and (row.version, row.filename) == (artifact.version, artifact.filename)
        if project or release or file:
            yield row.kind, row.at


def _ours(connection: Connection, name: str) -> bool:
    """Tell whether we had reported a project: our reports are decisions of ours."""
    wanted = select(decisions.c.id).where(decisions.c.who == WE, decisions.c.purl.like(f"%/{name}@%"))
    return connection.execute(wanted.limit(1)).first() is not None


def _level(connection: Connection, artifact: int) -> str:
    """Return the level of the newest review of an artifact, "" without one."""
    wanted = select(reviews.c.level).where(reviews.c.artifact_id == artifact).order_by(reviews.c.id.desc()).limit(1)
    return str(connection.execute(wanted).scalar() or "")
