"""Calibration: features that no format decides, weights by cluster and project, fits that never fall."""

from __future__ import annotations

import tomllib

import msgspec
import pytest

from pratique.evaluate.calibration import report, vectors
from pratique.evaluate.calibration.vectors import Row
from pratique.evaluate.recognition.run import half
from pratique.evaluate.sdists import packed, sdists
from pratique.evaluate.shapes import Fired, Item, Outcome
from pratique.rules import load
from pratique.verdict.policy import parse, settings


def fired(rule: str, trigger: str, certainty: str = "direct", category: str = "malware") -> Fired:
    return Fired(rule=rule, trigger=trigger, category=category, certainty=certainty)


def outcome(*found: Fired, score: float = 0.0) -> Outcome:
    return Outcome(sha256="", level="clear", score=score, fired=found)


def test_a_feature_is_a_rule_and_that_it_runs_unattended():
    found = vectors.features(outcome(fired("a", "install"), fired("b", "call"), fired("c", "import", "assumed")))

    assert found == {"a": 1.0, "a!": 1.0, "b": 1.0, "c": 0.5, "c!": 0.5}


@pytest.mark.parametrize("trigger", ["install", "build", "startup", "import", "plugin", "agent"])
def test_no_format_decides_a_feature(trigger):
    """A wheel cannot run at install, an sdist can: both are the same feature."""
    assert vectors.features(outcome(fired("a", trigger))) == {"a": 1.0, "a!": 1.0}


def test_policy_matters_are_no_features():
    assert vectors.features(outcome(fired("a", "install", category="policy"))) == {}


def test_a_sure_finding_counts_more_than_a_guess():
    assert vectors.features(outcome(fired("a", "call", "assumed"), fired("a", "call"))) == {"a": 1.0}


def item(sha256: str, group: str, corpus: str = "malware", **more: object) -> Item:
    known = {"stratum": "headline" if corpus == "malware" else "benign", "split": "dev"} | more
    return Item(corpus=corpus, sha256=sha256, name=sha256, group=group, **known)


def test_train_and_half_a_fit_and_the_rest_sets_thresholds():
    """Disputed labels are not looked at; each cluster and each project weighs the same."""
    projects = {side: next(f"p{n}" for n in range(99) if half(f"p{n}") == side) for side in "AB"}
    items = [
        item("1", "c1", split="train"), item("2", "c1", split="train"), item("3", "c2", split="train"),
        item("4", "c3", novel=True), item("5", "c4", stratum="flagged"),
        item("6", projects["A"], "benign"), item("7", projects["B"], "benign"),
    ]  # fmt: skip
    found = {row.sha256: row for row in vectors.rows(items, {one.sha256: outcome() for one in items})}

    assert {name: row.part for name, row in found.items()} == {
        "1": "fit", "2": "fit", "3": "fit", "4": "set", "6": "fit", "7": "set",
    }  # fmt: skip
    assert (found["1"].weight, found["3"].weight, found["6"].weight) == (0.25, 0.5, 1.0)


def rows() -> list[Row]:
    """Malware has `bad`, benign has `loud`; both may have `both`, and `never` never fires."""
    found = []
    for number in range(40):
        malicious = number % 2 == 0
        features = {"bad": 1.0, "bad!": 1.0} if malicious else ({"loud": 1.0} if number % 4 == 1 else {})
        if number % 5 == 0:
            features = features | {"both": 1.0}
        found.append(
            Row(
                sha256=str(number), malicious=malicious, part="fit" if number < 20 else "set", group=f"g{number}",
                novel=malicious, features=features, score=0.4 if malicious else 0.5,
            )
        )  # fmt: skip
    return list(vectors.weighted(found))


PRIOR = {"bad": 2.0, "bad!": 1.0, "loud": 2.0, "loud!": 1.0, "both": 1.0, "both!": 1.0, "never": 4.0, "never!": 1.0}


@pytest.fixture(scope="module")
def result():
    pytest.importorskip("sklearn", reason="the extra `train` is not installed")
    return report.calibrate(rows(), PRIOR, 4.0, "e")


def test_points_move_with_the_evidence_and_are_never_negative(result):
    points = result.card.points

    assert points["loud"] < PRIOR["loud"]
    assert points["bad"] > points["loud"]
    assert min(points.values()) >= 0


def test_a_rule_that_never_fired_keeps_its_points(result):
    assert result.card.points["never"] == pytest.approx(4.0, abs=0.01)


def test_both_fits_tell_the_classes_apart_where_the_old_score_does_not(result):
    recall = {model.name: model.at[0].recall.value for model in result.models}

    assert recall == {"as it is": 0.0, "logistic scorecard": 1.0, "monotone boosting": 1.0}
    assert all(one.flagged <= one.allowed for model in result.models for one in model.at)


def test_the_report_says_what_the_data_can_bear(result):
    text = report.render(result)

    assert "0 of 10 bounds the rate below 25.89 % at 95 %" in text
    assert "loud " in text


def test_the_table_is_a_scorecard_that_the_verdict_takes(result):
    """What it writes parses, and no later trigger counts more than an earlier one."""
    text = report.table(result)
    table = tomllib.loads(text)
    packaged = settings()
    read = parse(msgspec.toml.encode(packaged.policy), text.encode(), msgspec.json.encode(packaged.measured))

    assert table["rules"]["loud"]["points"] < 3
    assert "never" not in table["rules"]
    assert read.scorecard.rules["bad"].points is not None


def test_the_prior_is_what_the_verdict_counts_today():
    """On use and unattended together: the points of severity and confidence, or the scorecard's own."""
    found = report.prior(load(), settings())

    numbers = settings()
    rule = next(one for one in load() if one.id == "use-the-network-at-install")
    base = numbers.policy.points[rule.severity][rule.confidence]

    assert found[rule.id] + found[f"{rule.id}!"] == base
    assert found[rule.id] == base * numbers.policy.factors["call"]
    assert not [name for name, value in found.items() if value < 0]


def test_an_sdist_holds_the_wheels_sources_and_a_plain_setup_script():
    import io
    import tarfile
    import zipfile

    from pratique.evaluate.corpora import Source

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("acme/__init__.py", "x = 1\n")
        archive.writestr("acme-1.0.dist-info/METADATA", "Name: acme\n")
    wheel = Source(
        item=item("w", "acme", "benign", py_bytes=6), read=lambda: ("acme-1.0-py3-none-any.whl", out.getvalue()),
        project="acme",
    )  # fmt: skip
    wheel = Source(
        item=msgspec.structs.replace(wheel.item, name="acme-1.0-py3-none-any.whl"), read=wheel.read, project="acme"
    )
    (made,) = sdists([wheel, wheel], 5)
    name, data = made.read()

    assert name == "acme-1.0.tar.gz"
    assert data == packed(out.getvalue(), "acme", "1.0")
    assert data[4:8] == bytes(4)
    assert made.item.group == "acme"
    assert made.item.sha256 != wheel.item.sha256
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        assert sorted(archive.getnames()) == ["acme-1.0/PKG-INFO", "acme-1.0/acme/__init__.py", "acme-1.0/setup.py"]
