"""What a registry announced: events, cursors, artifacts and their first jobs, written together."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import Connection, func, select, update

from pratique.model import Artifact, Event, EventKind
from pratique.store import queue
from pratique.store.tables import artifacts, cursors, events, releases
from pratique.store.texts import clean, now
from pratique.store.upsert import insert

STATES: dict[EventKind, str] = {
    "remove-file": "removed",
    "remove-release": "removed",
    "remove-project": "removed",
    "yank": "yanked",
    "unyank": "",
    "quarantine-project": "quarantined",
    "quarantine-release": "quarantined",
    "clear-project": "",
    "clear-release": "",
}
"""What an event makes of the files it is about."""


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a batch of events."""

    fresh: int
    """Events that were not known yet."""
    jobs: int
    """Artifacts that are now to be reviewed."""


def cursor(connection: Connection, ecosystem: str, source: str) -> int | None:
    """Return how far a source has been read; None before the first time."""
    row = connection.execute(
        select(cursors.c.serial).where(cursors.c.ecosystem == ecosystem, cursors.c.source == source)
    ).first()
    return row.serial if row else None


def move(connection: Connection, ecosystem: str, source: str, serial: int) -> None:
    """Set how far a source has been read; it never goes back."""
    made = insert(connection, cursors).values(ecosystem=ecosystem, source=source, serial=serial, at=now())
    connection.execute(
        made.on_conflict_do_update(
            index_elements=["ecosystem", "source"],
            set_={"serial": made.excluded.serial, "at": made.excluded.at},
            where=cursors.c.serial <= made.excluded.serial,
        )
    )


def take(
    connection: Connection, batch: Sequence[Event], *, popular: frozenset[str] = frozenset(), lane: int | None = None
) -> Taken:
    """Write events, the artifacts they announce, and a job for each; what is known already changes nothing.

    `lane` overrides the lane that the project's age and fame give.
    """
    fresh = [event for event in sorted(batch, key=lambda event: event.cursor) if _remember(connection, event)]
    made = 0
    for event in fresh:
        if event.kind == "upload" and event.filename:
            artifact, new = announce(connection, event)
            chosen = _lane(connection, event, popular) if lane is None else lane
            made += queue.put(connection, artifact, chosen, "upload", _context(event)) if new else 0
        elif event.kind in STATES:
            _mark(connection, event)
    return Taken(fresh=len(fresh), jobs=made)


def announce(connection: Connection, event: Event) -> tuple[int, bool]:
    """Return the artifact that an upload is about, and whether it is new."""
    release = _release(connection, event.ecosystem, event.name, event.version)
    found = connection.execute(
        insert(connection, artifacts)
        .values(
            release_id=release,
            filename=clean(event.filename),
            announced_at=event.at,
            seen_at=now(),
        )
        .on_conflict_do_nothing()
        .returning(artifacts.c.id)
    ).first()
    if found:
        return found.id, True
    known = select(artifacts.c.id).where(
        artifacts.c.release_id == release, artifacts.c.filename == clean(event.filename)
    )
    return connection.execute(known).scalar_one(), False


def describe(connection: Connection, artifact: int, listed: Artifact) -> None:
    """Write what the index says about an announced file."""
    connection.execute(
        update(artifacts)
        .where(artifacts.c.id == artifact)
        .values(
            kind=listed.kind,
            sha256=listed.sha256,
            size=listed.size,
            url=clean(listed.url, 2000),
            uploaded_at=clean(listed.uploaded_at, 64),
            provenance_url=clean(listed.provenance_url, 2000),
        )
    )


def highest(connection: Connection, ecosystem: str) -> dict[str, int]:
    """Return the highest serial that is known of each project."""
    rows = connection.execute(
        select(events.c.name, func.max(events.c.serial)).where(events.c.ecosystem == ecosystem).group_by(events.c.name)
    )
    return {row[0]: row[1] for row in rows}


def known_files(connection: Connection, ecosystem: str, name: str) -> frozenset[str]:
    """Return the names of the files of a project that have been announced."""
    rows = connection.execute(
        select(artifacts.c.filename)
        .join(releases)
        .where(releases.c.ecosystem == ecosystem, releases.c.name == clean(name))
    )
    return frozenset(rows.scalars())


def _remember(connection: Connection, event: Event) -> bool:
    """Write an event; tell whether it is new."""
    row = {
        "ecosystem": event.ecosystem,
        "serial": event.cursor,
        "name": clean(event.name),
        "version": clean(event.version),
        "filename": clean(event.filename),
        "kind": event.kind,
        "action": clean(event.action),
        "at": event.at,
        "seen_at": now(),
    }
    made = insert(connection, events).values(row).on_conflict_do_nothing().returning(events.c.id)
    return connection.execute(made).first() is not None


def _release(connection: Connection, ecosystem: str, name: str, version: str) -> int:
    row = {"ecosystem": ecosystem, "name": clean(name), "version": clean(version)}
    made = insert(connection, releases).values(**row, first_seen=now()).on_conflict_do_nothing()
    found = connection.execute(made.returning(releases.c.id)).first()
    if found:
        return int(found.id)
    known = select(releases.c.id).filter_by(**row)
    return int(connection.execute(known).scalar_one())


def _lane(connection: Connection, event: Event, popular: frozenset[str]) -> int:
    """Return the first lane for popular projects and for those that began within a day."""
    if event.name in popular:
        return queue.FIRST
    born = select(events.c.id).where(
        events.c.ecosystem == event.ecosystem,
        events.c.name == clean(event.name),
        events.c.kind == "new-project",
        events.c.at > event.at - 86_400,
    )
    return queue.FIRST if connection.execute(born).first() else queue.LIVE


def _context(event: Event) -> bytes:
    """Freeze what is known at the time of the event, so that a job that is delivered again has the same key."""
    return msgspec.json.encode({"serial": event.cursor, "announced_at": event.at}, order="sorted")


def digest(context: bytes) -> str:
    """Return the digest of a frozen context."""
    return hashlib.sha256(context).hexdigest()[:16]


def _mark(connection: Connection, event: Event) -> None:
    """Write what the registry did to the files of a project, a release, or one of it."""
    about = select(releases.c.id).where(releases.c.ecosystem == event.ecosystem, releases.c.name == clean(event.name))
    if not event.kind.endswith("-project"):
        about = about.where(releases.c.version == clean(event.version))
    change = update(artifacts).where(artifacts.c.release_id.in_(about), artifacts.c.state_at <= event.at)
    if event.kind == "remove-file":
        change = change.where(artifacts.c.filename == clean(event.filename))
    connection.execute(change.values(state=STATES[event.kind], state_at=event.at))


def ids(connection: Connection, names: Iterable[str]) -> list[int]:
    """Return the artifacts of projects with these canonical names."""
    wanted = [clean(name) for name in names]
    return list(connection.execute(select(artifacts.c.id).join(releases).where(releases.c.name.in_(wanted))).scalars())
