"""What all machines share towards a registry: one rate per host, and one copy of each page."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import msgspec
from sqlalchemy import Connection, select

from pratique.http import Answer
from pratique.store.opened import Store
from pratique.store.tables import answers, hosts
from pratique.store.texts import now, pack, unpack
from pratique.store.upsert import insert


def reserve(connection: Connection, host: str, pause: float) -> float:
    """Reserve the next request to a host, `pause` seconds after the one before; return the seconds to wait for it."""
    moment = now()
    row = connection.execute(select(hosts.c.free_at).where(hosts.c.host == host).with_for_update()).first()
    start = max(moment, row.free_at if row else 0.0)
    made = insert(connection, hosts).values(host=host[:255], free_at=start + pause)
    connection.execute(made.on_conflict_do_update(index_elements=["host"], set_={"free_at": made.excluded.free_at}))
    return start - moment


class Turnstile:
    """Lets one request through at a time, per host, for every process that shares the store."""

    def __init__(self, store: Store, per_second: float, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._store, self._pause, self._sleep = store, 1 / per_second, sleep

    def pass_to(self, url: str, kind: str = "") -> None:
        """Wait until a request to this address may start. `kind` tells limits of one host apart."""
        host = (urlsplit(url).netloc.rpartition("@")[2].lower() + kind)[:255]
        with self._store.jot() as connection:
            wait = reserve(connection, host, self._pause)
        if wait > 0:
            self._sleep(wait)


class SharedPages:
    """Pages by their opaque key; see `pratique.http.Store`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def load(self, key: str) -> Answer | None:
        """Return the answer kept under `key`, if any."""
        with self._store.read() as connection:
            row = connection.execute(select(answers.c.packed).where(answers.c.key == _short(key))).first()
        try:
            return msgspec.msgpack.decode(unpack(row.packed), type=Answer) if row else None
        except (msgspec.DecodeError, ValueError):
            return None

    def save(self, key: str, answer: Answer) -> None:
        """Keep `answer` under `key`."""
        with self._store.jot() as connection:
            made = insert(connection, answers).values(key=_short(key), packed=pack(answer), at=now())
            fresh = {"packed": made.excluded.packed, "at": made.excluded.at}
            connection.execute(made.on_conflict_do_update(index_elements=["key"], set_=fresh))


def _short(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
