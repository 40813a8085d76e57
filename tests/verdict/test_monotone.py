"""Principle 5: adding evidence or findings never lowers a verdict. Over random conditions, evidence and findings."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.model import TRIGGER_ORDER, Entry, Evidence, Explanation, Finding, Flow, Problem, Unknown, Use, Where
from pratique.rules import dsl, judge, load
from pratique.verdict import LEVELS, decide
from pratique.verdict.policy import settings as packaged
from pratique.verdict.score import points

CAPABILITIES = ("env.read", "network.http", "process.spawn")
FILES = (("a.py",), ("b.py",), ("a.py", "<layer 1: base64>"))
TRIGGERS = st.sampled_from(TRIGGER_ORDER)
WITHIN = st.sampled_from(("path", "function", "file", "artifact"))
ENTRIES = (
    Entry(trigger="install", segments=("a.py",), via="setup.py"),
    Entry(trigger="import", segments=("b.py",), via="module"),
    Entry(trigger="call", segments=("b.py",), via="function"),
    Entry(trigger="test", segments=("c.py",), via="test"),
)

wheres = st.builds(
    Where, segments=st.sampled_from(FILES), line=st.integers(1, 4), symbol=st.sampled_from(("", "f", "g"))
)


@st.composite
def uses(draw):
    entries = tuple(sorted(draw(st.sets(st.integers(0, len(ENTRIES) - 1), min_size=1, max_size=2))))
    return Use(
        id=0,
        capability=draw(st.sampled_from(CAPABILITIES)),
        operand=draw(st.sampled_from(("", "shell", "wallet"))),
        api="api",
        where=draw(wheres),
        scope="",
        triggers=tuple(ENTRIES[i].trigger for i in entries),
        entries=entries,
        path=(),
        certainty=draw(st.sampled_from(("direct", "transitive", "assumed"))),
        traits=draw(st.sampled_from(((), ("encoded",), ("gated-ci", "layered")))),
    )


flows = st.builds(
    Flow,
    source=st.sampled_from((*CAPABILITIES, "decoded")),
    source_where=wheres,
    sink=st.integers(0, 3),
    steps=st.just(()),
    certainty=st.sampled_from(("direct", "assumed")),
)
problems = st.builds(
    Problem,
    code=st.sampled_from(("zip-overlap", "zip-comment")),
    severity=st.sampled_from(("info", "hostile", "fatal")),
    segments=st.sampled_from(((), ("a.py",))),
)
unknowns = st.builds(
    Unknown,
    kind=st.sampled_from(("opaque", "unresolved", "refused")),
    reason=st.just("reason"),
    where=wheres,
    triggers=st.lists(TRIGGERS, max_size=1).map(tuple),
)
evidences = st.builds(
    Evidence,
    entries=st.just(ENTRIES),
    uses=st.lists(uses(), min_size=1, max_size=6).map(tuple),
    flows=st.lists(flows, max_size=2).map(tuple),
    problems=st.lists(problems, max_size=1).map(tuple),
    unknowns=st.lists(unknowns, max_size=1).map(tuple),
    context=st.sampled_from(((), (("name", "acme"),))),
)

use_atoms = st.builds(
    dsl.use,
    st.sampled_from((*CAPABILITIES, "*")),
    operand=st.sampled_from(("", "", "", "shell")),
    traits=st.sampled_from(((), (), (), ("encoded",))),
)
atoms = st.one_of(
    use_atoms,
    use_atoms,
    use_atoms,
    st.builds(dsl.flow, st.sampled_from((*CAPABILITIES, "*")), st.sampled_from((*CAPABILITIES, "*"))),
    st.sampled_from((dsl.problem("zip-*"), dsl.unknown("*"), dsl.context("name"))) | st.builds(dsl.entry, TRIGGERS),
)


def deeper(inner):
    parts = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        parts.map(lambda found: dsl.any_of(*found)),
        st.builds(lambda found, within: dsl.all_of(*found, within=within), parts, WITHIN),
        st.builds(lambda found, within: dsl.at_least(min(2, len(found)), *found, within=within), parts, WITHIN),
        st.builds(dsl.reaches, st.sampled_from((dsl.UNATTENDED, dsl.ON_USE)) | st.sets(TRIGGERS, min_size=2), inner),
        st.builds(
            lambda part, by, within: dsl.distinct(2, part, by, within),
            atoms,
            st.sampled_from(("operand", "capability")),
            WITHIN,
        ),
    )


conditions = st.recursive(atoms, deeper, max_leaves=5)
rules = st.builds(
    dsl.Rule,
    id=st.sampled_from(("do-harm", "do-more-harm", "do-odd-things")),
    summary=st.just("does harm"),
    severity=st.sampled_from(("low", "medium", "high", "critical")),
    confidence=st.sampled_from(("low", "high")),
    audience=st.just("admin"),
    line=st.sampled_from(("flow", "concealment", "context")),
    category=st.sampled_from(("malware", "policy")),
    since=st.just("0.1"),
    when=conditions,
)


def joined(one, other):
    """The evidence of an artifact that holds both; what `other` adds comes last."""
    uses = one.uses + other.uses
    return Evidence(
        entries=ENTRIES,
        uses=tuple(msgspec.structs.replace(use, id=number) for number, use in enumerate(uses)),
        flows=tuple(flow for flow in one.flows if flow.sink < len(one.uses)) + other.flows,
        problems=one.problems + other.problems,
        unknowns=one.unknowns + other.unknowns,
        context=one.context + other.context,
    )


def outdone(finding, others):
    """Whether some finding of the rule is no later, no less certain, no less marked and has no fewer points."""
    return any(
        other.rule == finding.rule
        and TRIGGER_ORDER.index(other.trigger) <= TRIGGER_ORDER.index(finding.trigger)
        and (other.certainty != "assumed" or finding.certainty == "assumed")
        and set(finding.traits) <= set(other.traits)
        and points(other, packaged()) >= points(finding, packaged())
        for other in others
    )


def not_lower(before, after):
    assert LEVELS.index(after.level) >= LEVELS.index(before.level)
    assert after.score >= before.score
    assert before.complete or not after.complete


@settings(max_examples=200)
@given(many=st.lists(conditions, min_size=12, max_size=12), one=evidences, other=evidences)
def test_adding_evidence_never_removes_or_weakens_a_finding(many, one, other):
    numbered = tuple(
        dsl.Rule(
            id=f"rule-{number}", summary="s", severity="high", confidence="high", audience="admin", line="flow",
            since="0.1", when=when,
        )
        for number, when in enumerate(many)
    )  # fmt: skip
    one = joined(one, Evidence())
    before, after = judge(numbered, one), judge(numbered, joined(one, other))

    assert [finding for finding in before if not outdone(finding, after)] == []


@settings(max_examples=150)
@given(many=st.lists(rules, max_size=3, unique_by=lambda rule: rule.id), one=evidences, other=evidences)
def test_adding_evidence_never_lowers_a_verdict(many, one, other):
    everything = (*many, *load())
    one = joined(one, Evidence())
    both = joined(one, other)

    not_lower(decide(judge(everything, one), one), decide(judge(everything, both), both))


findings = st.builds(
    Finding,
    rule=st.sampled_from(("a-b", "c-d", "e-f", "g-h")),
    summary=st.just("does"),
    severity=st.sampled_from(("info", "low", "medium", "high", "critical")),
    confidence=st.sampled_from(("low", "medium", "high")),
    audience=st.just("admin"),
    line=st.sampled_from(("flow", "concealment", "trigger", "context", "policy")),
    category=st.sampled_from(("malware", "policy", "spam", "dependency_confusion")),
    trigger=TRIGGERS,
    primary=wheres,
    explanation=st.just(Explanation(text="")),
    certainty=st.sampled_from(("direct", "assumed")),
    traits=st.sampled_from(((), ("encoded",), ("gated-ci", "layered", "hidden-from-view"))),
    fingerprint=st.just("0"),
    block=st.booleans(),
    trial=st.booleans(),
)


@given(some=st.lists(findings, max_size=6), more=st.lists(findings, max_size=3), evidence=evidences)
def test_adding_findings_never_lowers_a_verdict(some, more, evidence):
    not_lower(decide(some, evidence), decide([*some, *more], evidence))


@given(some=st.lists(findings, max_size=6), evidence=evidences)
def test_shares_add_up_and_the_order_of_findings_does_not_matter(some, evidence):
    verdict = decide(some, evidence)

    assert not verdict.reasons or abs(sum(reason.share for reason in verdict.reasons) - 1) < 1e-9
    assert [r.points for r in verdict.reasons] == sorted((r.points for r in verdict.reasons), reverse=True)
    assert decide(list(reversed(some)), evidence).level == verdict.level
