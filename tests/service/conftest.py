"""A registry of our own on the loopback interface, and a service's world that knows no other."""

from __future__ import annotations

import shutil

import pytest

from pratique.batch.reviewer import Reviewer
from pratique.pipeline import Options
from pratique.service.follower import Follower
from pratique.service.record import record
from pratique.service.settings import Settings, World
from pratique.service.task import Worker
from pratique.store import open_store, queue
from standin import Registry, serving


@pytest.fixture
def registry():
    """The registry's state; see `standin.Registry`."""
    return Registry()


@pytest.fixture
def index(registry):
    """Its address."""
    with serving(registry) as url:
        yield url


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory):
    """An SQLite file at today's layout, to be copied."""
    place = tmp_path_factory.mktemp("layout") / "a.sqlite"
    made = open_store(str(place))
    with made.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(truncate)")
    made.close()
    return place


@pytest.fixture
def world(index, tmp_path, empty_database, monkeypatch):
    """A world with an empty store, which waits for nobody but for the journal."""
    from pratique.service import settings

    monkeypatch.setenv("PRATIQUE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(settings, "JOURNAL_RATE", 1000.0)
    shutil.copy(empty_database, tmp_path / "a.sqlite")
    made = World(
        Settings(database=str(tmp_path / "a.sqlite"), index=f"{index}/simple", contact="ops@a.invalid", rate=1000)
    )
    yield made
    made.close()


@pytest.fixture
def follower(world):
    made = Follower(world.store, world.registry.feed())
    made.begin(0)
    return made


@pytest.fixture
def worker(world):
    """A worker that reviews in this process."""
    with Reviewer(Options(audience="everything"), cache=world.cache, jobs=0) as reviewer:
        yield Worker(world, reviewer)


@pytest.fixture
def work(world, worker):
    """Do every job that is due; return the outcomes."""

    def perform():
        done = []
        while True:
            with world.store.write() as connection:
                held = queue.claim(connection, "test")
            if not held:
                return done
            done += record(world, [worker.review(job) for job in held])

    return perform
