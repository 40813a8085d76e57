"""Full disks, absent databases, failing vaults: whatever is ours to mend costs no artifact an attempt."""

from __future__ import annotations

import errno
import os
import secrets

import pytest
from sqlalchemy import event, select

from pratique.service import loop
from pratique.service.heart import Heart
from pratique.service.loop import do
from pratique.service.settings import World
from pratique.store import StoreError, queue, verdicts
from pratique.store.tables import jobs
from standin.registry import wheel

QUIET = {"acme/__init__.py": b"VALUE = 1\n"}


def claim(world):
    with world.store.write() as connection:
        connection.execute(jobs.update().where(jobs.c.state == "pending").values(due_at=0))
        return queue.claim(connection, "w")


@pytest.fixture
def announced(registry, world, follower):
    """One upload that waits for its review."""
    registry.upload(*wheel("acme", "1.0", QUIET))
    follower.poll()
    return world


def test_a_full_disk_of_the_vault_is_waited_for(announced, worker, monkeypatch):
    """Nothing is recorded without its bytes; when there is room again, the review is."""
    real = os.fsync

    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    outcome = worker.perform(claim(announced))
    assert (outcome.state, "No space left" in outcome.reason) == ("pending", True)
    monkeypatch.setattr(os, "fsync", real)
    job = claim(announced)
    assert job.attempts == 1
    assert worker.perform(job).state == "done"


def test_a_full_disk_of_the_database_is_survived(registry, world, follower, worker, monkeypatch):
    """SQLite says that it is full in the middle of recording: the job goes back, and is done once there is room."""
    code = "".join(f"V{number} = '{secrets.token_hex(40)}'\n" for number in range(2000))
    registry.upload(*wheel("acme", "1.0", {"acme/__init__.py": code.encode()}))
    follower.poll()
    announced, engine, limited = world, world.store.engine, [True]

    def small(connection, record):
        if limited:
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            connection.execute(f"PRAGMA max_page_count = {pages}")

    job = claim(announced)
    event.listen(engine, "connect", small)
    event.listen(engine, "handle_error", lambda context: limited.clear())
    monkeypatch.setattr(loop, "AWAY", 0.0)

    assert do(announced, worker, Heart(announced.store), job, lambda: False) is None
    assert limited == []
    job = claim(announced)
    assert job.attempts == 1
    assert do(announced, worker, Heart(announced.store), job, lambda: False).state == "done"
    with announced.store.read() as connection:
        assert len(verdicts.page(connection)) == 1


def test_a_worker_that_lost_its_lease_records_nothing(announced, worker):
    """It took so long that another one has the job: the first result is dropped as a whole."""
    slow = claim(announced)
    with announced.store.write() as connection:
        connection.execute(jobs.update().values(lease_until=1.0))
    quick = claim(announced)

    assert worker.perform(slow).state == "lost"
    with announced.store.read() as connection:
        assert verdicts.page(connection) == []
    assert worker.perform(quick).state == "done"


def test_a_job_that_is_delivered_again_is_recorded_once(announced, worker):
    """The worker died after recording and before anybody heard: the same context gives the same key."""
    worker.perform(claim(announced))
    with announced.store.write() as connection:
        connection.execute(jobs.update().values(state="pending", attempts=0))

    assert worker.perform(claim(announced)).state == "done"
    with announced.store.read() as connection:
        assert len(verdicts.page(connection)) == 1


def test_a_heart_renews_the_lease(announced):
    job = claim(announced)
    with announced.store.read() as connection:
        before = connection.execute(select(jobs.c.lease_until)).scalar_one()
    with Heart(announced.store, every=0.01).beating(job):
        for _ in range(500):
            with announced.store.read() as connection:
                after = connection.execute(select(jobs.c.lease_until)).scalar_one()
            if after > before:
                break

    assert after > before


def test_backfill_never_stands_before_a_live_upload(registry, world, follower, worker):
    """A thousand old files wait, and the new one is next."""
    registry.upload(*wheel("acme", "1.0", QUIET))
    follower.poll()
    claim(world)
    with world.store.write() as connection:
        connection.execute(jobs.update().values(state="done"))
        queue.put(connection, [queue.New(1, queue.BACKFILL, "backfill", b"%d" % number) for number in range(1000)])
    registry.upload(*wheel("acme", "2.0", QUIET))
    follower.poll()

    assert claim(world).version == "2.0"


def test_a_world_without_a_database_says_so(tmp_path):
    from pratique.service.settings import Settings

    world = World(Settings(database="postgresql://nobody@127.0.0.1:1/none", vault=str(tmp_path)))
    with pytest.raises(StoreError, match="does not answer"):
        _ = world.store


def test_what_cannot_be_sent_is_due_again(registry, world, follower):
    """A broker that is away costs nothing: the outbox keeps its messages."""
    from pratique.service.fleet import Dispatcher, make_app

    registry.upload(*wheel("acme", "1.0", QUIET))
    follower.poll()
    dispatcher = Dispatcher(world.store, make_app("redis://127.0.0.1:1/0"))

    assert dispatcher.send() == 0
    with world.store.read() as connection:
        assert connection.execute(select(jobs.c.sent_at)).scalar_one() == 0
