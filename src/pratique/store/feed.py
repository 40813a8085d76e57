"""What a registry announced: events, cursors, artifacts and their first jobs, written together."""

from __future__ import annotations

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


DAY = 86_400.0


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
    fresh = _remember(connection, sorted(batch, key=lambda event: event.cursor))
    uploads = [event for event in fresh if event.kind == "upload" and event.filename]
    found = _announce(connection, uploads)
    young = _young(connection, {event.name for event, _ in found}) if lane is None else {}
    jobs = [
        queue.New(number, _lane(event, popular, young) if lane is None else lane, "upload", _context(event))
        for event, number in found
    ]
    made = queue.put(connection, jobs)
    for event in fresh:
        if event.kind in STATES:
            _mark(connection, event)
    return Taken(fresh=len(fresh), jobs=made)


def _announce(connection: Connection, uploads: Sequence[Event]) -> list[tuple[Event, int]]:
    """Write the releases and files that uploads are about; return the uploads whose file is new, with its number."""
    if not uploads:
        return []
    moment = now()
    places = {(event.ecosystem, clean(event.name), clean(event.version)): event for event in uploads}
    named = [
        {"ecosystem": ecosystem, "name": name, "version": version, "first_seen": moment}
        for ecosystem, name, version in places
    ]
    connection.execute(insert(connection, releases).on_conflict_do_nothing(), named)
    known = select(releases).where(releases.c.name.in_({name for _, name, _ in places}))
    numbers = {(row.ecosystem, row.name, row.version): row.id for row in connection.execute(known)}
    wanted: dict[tuple[int, str], Event] = {}
    for event in uploads:
        release = numbers[event.ecosystem, clean(event.name), clean(event.version)]
        wanted.setdefault((release, clean(event.filename)), event)
    rows = [
        {"release_id": release, "filename": filename, "announced_at": event.at, "seen_at": moment}
        for (release, filename), event in wanted.items()
    ]
    made = insert(connection, artifacts).on_conflict_do_nothing()
    new = connection.execute(made.returning(artifacts.c.release_id, artifacts.c.filename, artifacts.c.id), rows).all()
    return sorted(((wanted[row.release_id, row.filename], row.id) for row in new), key=lambda one: one[0].cursor)


def describe(connection: Connection, artifact: int, listed: Artifact, beside: bytes) -> None:
    """Write what the index says about an announced file, and what it is to be compared with."""
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
            beside=beside,
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


def _remember(connection: Connection, batch: Sequence[Event]) -> list[Event]:
    """Write events; return those that are new."""
    if not batch:
        return []
    moment = now()
    named = {(event.ecosystem, event.cursor, clean(event.name), clean(event.version), clean(event.action)): event
             for event in batch}  # fmt: skip
    rows = [
        {
            "ecosystem": ecosystem, "serial": serial, "name": name, "version": version, "action": action,
            "filename": clean(event.filename), "kind": event.kind, "at": event.at, "seen_at": moment,
        }
        for (ecosystem, serial, name, version, action), event in named.items()
    ]  # fmt: skip
    columns = [events.c[name] for name in ("ecosystem", "serial", "name", "version", "action")]
    made = insert(connection, events).on_conflict_do_nothing().returning(*columns)
    new = {tuple(row) for row in connection.execute(made, rows)}
    return [event for key, event in named.items() if key in new]


def _young(connection: Connection, names: Iterable[str]) -> dict[str, float]:
    """Return when those of the projects began whose beginning was announced."""
    wanted = select(events.c.name, func.max(events.c.at)).where(
        events.c.kind == "new-project", events.c.name.in_([clean(name) for name in names])
    )
    return {row[0]: row[1] for row in connection.execute(wanted.group_by(events.c.name))}


def _lane(event: Event, popular: frozenset[str], young: dict[str, float]) -> int:
    """Return the first lane for popular projects and for those that began within a day."""
    began = young.get(clean(event.name), float("-inf"))
    return queue.FIRST if event.name in popular or began > event.at - DAY else queue.LIVE


def _context(event: Event) -> bytes:
    """Freeze what is known at the time of the event, so that a job that is delivered again has the same key."""
    return msgspec.json.encode({"serial": event.cursor, "announced_at": event.at}, order="sorted")


def _mark(connection: Connection, event: Event) -> None:
    """Write what the registry did to the files of a project, a release, or one of it."""
    about = select(releases.c.id).where(releases.c.ecosystem == event.ecosystem, releases.c.name == clean(event.name))
    if not event.kind.endswith("-project"):
        about = about.where(releases.c.version == clean(event.version))
    then = (artifacts.c.announced_at <= event.at, artifacts.c.state_at <= event.at)
    change = update(artifacts).where(artifacts.c.release_id.in_(about), *then)
    if event.kind == "remove-file":
        change = change.where(artifacts.c.filename == clean(event.filename))
    connection.execute(change.values(state=STATES[event.kind], state_at=event.at))
