"""Jobs: leased, fenced, retried, parked, sent."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import update

from pratique.store import feed, queue
from pratique.store.tables import jobs


@pytest.fixture
def filled(store, feed_of):
    """A store with three jobs, the last in the first lane."""
    upload, _ = feed_of
    with store.write() as connection:
        feed.take(connection, [upload(1), upload(2, version="2.0")])
        feed.take(connection, [upload(3, name="famous")], popular=frozenset({"famous"}))
    return store


def claim_all(store, most, **more):
    with store.write() as connection:
        return queue.claim(connection, "w", most=most, **more)


def claim(store, **more):
    return next(iter(claim_all(store, 1, **more)), None)


def test_the_lowest_lane_and_the_oldest_go_first(filled):
    assert [claim(filled).name for _ in range(3)] == ["famous", "acme", "acme"]
    assert claim(filled) is None


def test_a_worker_may_keep_to_some_lanes(filled):
    assert claim(filled, lanes=(queue.FIRST,)).name == "famous"
    assert claim(filled, lanes=(queue.FIRST,)) is None


def test_a_lost_lease_is_taken_over_and_its_old_holder_is_refused(filled):
    """A worker that was thought dead cannot finish what another one has by now."""
    first = claim(filled, lanes=(queue.FIRST,))
    with filled.write() as connection:
        connection.execute(update(jobs).where(jobs.c.id == first.id).values(lease_until=1.0))
    second = claim(filled, lanes=(queue.FIRST,))

    assert (second.id, second.attempts) == (first.id, 2)
    with filled.write() as connection:
        queue.renew(connection, [first])
        queue.release(connection, [first])
        assert queue.finish(connection, [first]) == frozenset()
        assert (queue.fail(connection, first, ""), queue.wait(connection, first, "")) == (queue.LOST, queue.LOST)
        queue.renew(connection, [second])
        assert queue.finish(connection, [first, second]) == {second.id}
    assert claim(filled, lanes=(queue.FIRST,)) is None


def test_three_failures_park_a_job_and_requeue_frees_it(filled):
    for expected in ("pending", "pending", "parked"):
        with filled.write() as connection:
            connection.execute(update(jobs).values(due_at=0))
        job = claim(filled, lanes=(queue.FIRST,))
        with filled.write() as connection:
            assert queue.fail(connection, job, "broke\0") == expected
    with filled.read() as connection:
        ((number, filename, state, reason),) = queue.parked(connection)

    assert (number, filename, state, reason) == (
        job.id,
        "famous-1.0.tar.gz",
        "parked",
        "broke\N{REPLACEMENT CHARACTER}",
    )
    with filled.write() as connection:
        assert queue.requeue(connection, [job.id]) == 1
    assert claim(filled, lanes=(queue.FIRST,)).attempts == 1


def test_a_poison_job_that_kills_its_workers_is_parked(filled):
    """It is leased three times, nobody ever comes back, and the others go on."""
    for _ in range(queue.ATTEMPTS):
        claim(filled, lanes=(queue.FIRST,))
        with filled.write() as connection:
            connection.execute(update(jobs).where(jobs.c.state == "leased").values(lease_until=1.0))
    assert claim(filled, lanes=(queue.FIRST,)) is None
    with filled.write() as connection:
        assert queue.park_hopeless(connection) == 1
        assert queue.park_hopeless(connection) == 0
    assert claim(filled).name == "acme"


def test_waiting_for_the_registry_costs_no_attempt_but_ends(filled):
    states = []
    for _ in range(len(queue.WAITS) + 1):
        with filled.write() as connection:
            connection.execute(update(jobs).values(due_at=0))
        job = claim(filled, lanes=(queue.FIRST,))
        assert job.attempts == 1
        with filled.write() as connection:
            states.append(queue.wait(connection, job, "not listed yet"))

    assert states == ["pending"] * len(queue.WAITS) + ["gone"]


def test_a_waiting_job_is_not_due(filled):
    job = claim(filled, lanes=(queue.FIRST,))
    with filled.write() as connection:
        queue.wait(connection, job, "later")

    assert claim(filled, lanes=(queue.FIRST,)) is None


def test_a_stopping_worker_gives_its_job_back_untouched(filled):
    job = claim(filled, lanes=(queue.FIRST,))
    with filled.write() as connection:
        queue.release(connection, [job])

    assert claim(filled, lanes=(queue.FIRST,)).attempts == 1


def test_the_outbox_is_what_is_due(filled):
    """What is leased is in hand, not due; what fell silent is due again; nothing is counted further than asked."""
    with filled.read() as connection:
        assert [queue.due(connection, (queue.FIRST, queue.LIVE), most) for most in (0, 2, 9)] == [0, 2, 3]
        assert queue.due(connection, (queue.REREAD,), 9) == 0
    claim(filled)
    with filled.write() as connection:
        assert queue.due(connection, (queue.FIRST, queue.LIVE), 9) == 2
        assert queue.in_hand(connection, (queue.FIRST,)) == 1
        connection.execute(update(jobs).where(jobs.c.state == "leased").values(lease_until=1.0))
        assert queue.due(connection, (queue.FIRST, queue.LIVE), 9) == 3


def test_many_are_leased_at_a_time_in_their_order(filled):
    first, *rest = claim_all(filled, 3)

    assert (first.name, [job.version for job in rest]) == ("famous", ["1.0", "2.0"])
    with filled.write() as connection:
        queue.renew(connection, [first, *rest])
        assert queue.finish(connection, [first, *rest]) == {first.id, *(job.id for job in rest)}


def test_a_job_that_failed_before_comes_alone(filled):
    """Whatever kills its worker takes no other job with it a second time."""
    first, *_ = claim_all(filled, 3)
    with filled.write() as connection:
        connection.execute(update(jobs).values(lease_until=1.0))

    assert [job.id for job in claim_all(filled, 3)] == [first.id]
    with filled.write() as connection:
        connection.execute(update(jobs).where(jobs.c.id != first.id).values(state="pending", attempts=0))
        connection.execute(update(jobs).where(jobs.c.id == first.id).values(lease_until=1.0, lane=queue.BACKFILL))
    assert len(claim_all(filled, 3)) == 2


def test_many_workers_never_share_a_job(store, feed_of):
    upload, _ = feed_of
    with store.write() as connection:
        feed.take(connection, [upload(number, version=f"{number}.0") for number in range(1, 41)])
    taken, lock = [], threading.Lock()

    def work():
        while job := claim(store):
            with lock:
                taken.append(job.id)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert len(taken) == len(set(taken)) == 40


def test_the_depth_counts_by_lane_and_state(filled):
    claim(filled)
    with filled.read() as connection:
        depth = queue.depth(connection)

    assert {key: count for key, (count, _) in depth.items()} == {(queue.FIRST, "leased"): 1, (queue.LIVE, "pending"): 2}
