"""Reviews, facts, decisions, tokens and upkeep."""

from __future__ import annotations

import json
import os

import msgspec
import pytest
from sqlalchemy import select, update

from pratique.batch import Work
from pratique.batch.reviewer import Reviewer
from pratique.cache import Cache
from pratique.ecosystems.pypi.filenames import describe
from pratique.errors import ConfigError, UsageError
from pratique.pipeline import Options, judge_frozen, review_artifact
from pratique.store import facts, feed, politeness, tokens, upkeep, vault, verdicts
from pratique.store.decisions import Decision, decide, lines
from pratique.store.tables import answers, artifacts, audit, jobs
from pratique.store.tables import facts as facts_table


@pytest.fixture
def artifact(store, feed_of):
    """The number of one artifact."""
    upload, _ = feed_of
    with store.write() as connection:
        feed.take(connection, [upload(1)])
        return connection.execute(select(artifacts.c.id)).scalar_one()


def test_a_review_is_recorded_once_per_key(store, artifact, a_review):
    """The same key again changes nothing; another engine or context is another review."""
    newer = msgspec.structs.replace(a_review, engine="next")
    with store.write() as connection:
        numbers = verdicts.record(connection, [verdicts.New(artifact, a_review, "c", 0)])
        again = [(a_review, "c"), (a_review, "d"), (newer, "c"), (newer, "c")]
        numbers += verdicts.record(connection, [verdicts.New(artifact, one, context, 0) for one, context in again])

    assert len(numbers) == len(set(numbers)) == 3
    with store.read() as connection:
        assert verdicts.document(connection, numbers[0]) == a_review
        assert verdicts.by_hash(connection, ["ab" * 32, "00" * 32])["ab" * 32].engine == "next"
        assert [one.id for one in verdicts.by_release(connection, "pypi", "acme", "1.0")] == [numbers[-1]]
        assert [one.id for one in verdicts.page(connection, below=numbers[-1], limit=1)] == [numbers[1]]


def test_reviews_are_found_by_rule_and_capability(store, artifact, a_review):
    with store.write() as connection:
        (number,) = verdicts.record(connection, [verdicts.New(artifact, a_review, "c", 0)])
    capability = a_review.uses[0].capability
    with store.read() as connection:
        assert [one.id for one in verdicts.with_capability(connection, capability)] == [number]
        assert list(verdicts.with_capability(connection, "no.such")) == []
        assert a_review.findings
        for finding in a_review.findings:
            assert [one.id for one in verdicts.with_rule(connection, finding.rule)] == [number]
        assert verdicts.mix(connection) == {a_review.verdict.level: 1}


WHEEL = {
    "acme/__init__.py": b"from acme import deep\n",
    "acme/deep.py": b"import os\nos.system('id')\nexec('import socket')\n",
    "acme-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n",
}


def packed(files):
    import io
    import zipfile

    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()


def test_rules_run_on_stored_facts_as_on_bytes(store, artifact, tmp_path):
    """What a child gave to keep, also where the facts came from the local cache, gives the same review."""
    data = packed(WHEEL)
    work = Work(artifact=describe("acme-1.0-py3-none-any.whl", data), data=data)
    with Cache(tmp_path / "cache.sqlite") as cache, Reviewer(Options(), cache=cache, jobs=0) as reviewer:
        reviewer.review(work)
        cache.flush()
        done = reviewer.review(work)
        assert done.review.cost.cached_files == 2
        with store.write() as connection:
            facts.keep(connection, artifact, done.manifest, done.facts, cache.get)
    with store.read() as connection:
        found = facts.load(connection, artifact, work.artifact.sha256)
        assert list(facts.held(connection)) == [artifact]

    again = judge_frozen(found, Options())
    plain = review_artifact(work.artifact, data, Options())
    assert again.findings == plain.findings
    assert again.verdict == plain.verdict
    assert len(again.uses) == len(plain.uses) > 0


def test_facts_that_are_gone_are_said(store, artifact, tmp_path):
    data = packed(WHEEL)
    work = Work(artifact=describe("acme-1.0-py3-none-any.whl", data), data=data)
    with Cache(None) as cache, Reviewer(Options(), cache=cache, jobs=0) as reviewer:
        done = reviewer.review(work)
        with store.write() as connection:
            facts.keep(connection, artifact, done.manifest, done.facts, cache.get)
            connection.execute(facts_table.delete())
    with store.read() as connection:
        assert facts.load(connection, artifact, work.artifact.sha256) is None


def test_decisions_are_exchanged_as_lines(store):
    one = Decision(purl="pkg:pypi/acme@1.0", outcome="remove_malware", who="registry", at=5.0, proof=True)
    with store.write() as connection:
        assert decide(connection, one)
        assert not decide(connection, one)
        assert list(lines(connection)) == [one]
    exported = [json.loads(line) for line in upkeep.export(store, "decisions")]

    assert exported[0]["schema"] == "pratique-decisions/1"
    assert msgspec.convert(exported[0], Decision) == one


def test_tokens(store):
    """A secret opens what its scopes say until it is revoked or out of date; it is nowhere in the database."""
    with store.write() as connection:
        secret = tokens.make(connection, "desk", ["reviews"])
        old = tokens.make(connection, "old", ["metrics"], days=-1)
        with pytest.raises(UsageError, match="called desk"):
            tokens.make(connection, "desk", ["reviews"])
        with pytest.raises(UsageError, match="scopes"):
            tokens.make(connection, "x", ["everything"])
        assert tokens.find(connection, secret).scopes == ("reviews",)
        assert tokens.find(connection, old) is None
        assert tokens.find(connection, "prtq_\ud800") is None
        kept = connection.execute(select(tokens.tokens)).all()
        assert secret not in str(kept)
        assert tokens.revoke(connection, "desk")
        assert not tokens.revoke(connection, "desk")
        assert tokens.find(connection, secret) is None
        actions = connection.execute(select(audit.c.action)).scalars()
        assert list(actions).count("token-revoked") == 2


def test_one_rate_for_all_machines(store):
    slept = []
    turnstile = politeness.Turnstile(store, 2.0, sleep=slept.append)
    for _ in range(3):
        turnstile.pass_to("https://u:p@index.invalid/a")
    turnstile.pass_to("https://other.invalid/a")
    turnstile.pass_to("https://index.invalid/pypi", "#journal")

    assert slept == pytest.approx([0.5, 1.0], abs=0.4)


def test_pages_are_shared(store):
    from pratique.http import Answer

    pages = politeness.SharedPages(store)
    page = Answer(url="https://index.invalid/a/", content_type="text/html", body=b"x" * 1000, etag='"1"')
    assert pages.load("k") is None
    pages.save("k", page)
    pages.save("k", msgspec.structs.replace(page, etag='"2"'))

    assert pages.load("k").etag == '"2"'
    with store.write() as connection:
        connection.execute(update(answers).values(packed=b"junk"))
    assert pages.load("k") is None


def test_bytes_are_sealed_and_bound_to_their_address(tmp_path):
    found = vault.open_vault(str(tmp_path / "v"))
    one, two = found.put(b"first" * 1000), found.put(b"second")

    assert found.get(one) == b"first" * 1000
    assert found.get("00" * 32) is None
    assert sorted(found.addresses()) == sorted([one, two])
    paths = {path.name: path for path in (tmp_path / "v").glob("??/??/*")}
    assert all(b"first" not in path.read_bytes() and not os.access(path, os.X_OK) for path in paths.values())
    paths[one].write_bytes(paths[two].read_bytes())
    with pytest.raises(vault.VaultError, match="damaged"):
        found.get(one)
    paths[two].write_bytes(b"plain")
    with pytest.raises(vault.VaultError, match="not sealed"):
        found.get(two)
    with pytest.raises(vault.VaultError, match="not the address"):
        found.get("../../etc/passwd")


def test_a_vault_needs_its_own_key(tmp_path, monkeypatch):
    address = vault.open_vault(str(tmp_path)).put(b"x")
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("PRATIQUE_VAULT_KEY", "00" * 32)
    with pytest.raises(vault.VaultError, match="another key"):
        vault.open_vault(str(tmp_path)).get(address)
    monkeypatch.setenv("PRATIQUE_VAULT_KEY", "short")
    with pytest.raises(ConfigError, match="32 bytes"):
        vault.open_vault(str(tmp_path))


def test_a_vault_in_an_object_store(monkeypatch):
    """The same promises over obstore, here with its store in memory."""
    monkeypatch.setenv("PRATIQUE_VAULT_KEY", "11" * 32)
    found = vault.open_vault("memory:///")
    address = found.put(b"x")

    assert found.get(address) == b"x"
    assert list(found.addresses()) == [address]
    found.delete(address)
    found.delete(address)
    assert found.get(address) is None


def test_prune_keeps_what_a_person_may_want(store, feed_of, a_review):
    """Old bytes of clear reviews go; those of `look`, removed files and set-aside ones stay, as do all reviews."""
    from pratique.store import shadow

    upload, event = feed_of
    with store.write() as connection:
        feed.take(connection, [upload(number, version=f"{number}.0") for number in range(1, 6)])
        feed.take(connection, [event(9, "remove-release", version="3.0")])
        addresses = {}
        for number in range(1, 6):
            addresses[number] = store.vault.put(b"%d" % number)
            connection.execute(
                update(artifacts).where(artifacts.c.id == number)
                .values(kept=True, sha256=addresses[number], seen_at=1.0 if number < 5 else artifacts.c.seen_at)
            )  # fmt: skip
            level = "look" if number == 2 else "clear"
            verdict = msgspec.structs.replace(a_review.verdict, level=level)
            named = msgspec.structs.replace(a_review.artifact, filename=f"{number}", sha256=addresses[number])
            one = msgspec.structs.replace(a_review, verdict=verdict, artifact=named)
            (review,) = verdicts.record(connection, [verdicts.New(number, one, "c", 0)])
            if number == 4:
                shadow.set_aside(connection, "2026-11-22", [review])
        connection.execute(update(jobs).values(state="done", done_at=1.0))
    orphan = store.vault.put(b"orphan")

    gone = upkeep.prune(store, upkeep.Retention())

    assert (gone["bytes"], gone["orphans"], gone["jobs"]) == (1, 1, 5)
    assert set(store.vault.addresses()) == set(addresses.values()) - {addresses[1]}
    assert orphan not in set(store.vault.addresses())
    assert len(list(upkeep.export(store, "reviews"))) == 5
    assert all(one.ok for one in upkeep.check(store, full=True))


def test_check_finds_damage(store, artifact, a_review):
    with store.write() as connection:
        verdicts.record(connection, [verdicts.New(artifact, a_review, "c", 0)])
        connection.execute(update(artifacts).values(kept=True, sha256="ab" * 32))

    found = {one.name: one for one in upkeep.check(store)}
    assert not found["bytes"].ok
    assert found["reviews"].ok
    assert found["append-only tables"].ok
