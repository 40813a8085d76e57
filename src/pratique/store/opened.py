"""An open store: the database at today's layout, and the vault."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine

from pratique.errors import ConfigError
from pratique.store import database, migrate
from pratique.store.vault import Vault, open_vault

DATABASE = "PRATIQUE_DATABASE"
VAULT = "PRATIQUE_VAULT"


@dataclass(frozen=True, slots=True)
class Store:
    """The database and the bytes."""

    engine: Engine
    vault: Vault
    url: str

    def write(self) -> AbstractContextManager[Connection]:
        """Open a transaction; it is committed at the end, or undone by an exception."""
        return database.writing(self.engine)

    def jot(self) -> AbstractContextManager[Connection]:
        """Open a transaction that does not wait for the disk, for what would be done again if it were lost.

        A lease that is lost is leased anew; a lost review is made again from the same frozen context and has the same
        key. Whatever is written with `write` afterwards is on the disk only together with what was jotted before it.
        """
        return database.writing(self.engine, durable=False)

    def read(self) -> AbstractContextManager[Connection]:
        """Open a connection that only reads and never waits for a writer."""
        return database.reading(self.engine)

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def open_store(url: str = "", vault: str = "") -> Store:
    """Open the store at `url` and bring it to today's layout.

    Args:
        url: A path (SQLite) or `postgresql://…`; by default PRATIQUE_DATABASE, else a file in the user's data folder.
        vault: A folder, or `s3://bucket/prefix`; by default PRATIQUE_VAULT, else a folder beside an SQLite file.

    Raises:
        ConfigError: an address is not understood.
        StoreError: the database does not answer.

    """
    place = url or os.environ.get(DATABASE, "") or str(_home() / "pratique.sqlite")
    engine = database.connect(place)
    with database.writing(engine) as connection:
        migrate.upgrade(connection)
    return Store(engine, open_vault(vault or os.environ.get(VAULT, "") or _beside(engine)), place)


def _home() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "pratique"


def _beside(engine: Engine) -> str:
    """Return the vault's place where none is named: next to the SQLite file, so that both are backed up together."""
    if engine.dialect.name != "sqlite":
        raise ConfigError("a PostgreSQL store needs a vault", hint=f"--vault FOLDER or s3://bucket/prefix, or {VAULT}")
    return str(Path(engine.url.database or "").resolve().with_suffix(".vault"))
