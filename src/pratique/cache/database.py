"""The cache on disk: one SQLite file for all runs of one user, bounded in size, least recently used first out."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from pratique.cache import place
from pratique.cache.packing import Kept, pack, row_id, unpack
from pratique.cache.reader import SELECT, today

SIZE = 1 << 30
"""Bytes of the database, unless the caller says otherwise."""
WAIT = 1.0
"""Seconds to wait for another process's write."""
BATCH = 256
BATCH_BYTES = 16 << 20
KEEP = 0.9
"""What is left after making room, as a share of the size."""
VERSION = 1

SCHEMA = """
CREATE TABLE IF NOT EXISTS kept (id BLOB PRIMARY KEY NOT NULL, used INTEGER NOT NULL, packed BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS kept_used ON kept (used);
"""


class CacheStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to say about the cache."""

    path: str
    on: bool
    status: str
    bytes: int
    values: int


class Cache:
    """Values by kind and key. Never raises, may always miss; safe with threads and with other processes.

    Args:
        path: The database; None for no cache at all.
        size: Bytes that it may take on disk.

    """

    def __init__(self, path: Path | None, *, size: int = SIZE) -> None:
        self.path, self._size = path, size
        self.status = "on" if path is not None else "off (PRATIQUE_CACHE)"
        self._waiting: dict[tuple[str, str], bytes] = {}
        """Packed values that are not on disk yet; empty for those that were only used."""
        self._bytes = 0
        self._lock = threading.Lock()
        self._process = os.getpid()
        self._connection: sqlite3.Connection | None = None
        if path is not None:
            self._guarded(self._open)

    @classmethod
    def default(cls, *, size: int = SIZE) -> Cache:
        """Return the cache that the environment asks for."""
        try:
            return cls(place.default_path(), size=size)
        except place.Unusable as error:
            cache = cls(None)
            cache.status = f"off: {error}"
            return cache

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def on(self) -> bool:
        """Whether values are read and kept; never in a process forked from the one that opened it."""
        return self._connection is not None and os.getpid() == self._process

    def get(self, kind: str, key: str) -> bytes | None:
        """Return what is kept under `key`, or None."""
        return self.get_many(kind, (key,)).get(key)

    def get_many(self, kind: str, keys: Iterable[str]) -> Mapping[str, bytes]:
        """Return what is kept, by key; what is not there is left out."""
        found: dict[str, bytes] = {}
        with self._lock:
            self._guarded(lambda: self._get(kind, keys, found))
        return found

    def put(self, kind: str, key: str, value: bytes) -> None:
        """Keep `value` under `key`."""
        if self.on:
            self.put_packed((Kept(kind=kind, key=key, packed=pack(kind, key, value)),))

    def put_many(self, kind: str, values: Mapping[str, bytes]) -> None:
        """Keep values under their keys."""
        for key, value in values.items():
            self.put(kind, key, value)

    def put_packed(self, items: Iterable[Kept]) -> None:
        """Keep what a child has packed; an empty value notes that it was used."""
        with self._lock:
            for one in items:
                if not self.on:
                    return
                if one.packed or (one.kind, one.key) not in self._waiting:
                    self._waiting[one.kind, one.key] = one.packed
                    self._bytes += len(one.packed)
                if len(self._waiting) >= BATCH or self._bytes >= BATCH_BYTES:
                    self._guarded(self._flush)

    def flush(self) -> None:
        """Write what waits, so that processes started from now on see it."""
        with self._lock:
            self._guarded(self._flush)

    def close(self) -> None:
        """Write what waits and let go of the file."""
        with self._lock:
            self._guarded(self._flush)
            self._guarded(self._close)

    def describe(self) -> CacheStatus:
        """Return where it is, whether it works, and how much it holds."""
        counted = [0]
        with self._lock:
            self._guarded(lambda: counted.__setitem__(0, self._count()))
            on, size = self.on, self._guarded(self._taken) or 0
        return CacheStatus(path=str(self.path or ""), on=on, status=self.status, bytes=size, values=counted[0])

    def _guarded(self, action: Callable[[], int | None]) -> int | None:
        """Do something with the database, unless it is off or belongs to the process that we were forked from."""
        if not self.on and action != self._open:
            return None
        try:
            return action()
        except place.Unusable as error:
            self._stop(str(error))
        except sqlite3.DatabaseError as error:
            self._stop(f"{self.path}: {error}")
            if type(error) is sqlite3.DatabaseError:  # not a database, or a damaged one
                self._discard()
        except (OSError, sqlite3.Error, MemoryError) as error:
            self._stop(f"{self.path}: {error}")
        return None

    def _open(self) -> None:
        path = self.path
        if path is None:
            return
        place.prepare(path)
        self._connection = sqlite3.connect(path, timeout=WAIT, isolation_level=None, check_same_thread=False)
        self._patiently(self._configure)

    def _configure(self) -> None:
        """Set up a new database; another process may be doing the same."""
        run = self._db.execute
        (version,) = run("PRAGMA user_version").fetchone()
        if version not in {0, VERSION}:
            raise place.Unusable(f"{self.path} has the layout {version} of another version")
        if version == 0:
            run("PRAGMA auto_vacuum = incremental")
        if run("PRAGMA journal_mode").fetchone()[0] != "wal":
            run("PRAGMA journal_mode = wal")
        run("PRAGMA synchronous = off")  # what a power cut damages is found by its checksum, and nothing is lost
        run(f"PRAGMA journal_size_limit = {BATCH_BYTES}")
        if version == 0:
            self._db.executescript(f"BEGIN IMMEDIATE; {SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")
            run("PRAGMA wal_checkpoint(passive)")

    def _patiently(self, action: Callable[[], None]) -> None:
        """Try for a while: some locks are refused at once, whatever the timeout."""
        deadline = time.monotonic() + WAIT
        while True:
            try:
                action()
            except sqlite3.OperationalError as error:
                if self._db.in_transaction:
                    self._db.rollback()
                if "locked" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(0.01)
            else:
                return

    @property
    def _db(self) -> sqlite3.Connection:
        if self._connection is None:
            raise place.Unusable("the cache is closed")
        return self._connection

    def _get(self, kind: str, keys: Iterable[str], found: dict[str, bytes]) -> None:
        for key in keys:
            packed = self._waiting.get((kind, key), b"")
            if not packed:
                row = self._db.execute(SELECT, (row_id(kind, key),)).fetchone()
                if row is None or not isinstance(row[0], bytes):
                    continue
                packed = row[0]
                if row[1] != today():
                    self._waiting.setdefault((kind, key), b"")
            value = unpack(kind, key, packed)
            if value is not None:
                found[key] = value

    def _flush(self) -> None:
        """Write in one transaction, make room, and move the log into the file, where children read."""
        if not self._waiting:
            return
        day = today()
        fresh = [(row_id(*name), day, packed) for name, packed in self._waiting.items() if packed]
        used = [(day, row_id(*name)) for name, packed in self._waiting.items() if not packed]
        self._waiting, self._bytes = {}, 0
        self._patiently(lambda: self._write(fresh, used))
        self._db.execute("PRAGMA wal_checkpoint(passive)")

    def _write(self, fresh: list[tuple[bytes, int, bytes]], used: list[tuple[int, bytes]]) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany("UPDATE kept SET used = ? WHERE id = ?", used)
        self._db.executemany("INSERT OR REPLACE INTO kept (id, used, packed) VALUES (?, ?, ?)", fresh)
        self._make_room()
        self._db.execute("COMMIT")

    def _make_room(self) -> None:
        """Remove what was not used for longest, when there is too much."""
        while self._taken() > self._size:
            surplus = self._taken() - self._size * KEEP
            oldest: list[tuple[bytes]] = []
            for identity, size in self._db.execute("SELECT id, length(packed) FROM kept ORDER BY used, rowid"):
                oldest.append((identity,))
                surplus -= size
                if surplus <= 0:
                    break
            if not oldest:
                return
            self._db.executemany("DELETE FROM kept WHERE id = ?", oldest)
            self._db.execute("PRAGMA incremental_vacuum").fetchall()

    def _taken(self) -> int:
        """Return the bytes of pages in use."""

        def ask(name: str) -> int:
            return int(self._db.execute(f"PRAGMA {name}").fetchone()[0])

        return (ask("page_count") - ask("freelist_count")) * ask("page_size")

    def _count(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM kept").fetchone()[0])

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _stop(self, why: str) -> None:
        """Turn it off for the rest of the run."""
        self.status = f"off: {why}"
        self._waiting, self._bytes = {}, 0
        try:
            self._close()
        except sqlite3.Error:
            self._connection = None

    def _discard(self) -> None:
        try:
            place.discard(self.path or Path(place.NAME))
        except OSError:
            return
        self.status += " (removed; the next run begins anew)"
