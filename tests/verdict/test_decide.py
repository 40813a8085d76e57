"""Levels, gates, shares and floors."""

import pytest

from pratique.model import Entry, Evidence, Explanation, Finding, Problem, Unknown, Where
from pratique.verdict import decide, engine_digest, with_status
from pratique.verdict.policy import parse, settings

NOTHING = Evidence()


def finding(rule="do-harm", severity="critical", confidence="high", trigger="import", **more):
    base = {"audience": "admin", "line": "flow", "category": "malware", "summary": "does harm", "fingerprint": "f"}
    place = {"primary": Where(segments=("a.py",), line=1), "explanation": Explanation(text="")}
    return Finding(
        rule=rule, severity=severity, confidence=confidence, trigger=trigger, **base | place | more
    )  # fmt: skip


def unknown(kind, file="a.so", triggers=()):
    where = Where(segments=(file,) if file else ())
    return Unknown(kind=kind, reason="native code", where=where, triggers=triggers)


def level(*findings, evidence=NOTHING, **more):
    return decide(findings, evidence, **more).level


def test_nothing_is_clear():
    verdict = decide((), NOTHING)

    assert (verdict.level, verdict.category, verdict.score, verdict.reasons) == ("clear", "none", 0.0, ())
    assert verdict.complete


@pytest.mark.parametrize(
    ("severity", "confidence", "trigger", "expected"),
    [
        ("critical", "high", "import", "look"),
        ("critical", "medium", "install", "look"),
        ("high", "high", "import", "look"),
        ("high", "medium", "import", "note"),
        ("high", "high", "call", "note"),
        ("medium", "high", "import", "note"),
        ("medium", "low", "test", "clear"),
        ("low", "low", "install", "clear"),
        ("info", "high", "install", "clear"),
    ],
)
def test_default_points_give_a_level(severity, confidence, trigger, expected):
    assert level(finding(severity=severity, confidence=confidence, trigger=trigger)) == expected


def test_small_things_add_up():
    many = [finding(f"rule-{number}", "medium", "medium") for number in range(3)]

    assert [level(*many[:count]) for count in (1, 2, 3)] == ["note", "note", "look"]


def test_a_rule_counts_once_at_its_strongest_place():
    verdict = decide([finding(trigger="call"), finding(trigger="import"), finding(trigger="import")], NOTHING)

    assert [(reason.rule, reason.points, reason.share) for reason in verdict.reasons] == [("do-harm", 6.5, 1.0)]


def test_reasons_say_what_when_and_how_hidden_and_their_shares_add_up():
    verdict = decide([finding(), finding("hide", "medium", "medium", "install", traits=("encoded",))], NOTHING)

    assert [(reason.text, reason.points) for reason in verdict.reasons] == [
        ("does harm, when it is imported", 6.5),
        ("does harm, when it is installed (encoded)", 2.75),
    ]
    assert sum(reason.share for reason in verdict.reasons) == pytest.approx(1.0)


def test_block_needs_two_independent_lines():
    one_line = decide([finding("a-b", "high"), finding("c-d", "high")], NOTHING)
    assert one_line.level == "look"
    assert one_line.score < settings().policy.levels["block"]
    assert one_line.cap == (
        "held at look instead of block: block needs 2 independent lines of evidence, and there is only flow"
    )

    two_lines = decide([finding("a-b", "high"), finding("c-d", "high", line="target")], NOTHING)
    assert (two_lines.level, two_lines.cap) == ("block", "")


def test_concealment_and_an_odd_trigger_are_lines_of_their_own():
    other = finding("c-d", "high")
    assert level(finding("a-b", "high", traits=("encoded",)), other) == "block"
    assert level(finding("a-b", "high", traits=("gated-ci",)), other) == "look"
    assert level(finding("a-b", "high", trigger="startup"), other) == "block"
    assert (
        level(finding("a-b", "high", trigger="startup", line="concealment"), finding("c-d", "high", line="concealment"))
        == "look"
    )


def test_a_critical_flow_is_a_line_of_its_own_whenever_it_runs_unasked():
    assert level(finding("a-b", trigger="install")) == "block"
    assert level(finding("a-b"), finding("c-d", "high")) == "block"
    assert level(finding("a-b", trigger="plugin"), finding("c-d", trigger="plugin")) == "look"
    assert level(finding("a-b", confidence="medium"), finding("c-d", confidence="medium")) == "look"


@pytest.mark.parametrize(
    "weak",
    [
        {"certainty": "assumed"},
        {"block": False},
        {"severity": "low", "confidence": "medium"},
        {"line": "policy"},
        {"category": "policy"},
    ],
)
def test_a_weak_finding_is_no_line_of_evidence(weak):
    strong = (finding("a-b", "high"), finding("c-d", "high"))

    assert level(*strong, finding("e-f", line="target")) == "block"
    assert level(*strong, finding("e-f", **{"line": "target"} | weak)) == "look"


def test_metadata_alone_never_exceeds_note():
    verdict = decide([finding(f"odd-{number}", line="context") for number in range(5)], NOTHING)

    assert verdict.level == "note"
    assert "metadata alone never goes beyond note" in verdict.cap
    assert verdict.score < settings().policy.levels["look"]


def test_policy_matters_never_raise_the_malware_level():
    policy = [finding(f"rule-{number}", category="policy") for number in range(4)]
    alone = decide(policy, NOTHING)
    assert (alone.level, alone.category) == ("note", "policy")

    beside = decide([*policy, finding("a-b", "medium", "high")], NOTHING)
    assert (beside.level, beside.category, [reason.rule for reason in beside.reasons]) == ("note", "malware", ["a-b"])


@pytest.mark.parametrize("category", ["spam", "dependency_confusion"])
def test_other_categories_keep_their_name(category):
    assert decide([finding(category=category)], NOTHING).category == category


def test_a_guess_counts_less_than_something_sure():
    sure, guess = (decide([finding(certainty=certainty)], NOTHING) for certainty in ("direct", "assumed"))

    assert guess.score < sure.score


def test_traits_add_points_up_to_a_limit_and_only_to_something():
    def score(severity, *traits):
        return decide([finding(severity=severity, traits=traits)], NOTHING).score

    assert score("high") < score("high", "encoded") < score("high", "encoded", "layered")
    assert score("high", "hidden-from-view", "steganographic") == score(
        "high", "hidden-from-view", "steganographic", "obfuscated"
    )
    assert score("info", "hidden-from-view") == 0.0


@pytest.mark.parametrize(
    ("evidence", "expected", "complete", "kind"),
    [
        (Evidence(unknowns=(unknown("refused", triggers=("import",)),)), "look", False, "refused"),
        (Evidence(unknowns=(unknown("refused", file=""),)), "look", False, "refused"),
        (Evidence(unknowns=(unknown("refused"),)), "clear", True, None),
        (
            Evidence(
                unknowns=(unknown("refused"),), entries=(Entry(trigger="import", segments=("a.so",), via="module"),)
            ),
            "look",
            False,
            "refused",
        ),
        (Evidence(unknowns=(unknown("opaque", triggers=("import",)),)), "note", True, "opaque"),
        (Evidence(unknowns=(unknown("opaque"),)), "clear", True, None),
        (Evidence(unknowns=(unknown("unresolved", triggers=("import",)),)), "note", True, "unresolved"),
        (Evidence(unknowns=(unknown("unresolved", triggers=("call",)),)), "clear", True, None),
        (Evidence(problems=(Problem(code="x", severity="fatal", segments=()),)), "look", False, "refused"),
        (Evidence(problems=(Problem(code="x", severity="fatal", segments=("d.zip",)),)), "clear", True, None),
        (Evidence(problems=(Problem(code="x", severity="hostile", segments=()),)), "clear", True, None),
        (
            Evidence(
                problems=(Problem(code="x", severity="fatal", segments=("d.zip",)),),
                entries=(Entry(trigger="import", segments=("d.zip", "m.py"), via="module"),),
            ),
            "look",
            False,
            "refused",
        ),
    ],
)
def test_what_was_not_read_is_never_silent_where_it_may_run(evidence, expected, complete, kind):
    verdict = decide((), evidence)

    assert (verdict.level, verdict.complete) == (expected, complete)
    assert [reason.rule for reason in verdict.reasons] == ([kind] if kind else [])
    assert sum(reason.share for reason in verdict.reasons) == (1.0 if kind else 0.0)


def test_a_review_that_was_cut_short_is_never_clear():
    cut = decide((), NOTHING, complete=False)
    killed = decide((), NOTHING, refused=(unknown("refused", triggers=("install",)),))

    assert [(one.level, one.complete) for one in (cut, killed)] == [("look", False)] * 2


def test_unread_content_stands_beside_reasons_without_a_share():
    evidence = Evidence(unknowns=(unknown("opaque", triggers=("import",)),) * 3)

    shares = [(reason.rule, reason.share) for reason in decide([finding()], evidence).reasons]

    assert shares == [("do-harm", 1.0), ("opaque", 0.0)]
    assert decide([finding()], evidence).reasons[1].text == "cannot be read: native code (and 2 more)"


def changed(policy=("", ""), scorecard="", measured='{"schema": "pratique-measured/1", "rules": {}}'):
    from importlib.resources import files

    text = files("pratique.verdict").joinpath("policy.toml").read_text()
    assert policy[0] in text
    return parse(text.replace(*policy, 1).encode(), scorecard.encode(), measured.encode())


def test_rules_in_trial_are_marked_and_carry_no_points():
    counts = '"malicious": 1, "fired_malicious": 1, "benign": 1, "fired_benign": 0'
    row = f'{{"basis": "b", "date": "d", "engine": "e", {counts}}}'
    numbers = changed(
        ('unmeasured = "count"', 'unmeasured = "trial"'),
        measured=f'{{"schema": "pratique-measured/1", "rules": {{"a-b": {row}}}}}',
    )
    both = with_status([finding("a-b"), finding("c-d")], numbers)

    assert [(one.trial, one.audience) for one in both] == [(False, "admin"), (True, "researcher")]
    assert [reason.rule for reason in decide(both, NOTHING, settings=numbers).reasons] == ["a-b"]


def test_the_scorecard_overrides_points_and_factors():
    numbers = changed(scorecard="[rules.a-b]\npoints = 4.0\nfactors = { command = 0.9, call = 0.9 }")
    verdict = decide([finding("a-b", trigger="call"), finding("c-d", trigger="call")], NOTHING, settings=numbers)

    assert [(reason.rule, reason.points) for reason in verdict.reasons] == [("a-b", 3.6), ("c-d", 3.25)]


def test_the_engine_digest_is_stable_and_short():
    assert engine_digest() == engine_digest()
    assert len(engine_digest()) == 16
