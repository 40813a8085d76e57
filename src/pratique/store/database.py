"""One database behind the service: SQLite in WAL mode by default, PostgreSQL for a fleet."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from pratique.errors import ConfigError, PratiqueError

BUSY = 30.0
"""Seconds that a writer waits for another one."""
_READ = "pratique_read"


class StoreError(PratiqueError):
    """The service's database could not be used."""

    hint = "is the database there, and is its disk full? `pratique store check` says more"


def connect(url: str) -> Engine:
    """Return an engine for `sqlite:///FILE`, a plain path, or `postgresql://…`.

    Raises:
        ConfigError: the address is of another kind, or not readable.

    """
    try:
        made = make_url(url if "://" in url else f"sqlite:///{Path(url).resolve()}")
    except ArgumentError as error:
        raise ConfigError("the database's address cannot be read", hint="a path, or postgresql://…") from error
    if made.get_backend_name() == "sqlite":
        Path(made.database or "").resolve().parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(made, poolclass=NullPool, connect_args={"timeout": BUSY})
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
        return engine
    if made.get_backend_name() == "postgresql":
        settings = {"connect_timeout": 10}
        return create_engine(made.set(drivername="postgresql+psycopg"), pool_size=4, connect_args=settings)
    raise ConfigError(f"no support for {made.get_backend_name()} databases", hint="a path, or postgresql://…")


def _prepare(connection: Any, record: object) -> None:
    """Set up an SQLite connection: the transaction is begun by us, and what is committed survives a power cut."""
    del record
    connection.isolation_level = None
    for pragma in ("journal_mode=wal", "synchronous=full", "foreign_keys=on", f"busy_timeout={int(BUSY * 1000)}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """Writers take the lock at once, so that none fails in the middle; readers never wait."""
    reading = connection.get_execution_options().get(_READ)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


@contextlib.contextmanager
def writing(engine: Engine, *, durable: bool = True) -> Iterator[Connection]:
    """Yield a connection in a transaction that is committed at the end. Raises `StoreError`.

    What is not `durable` is committed at once, but may be lost, in its order and as a whole, when PostgreSQL dies
    within the next half second: it does not wait for the disk. SQLite always does.
    """
    with _explained(), engine.begin() as connection:
        if not durable and connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
        yield connection


@contextlib.contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Yield a connection that only reads. Raises `StoreError`."""
    with _explained(), engine.connect().execution_options(**{_READ: True}) as connection:
        yield connection


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise StoreError(f"the database does not answer: {_brief(error)}") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise StoreError(f"the database went away: {_brief(error)}") from error
        raise


def _brief(error: DBAPIError) -> str:
    """Return the first line of what the driver said, which holds no statement and no value."""
    return str(error.orig).strip().partition("\n")[0]
