"""Reading only, for children: the database is opened before their rights are gone, and nothing of it is ever locked.

`immutable=1` (https://www.sqlite.org/uri.html) makes SQLite open the one file read-only, without locks and without the
shared memory of its write-ahead log: a child can neither damage what others read nor hold them up. The price is that a
value may be missed or read torn once another process has written; the checksum makes that a miss. So ask early.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

from pratique.cache import place
from pratique.cache.packing import row_id, unpack

DAY = 86_400
TORN = 50
"""Values that may turn out unreadable before the rest is not asked for."""


def today() -> int:
    """Return the day as a number: uses are noted by the day, so that reading costs hardly a write."""
    return int(time.time()) // DAY


class Reader:
    """The values as they were when this was opened. Never raises."""

    def __init__(self, path: Path | None) -> None:
        self.status = "off (PRATIQUE_CACHE)" if path is None else "on"
        self.used: dict[tuple[str, str], None] = {}
        """Keys of values that were not used today before."""
        self._torn = 0
        self._connection: sqlite3.Connection | None = None
        if path is None:
            return
        try:
            place.check(path)
            name = f"file:{quote(str(path))}?mode=ro&immutable=1"
            self._connection = sqlite3.connect(name, uri=True, timeout=0, isolation_level=None)
            self._connection.execute("PRAGMA query_only = on")
            self._connection.execute("BEGIN")  # one snapshot, as far as pages that are read already go
            self._connection.execute("SELECT count(*) FROM (SELECT 1 FROM kept LIMIT 1)").fetchone()
        except (place.Unusable, OSError, sqlite3.Error) as error:
            self._stop(error)

    def get(self, kind: str, key: str) -> bytes | None:
        """Return what is kept under `key`, or None."""
        return self.get_many(kind, (key,)).get(key)

    def get_many(self, kind: str, keys: Iterable[str]) -> dict[str, bytes]:
        """Return what is kept, by key; what is not there is left out."""
        found: dict[str, bytes] = {}
        for key in keys:
            if self._connection is None:
                break
            try:
                row = self._connection.execute(SELECT, (row_id(kind, key),)).fetchone()
            except (sqlite3.Error, MemoryError) as error:
                self._miss(error)
                continue
            value = unpack(kind, key, row[0]) if row and isinstance(row[0], bytes) else None
            if value is not None:
                found[key] = value
                if row[1] != today():
                    self.used[kind, key] = None
        return found

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _miss(self, error: Exception) -> None:
        """Count a value that could not be read; after many, there is no point in going on."""
        self._torn += 1
        if self._torn > TORN:
            self._stop(error)

    def _stop(self, error: Exception) -> None:
        self.status = f"off: {error}"
        try:
            self.close()
        except sqlite3.Error:
            self._connection = None


SELECT = "SELECT packed, used FROM kept WHERE id = ?"
