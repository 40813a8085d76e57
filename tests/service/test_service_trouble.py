"""Full disks, absent databases, failing vaults: whatever is ours to mend costs no artifact an attempt."""

from __future__ import annotations

import errno
import os
import secrets
import time

import pytest
from sqlalchemy import event, func, select

from pratique.service import loop
from pratique.service.heart import Heart
from pratique.service.record import record
from pratique.service.settings import World
from pratique.service.task import Result
from pratique.store import StoreError, queue, verdicts
from pratique.store.tables import jobs
from standin.registry import wheel

QUIET = {"acme/__init__.py": b"VALUE = 1\n"}


def claim(world):
    with world.store.write() as connection:
        connection.execute(jobs.update().where(jobs.c.state == "pending").values(due_at=0))
        return next(iter(queue.claim(connection, "w")), None)


def perform(world, worker, job):
    return record(world, [worker.review(job)])[0]


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
    outcome = perform(announced, worker, claim(announced))
    assert (outcome.state, "No space left" in outcome.reason) == ("pending", True)
    monkeypatch.setattr(os, "fsync", real)
    job = claim(announced)
    assert job.attempts == 1
    assert perform(announced, worker, job).state == "done"


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

    shift = loop.Shift(announced, worker, "w")
    event.listen(engine, "connect", small)
    event.listen(engine, "handle_error", lambda context: limited.clear())
    monkeypatch.setattr(loop, "AWAY", 0.0)

    assert shift.turn(range(5)) == []
    assert limited == []
    with announced.store.read() as connection:
        assert connection.execute(select(jobs.c.state, jobs.c.attempts)).one() == ("pending", 0)
    assert [one.state for one in shift.turn(range(5))] == ["done"]
    with announced.store.read() as connection:
        assert len(verdicts.page(connection)) == 1


def test_a_worker_that_lost_its_lease_records_nothing(announced, worker):
    """It took so long that another one has the job: the first result is dropped as a whole."""
    slow = claim(announced)
    with announced.store.write() as connection:
        connection.execute(jobs.update().values(lease_until=1.0))
    quick = claim(announced)

    assert perform(announced, worker, slow).state == "lost"
    with announced.store.read() as connection:
        assert verdicts.page(connection) == []
    assert perform(announced, worker, quick).state == "done"


def test_a_job_that_is_delivered_again_is_recorded_once(announced, worker):
    """The worker died after recording and before anybody heard: the same context gives the same key."""
    perform(announced, worker, claim(announced))
    with announced.store.write() as connection:
        connection.execute(jobs.update().values(state="pending", attempts=0))

    assert perform(announced, worker, claim(announced)).state == "done"
    with announced.store.read() as connection:
        assert len(verdicts.page(connection)) == 1


def test_a_heart_renews_the_lease(announced):
    job = claim(announced)
    with announced.store.read() as connection:
        before = connection.execute(select(jobs.c.lease_until)).scalar_one()
    with Heart(announced.store, every=0.01).beating([job]):
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


def test_a_broker_that_is_away_costs_nothing(registry, world, follower):
    """The outbox is the database: what could not be said is said when the broker is back."""
    from pratique.service.fleet import Dispatcher, make_app

    registry.upload(*wheel("acme", "1.0", QUIET))
    follower.poll()

    for address in ("redis://127.0.0.1:1/0", "amqp://guest:guest@127.0.0.1:1//"):
        assert Dispatcher(world.store, make_app(address)).send() == 0
    with world.store.read() as connection:
        assert queue.due(connection, (queue.FIRST, queue.LIVE), 9) == 1


class Timed:
    """Reviews nothing, in the time that is asked for; notes how many jobs were in hand."""

    def __init__(self, *seconds):
        self._seconds = list(seconds)

    def review(self, job):
        time.sleep(self._seconds.pop(0) if self._seconds else 0)
        return Result(job=job, reason="nothing", blame="ours")

    def close(self):
        pass


def test_quick_jobs_are_taken_together_and_a_slow_one_leaves_the_rest_to_others(registry, world, follower):
    """One, two, then four; the second of the four takes long, so the other two go back as they were."""
    for number in range(9):
        registry.upload(*wheel("acme", f"{number}.0", QUIET))
    follower.poll()
    shift = loop.Shift(world, Timed(0, 0, 0, 0, loop.SLOW + 0.01), "w")
    lanes = (queue.FIRST, queue.LIVE)

    assert [len(shift.turn(lanes)) for _ in range(4)] == [1, 2, 2, 1]
    with world.store.read() as connection:
        assert queue.in_hand(connection, lanes) == 0
        assert queue.due(connection, lanes, 9) == 3
        assert connection.execute(select(func.sum(jobs.c.attempts))).scalar_one() == 0
