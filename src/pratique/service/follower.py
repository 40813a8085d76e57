"""Follows a registry's journal: events, artifacts, jobs and the cursor in one transaction, and checks for gaps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import func, select

from pratique.ecosystems import Feed
from pratique.errors import TargetNotFound
from pratique.model import Artifact, Event
from pratique.store import Store, feed, queue
from pratique.store.tables import cursors, events

JOURNAL, START, CHECKED = "journal", "start", "checked"
"""Cursors: how far the journal was read, where it began, and up to which serial it was checked for gaps."""
OVERLAP = 100
"""Serials that are asked for again each time: an entry's transaction may commit after a later one's."""
CHUNK = 500
"""Events in one transaction."""
SILENCE = 900.0
"""Seconds that the journal may lag behind the RSS feed."""


class Polled(msgspec.Struct, frozen=True, kw_only=True):
    """What one look at the journal brought."""

    events: int
    jobs: int
    behind: int
    """Serials between our cursor and the registry's newest event."""


class Follower:
    """One registry's follower. `popular` projects go into the first lane."""

    def __init__(
        self, store: Store, source: Feed, *, ecosystem: str = "pypi", popular: frozenset[str] = frozenset()
    ) -> None:
        self._store, self._feed, self._ecosystem, self._popular = store, source, ecosystem, popular

    def begin(self, serial: int | None = None) -> int:
        """Return the cursor; the first time it is `serial`, or the registry's newest event. Raises `RegistryError`."""
        with self._store.read() as connection:
            known = feed.cursor(connection, self._ecosystem, JOURNAL)
        if known is not None:
            return known
        start = self._feed.last() if serial is None else serial
        with self._store.write() as connection:
            for source in (START, JOURNAL, CHECKED):
                feed.move(connection, self._ecosystem, source, start)
        return start

    def poll(self) -> Polled:
        """Take what is new in the journal. Raises `RegistryError`; what was written until then stays."""
        cursor = self.begin()
        found = self._feed.since(max(0, cursor - OVERLAP))
        fresh = jobs = 0
        for start in range(0, len(found), CHUNK):
            batch = found[start : start + CHUNK]
            with self._store.write() as connection:
                taken = feed.take(connection, self._wanted(batch, cursor), popular=self._popular)
                feed.move(connection, self._ecosystem, JOURNAL, batch[-1].cursor)
            fresh, jobs = fresh + taken.fresh, jobs + taken.jobs
        newest = found[-1].cursor if found else cursor
        behind = max(0, self._feed.last() - newest) if len(found) >= CHUNK else 0
        return Polled(events=fresh, jobs=jobs, behind=behind)

    def reconcile(self) -> list[str]:
        """Return the projects whose last change is not in our events, after taking what they have that is new.

        Raises `RegistryError`.
        """
        cursor = self.begin()
        theirs = self._feed.serials()
        with self._store.read() as connection:
            ours = feed.highest(connection, self._ecosystem)
            floor = feed.cursor(connection, self._ecosystem, START) or 0
        missed = sorted(name for name, serial in theirs.items() if max(floor, ours.get(name, 0)) < serial <= cursor)
        for name in missed:
            self._fill(name, theirs[name])
        with self._store.write() as connection:
            feed.move(connection, self._ecosystem, CHECKED, cursor)
        return missed

    def silent(self) -> float:
        """Return by how many seconds the journal lags behind RSS, 0 when it does not. Raises `RegistryError`.

        RSS lists releases only, so it is a sign of life and never a source.
        """
        newest = self._feed.alive()
        with self._store.read() as connection:
            known = connection.execute(
                select(func.max(events.c.at)).where(events.c.ecosystem == self._ecosystem)
            ).scalar()
            began = connection.execute(
                select(cursors.c.at).where(cursors.c.ecosystem == self._ecosystem, cursors.c.source == START)
            ).scalar()
        lag = newest - max(known or 0.0, began or newest)
        return lag if lag > SILENCE else 0.0

    def backfill(self, name: str) -> int:
        """Queue the files of a project that are not known yet, in the last lane; return how many.

        Raises `RegistryError`, and `TargetNotFound` for a project that is not there.
        """
        listed, serial = self._feed.files(name)
        with self._store.write() as connection:
            known = feed.known_files(connection, self._ecosystem, name)
            found = [_found(one, serial, 0.0) for one in listed if one.filename not in known]
            return feed.take(connection, found, lane=queue.BACKFILL).jobs

    def _wanted(self, batch: Sequence[Event], cursor: int) -> list[Event]:
        """Leave out what lies before the place where we began."""
        with self._store.read() as connection:
            floor = feed.cursor(connection, self._ecosystem, START)
        return [event for event in batch if event.cursor > (cursor if floor is None else floor)]

    def _fill(self, name: str, serial: int) -> None:
        """Take the files of a project that the journal did not show us."""
        try:
            listed, shown = self._feed.files(name)
        except TargetNotFound:
            listed, shown = (), serial
        with self._store.write() as connection:
            known = feed.known_files(connection, self._ecosystem, name)
            began = connection.execute(
                select(cursors.c.at).where(cursors.c.ecosystem == self._ecosystem, cursors.c.source == START)
            ).scalar_one()
            late = [one for one in listed if one.filename not in known and _uploaded(one, began) >= began]
            found = [_found(one, max(serial, shown), began) for one in late]
            note = Event(ecosystem=self._ecosystem, cursor=serial, kind="other", name=name, action="reconciled")
            feed.take(connection, [*found, note], popular=self._popular, lane=queue.LIVE)


def _found(artifact: Artifact, serial: int, began: float) -> Event:
    """Return the event that the journal should have shown."""
    return Event(
        ecosystem=artifact.package.ecosystem,
        cursor=serial,
        kind="upload",
        name=artifact.package.name,
        version=artifact.package.version,
        filename=artifact.filename,
        action=f"listed file {artifact.filename}",
        at=_uploaded(artifact, began),
    )


def _uploaded(artifact: Artifact, otherwise: float) -> float:
    """Return when the index says that a file was uploaded (RFC 3339), in seconds since 1970."""
    try:
        return datetime.fromisoformat(artifact.uploaded_at).timestamp()
    except ValueError:
        return otherwise
