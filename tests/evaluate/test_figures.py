"""Figures from outcomes written by hand."""

from __future__ import annotations

import msgspec
import pytest

from pratique.errors import UsageError
from pratique.evaluate import figures, measured, table
from pratique.evaluate.corpora import stratum
from pratique.evaluate.shapes import Corpora, Evaluation, Fired, Item, Outcome, PeerOutcome, Share
from pratique.verdict.policy import Measured


def item(sha256, group="1", **changes):
    known = {
        "corpus": "malware",
        "stratum": "headline",
        "name": f"samples/{sha256}",
        "split": "train",
        "location": "setup.py",
    }
    return Item(sha256=sha256, group=group, **(known | changes))


def wheel(sha256, group):
    return Item(corpus="benign", stratum="benign", sha256=sha256, name=f"{sha256}.whl", group=group, split="dev")


def outcome(sha256, level, *rules, **changes):
    fired = tuple(Fired(rule=rule, trigger="install", category="malware", certainty="direct") for rule in rules)
    return Outcome(sha256=sha256, level=level, category="malware", fired=fired, **changes)


def keyed(*found):
    return {one.sha256: one for one in found}


def evaluation(items, outcomes, selection="everything"):
    good = [one for one in items if one.corpus == "benign"]
    bad = [one for one in items if one.corpus == "malware"]
    costs = (figures.cost(bad, outcomes), figures.cost(good, outcomes))
    return Evaluation(
        engine="e", version="1", python="3", date="2026-01-01", limit_s=1.0,
        corpora=Corpora(malware="m", benign="b", selection=selection, malware_rows=len(bad), benign_rows=len(good)),
        groups=figures.groups(bad, outcomes, {}), locations=figures.locations(bad, outcomes, {}),
        benign=figures.benign(good, outcomes, {}), misses=figures.misses(bad, outcomes, {}),
        alerts=figures.alerts(good, outcomes), trouble=figures.trouble(items, outcomes),
        costs=tuple(cost for cost in costs if cost), rules=figures.rules(["a", "b"], items, outcomes), peers=(),
        malicious_measured=2, benign_measured=3,
    )  # fmt: skip


@pytest.fixture
def small():
    items = [
        item("a1"), item("a2"), item("b1", "2"), item("c1", "3", split="dev", novel=True),
        item("d1", "4", split="dev", stratum="pentest"),
        wheel("w1", "x"), wheel("w2", "x"), wheel("w3", "y"), wheel("w4", "z"),
    ]  # fmt: skip
    outcomes = keyed(
        outcome("a1", "block", "a"), outcome("a2", "clear"), outcome("b1", "look", "a", "b"),
        outcome("c1", "note", "b", score=0.2), outcome("d1", "look", "b"),
        outcome("w1", "look", "b", reasons=(Share(rule="b", points=4.0),)), outcome("w2", "look", "b"),
        outcome("w3", "clear"), Outcome(sha256="w4", failure="limit: took longer than 1 s"),
    )  # fmt: skip
    return items, outcomes


def test_recall_is_the_mean_over_clusters(small):
    """Cluster 1 is caught half, cluster 2 whole: 75 % per cluster though 2 of 3 artifacts."""
    items, outcomes = small

    train = figures.groups(items[:5], outcomes, {})[0]

    assert (train.name, train.artifacts, train.clusters) == ("headline train", 3, 2)
    assert (train.look.macro.value, train.look.micro.value, train.look.caught) == (0.75, 0.6667, 2)
    assert (train.block.macro.value, train.block.caught) == (0.25, 1)


def test_dev_and_novel_dev_are_counted_apart(small):
    items, outcomes = small
    items = [*items[:5], item("c2", "5", split="dev")]

    found = {one.name: one.artifacts for one in figures.groups(items, outcomes | keyed(outcome("c2", "look")), {})}

    assert found == {"headline train": 3, "headline novel dev": 1, "headline dev": 2, "pentest": 1}


def test_misses_name_what_fired_below_the_threshold(small):
    items, outcomes = small

    found = figures.misses(items[:5], outcomes, {})

    assert [(one.sha256, one.level, one.fired) for one in found] == [
        ("c1", "note", ("b@install",)),
        ("a2", "clear", ()),
    ]


def test_false_alarms_count_projects_once_and_leave_out_what_has_no_verdict(small):
    items, outcomes = small

    found = figures.benign(items[5:], outcomes, {})

    assert (found.files, found.projects) == (3, 2)
    assert (found.look.files, found.look.projects, found.block.files) == (2, 1, 0)
    assert 1 / 2 < found.look.project_bound < 1


def test_peers_are_counted_on_what_they_scored(small):
    """An alarm is a score at the threshold; what a peer could not score is no catch and no false alarm."""
    items, outcomes = small
    scores = keyed(
        *(PeerOutcome(sha256=sha256, score=0.5) for sha256 in ("a1", "a2", "w3")),
        PeerOutcome(sha256="w1", failure="it died"),
    )
    peers = {"peer": (0.5, scores)}

    train = figures.groups(items[:5], outcomes, peers)[0]
    good = figures.benign(items[5:], outcomes, peers)
    missed = figures.misses(items[:5], outcomes, peers)

    assert (train.peers["peer"].caught, train.peers["peer"].macro.value) == (2, 0.5)
    assert (good.peers["peer"].files, good.peers["peer"].projects) == (1, 1)
    assert [one.peers for one in missed] == [(), ("peer",)]


def test_trouble_names_what_did_not_finish(small):
    items, outcomes = small
    outcomes["a2"] = msgspec.structs.replace(outcomes["a2"], complete=False, refused=2)

    assert [(one.sha256, one.what) for one in figures.trouble(items, outcomes)] == [
        ("a2", "incomplete: 2 refused"),
        ("w4", "limit: took longer than 1 s"),
    ]


def test_throughput_counts_only_what_got_a_verdict():
    items = [wheel("w1", "x"), wheel("w2", "y")]
    outcomes = keyed(
        outcome("w1", "clear", code_bytes=2_000_000, cpu_s=4.0, peak_mb=9.0),
        Outcome(sha256="w2", failure="limit", cpu_s=60.0),
    )

    cost = figures.cost(items, outcomes)

    assert (cost.mb_per_s, cost.cpu_s, cost.median_s, cost.p95_s) == (0.5, 64.0, 4.0, 60.0)
    assert cost.slowest[0] == ("w2", "w2.whl", 60.0)


def test_rules_are_measured_on_dev_and_benign_only(small):
    items, outcomes = small

    a, b = figures.rules(["b", "a"], items, outcomes)

    assert (a.rule, a.train, a.dev, a.benign) == ("a", 2, 0, 0)
    assert (b.rule, b.train, b.dev, b.dev_clusters, b.benign, b.benign_projects) == ("b", 1, 2, 2, 2, 1)
    assert b.precision.value == 0.5


def test_measured_rows_are_what_the_verdict_reads(small):
    """Written and read again by the verdict's own type; train rows never count."""
    written = msgspec.json.encode(measured.measure(evaluation(*small)))

    rows = msgspec.json.decode(written, type=Measured).rules

    assert {name: (row.malicious, row.fired_malicious, row.benign, row.fired_benign) for name, row in rows.items()} == {
        "a": (2, 0, 3, 0),
        "b": (2, 2, 3, 2),
    }


def test_rules_are_never_measured_on_a_part(small):
    with pytest.raises(UsageError):
        measured.measure(evaluation(*small, selection="at most 5 of each corpus"))


def test_the_table_says_what_a_person_asks(small):
    text = table.render(evaluation(*small))

    assert "headline train" in text
    assert "75.0 %" in text
    assert "look   2 of 3" in text
    assert "headline samples below look: 2" in text
    assert "benign at look or above: 2" in text
    assert "w4" in text


def test_the_table_is_short_unless_everything_is_asked_for(small):
    items, outcomes = small
    many = [item(f"m{number}", str(number)) for number in range(90)]
    outcomes |= keyed(*(outcome(one.sha256, "clear") for one in many))

    short, whole = (table.render(evaluation([*items, *many], outcomes), everything=flag) for flag in (False, True))

    assert "and 52 more" in short
    assert "more (" not in whole
    assert len(short) < len(whole)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "headline"),
        ({"pentest_hint": "1"}, "pentest"),
        ({"verdict": "pentest", "pentest_hint": "1"}, "pentest"),
        ({"verdict": "unreviewed", "pentest_hint": "1"}, "unreviewed"),
        ({"suspect_mislabel": "tiny"}, "flagged"),
        ({"suspect_mislabel": "tiny", "verdict": "pentest"}, "flagged"),
    ],
)
def test_doubts_about_a_label_come_first(row, changes, expected):
    assert stratum(row("a") | changes) == expected
