"""`pratique store`, as an operator types it."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import update

from pratique.cli import main
from pratique.store import feed, open_store, queue, verdicts
from pratique.store.tables import artifacts, jobs


@pytest.fixture
def place(tmp_path, feed_of, a_review, monkeypatch):
    """A database with one review and one parked job, named by the environment."""
    upload, _ = feed_of
    path = tmp_path / "a.sqlite"
    monkeypatch.setenv("PRATIQUE_DATABASE", str(path))
    made = open_store(str(path))
    with made.write() as connection:
        feed.take(connection, [upload(1), upload(2, filename="x\x1b[2J.whl")])
        verdicts.record(connection, [verdicts.New(1, a_review, "c", 0)])
        connection.execute(update(jobs).where(jobs.c.id == 1).values(state="done"))
        connection.execute(update(jobs).where(jobs.c.id == 2).values(state="parked", failure="its worker died"))
    made.close()
    return path


def test_check(place, capsys):
    assert main(["store", "check", "--full"]) == 0
    assert "ok   reviews" in capsys.readouterr().out

    made = open_store(str(place))
    with made.write() as connection:
        connection.execute(update(artifacts).values(kept=True, sha256="ab" * 32))
    made.close()
    assert main(["store", "check"]) == 1
    assert "BAD  bytes " in capsys.readouterr().out


def test_parked_and_requeue(place, capsys):
    """The list shows the reason and no control characters; requeued jobs are to be had again."""
    assert main(["store", "parked"]) == 0
    out = capsys.readouterr().out
    assert "its worker died" in out
    assert "\x1b" not in out
    assert main(["store", "requeue", "2"]) == 0
    made = open_store(str(place))
    with made.write() as connection:
        assert queue.claim(connection, "w")[0].id == 2
    made.close()


def test_export(place, capsysbinary, tmp_path, a_review):
    assert main(["store", "export"]) == 0
    (line,) = capsysbinary.readouterr().out.splitlines()
    found = json.loads(line)
    assert found["schema"] == "pratique-stored-review/1"
    assert found["review"]["verdict"]["level"] == a_review.verdict.level
    assert main(["store", "export", "--what", "events", "-o", str(tmp_path / "e")]) == 0
    assert len((tmp_path / "e").read_bytes().splitlines()) == 2


def test_prune(place, capsys):
    assert main(["store", "prune"]) == 0
    assert "bytes       0 removed" in capsys.readouterr().out


def test_without_the_extra(place, capsys, monkeypatch):
    import importlib.util

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    assert main(["store", "check"]) == 2
    assert "pratique[service]" in capsys.readouterr().err
