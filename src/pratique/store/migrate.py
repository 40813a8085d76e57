"""The layout of the database, and how an older one becomes today's (Alembic)."""

from __future__ import annotations

from importlib.resources import as_file, files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from pratique.errors import ConfigError

LOCK = 0x7072_6174
"""Of PostgreSQL's advisory locks: two programs that start together migrate one after the other."""


def upgrade(connection: Connection) -> None:
    """Bring the database to today's layout, within the connection's transaction.

    Raises:
        ConfigError: a newer version of this program has written it.

    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
    with as_file(files("pratique.store") / "migrations") as place:
        settings = Config()
        settings.set_main_option("script_location", str(place))
        known = {one.revision for one in ScriptDirectory.from_config(settings).walk_revisions()}
        found = current(connection)
        if found and found not in known:
            raise ConfigError(
                f"the database has the layout {found}, which this version does not know",
                hint="use the version that wrote it, or a newer one",
            )
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")


def current(connection: Connection) -> str:
    """Return the layout's revision; "" for an empty database."""
    return MigrationContext.configure(connection).get_current_revision() or ""
