"""The judge, over evidence written by hand."""

import time

import pytest
from listing import Listing

from pratique.model import UNATTENDED, Change, Evidence, Match, Where
from pratique.rules.dsl import (
    Rule,
    all_of,
    any_of,
    at_least,
    change,
    context,
    distinct,
    entry,
    flow,
    match,
    problem,
    reaches,
    unknown,
    use,
)
from pratique.rules.judge import judge, speaks_to


def rule(when, **more):
    base = {"id": "do-harm", "summary": "does harm", "severity": "high", "confidence": "high", "audience": "admin"}
    return Rule(**base | {"line": "flow", "since": "0.1", "when": when} | more)


def findings(when, listing, **more):
    return judge((rule(when, **more),), listing.evidence())


def lines(when, listing):
    return [(finding.trigger, finding.primary.line) for finding in findings(when, listing)]


def test_no_evidence_gives_no_finding():
    assert judge((rule(any_of(use("*"), problem("*"), context("name"))),), Evidence()) == ()


@pytest.mark.parametrize(
    ("atom", "fires"),
    [
        (use("network.http"), True),
        (use("network.*"), True),
        (use("process.spawn|network.http"), True),
        (use("network"), False),
        (use("network.http", operand="chat-webhook|paste"), True),
        (use("network.http", operand="tunnel"), False),
        (use("*", target=r"^https://hooks\."), True),
        (use("*", target=r"^hooks"), False),
        (use("*", api="requests.*"), True),
        (use("*", traits=("encoded",)), True),
        (use("*", traits=("layered|encoded", "gated-*")), True),
        (use("*", traits=("encoded", "layered")), False),
        (use("*", certainty="direct"), False),
        (use("*", certainty="transitive"), True),
        (flow("env.*", "network.http", arg="data"), True),
        (flow("env.read", "network.*", source_operand="registry-token", source_text="^TW"), True),
        (flow("env.read", "network.*", sink_operand="chat-webhook", sink_target="invalid"), True),
        (flow("fs.read", "network.*"), False),
        (flow("env.*", "network.http", arg="url"), False),
        (flow("env.*", "network.http", certainty="direct"), False),
    ],
)
def test_atoms_select_uses_and_flows(atom, fires):
    listing = Listing()
    start = listing.entry("install")
    sink = listing.use(
        "network.http",
        "chat-webhook",
        api="requests.post",
        target="https://hooks.invalid/x",
        entries=[start],
        traits=("encoded", "gated-host"),
        certainty="transitive",
    )
    listing.flow("env.read", sink, source_operand="registry-token", source_text="TWINE_PASSWORD")

    assert [finding.trigger for finding in findings(atom, listing)] == (["install"] if fires else [])


@pytest.mark.parametrize(
    ("atom", "fires"),
    [
        (problem("zip-*", "hostile"), True),
        (problem("zip-*", "fatal"), False),
        (unknown("opaque", "native"), True),
        (unknown("refused"), False),
        (entry("startup", r"\.pth"), True),
        (entry("install"), False),
        (change("added", subject="network"), True),
        (change("added", "capability|host"), True),
        (change("added", "host"), False),
        (change("removed"), False),
        (match(0.8), True),
        (match(0.95), False),
        (context("name", "^acme$"), True),
        (context("name"), True),
        (context("summary"), False),
    ],
)
def test_atoms_select_everything_else(atom, fires):
    listing = Listing()
    listing.entry("startup", "a.pth", ".pth line 1")
    listing.problem("zip-overlap")
    listing.unknown("opaque", "native code")
    listing.changes.append(
        Change(kind="added", topic="capability", subject="network.http", where=Where(segments=("a.py",), line=3))
    )
    listing.matches.append(Match(campaign="c", sample="s", method="m", score=0.9, where=Where(segments=("a.py",))))
    listing.context += [("name", "acme"), ("summary", "")]

    assert bool(findings(atom, listing)) == fires


def test_a_flow_gives_the_path_to_its_sink_and_then_its_steps():
    listing = Listing()
    sink = listing.use("network.http", line=9, entries=[listing.entry("import", "a.py")], target="http://192.0.2.1")
    listing.flow("env.read", sink, line=4)

    (finding,) = findings(flow("env.read", "network.http"), listing)

    assert [(step.text, step.where.line) for step in finding.path] == [("runs at import", 9), ("env.read is read", 4)]
    assert (finding.primary.line, finding.target) == (9, "http://192.0.2.1")
    assert finding.capabilities == ("env.read", "network.http")
    assert [place.line for place in finding.related] == [4]


def test_pieces_in_different_files_join_on_a_shared_entry():
    listing = Listing()
    start = listing.entry("install")
    listing.use("env.read", file="a.py", line=3, entries=[start])
    listing.use("network.http", file="b.py", line=7, entries=[start])

    (finding,) = findings(all_of(use("network.http"), use("env.read")), listing)

    assert (finding.trigger, finding.primary.line, [place.line for place in finding.related]) == ("install", 7, [3])
    joined = finding.explanation.children[0]
    assert joined.text == "all of these on one path from setup.py (install)"
    assert [child.text for child in joined.children] == ["network.http: mod.network.http", "env.read: mod.env.read"]


def test_pieces_without_anything_shared_do_not_join():
    listing = Listing()
    listing.use("env.read", file="a.py", entries=[listing.entry("call", "a.py", "function f")])
    listing.use("network.http", file="b.py", entries=[listing.entry("call", "b.py", "function g")])
    both = (use("network.http"), use("env.read"))

    assert findings(all_of(*both), listing) == ()
    assert len(findings(all_of(*both, within="artifact"), listing)) == 1


def test_within_narrows_from_path_over_file_to_function():
    listing = Listing()
    start = listing.entry("import", "a.py")
    listing.use("env.read", file="a.py", symbol="f", entries=[start])
    listing.use("network.http", file="a.py", symbol="g", entries=[start])
    both = (use("network.http"), use("env.read"))

    assert len(findings(all_of(*both, within="path"), listing)) == 1
    assert len(findings(all_of(*both, within="file"), listing)) == 1
    assert findings(all_of(*both, within="function"), listing) == ()


def test_a_decoded_layer_belongs_to_the_file_that_holds_it():
    listing = Listing()
    listing.use("code.eval", file="a.py")
    listing.use("network.http", file="a.py!/<layer 1: base64>")

    assert len(findings(all_of(use("code.eval"), use("network.http"), within="file"), listing)) == 1


def test_a_combination_runs_when_its_last_needed_piece_runs():
    listing = Listing()
    listing.use("env.read", file="a.py", line=1, triggers=("import", "call"))
    listing.use("network.http", file="a.py", line=2, triggers=("call",))

    assert lines(all_of(use("env.read"), use("network.http")), listing) == [("call", 1)]


def test_at_least_counts_parts_and_waits_for_no_more_than_it_needs():
    listing = Listing()
    listing.use("host.identity", file="a.py", line=1, triggers=("import",))
    listing.use("env.read", file="a.py", line=2, triggers=("import",))
    listing.use("fs.read", file="a.py", line=3, triggers=("call",))
    parts = (use("host.identity"), use("env.read"), use("fs.read"), use("input.screen"))

    assert lines(at_least(2, *parts), listing) == [("import", 1)]
    assert lines(at_least(3, *parts), listing) == [("call", 1)]
    assert lines(at_least(4, *parts), listing) == []


def test_distinct_counts_values_not_places():
    listing = Listing()
    for line, operand in enumerate(["wallet", "wallet", "browser-store", ""], 1):
        listing.use("fs.read", operand, file="a.py", line=line, target=f"/{line}")

    assert len(findings(distinct(2, use("fs.read")), listing)) == 1
    assert findings(distinct(3, use("fs.read")), listing) == ()
    assert len(findings(distinct(4, use("fs.read"), by="target"), listing)) == 1
    assert findings(distinct(2, use("fs.read"), by="capability"), listing) == ()


def test_reaches_looks_only_at_what_the_triggers_reach_in_every_part():
    listing = Listing()
    first, second = listing.entry("import", "a.py"), listing.entry("command", "b.py", "console script acme")
    listing.use("env.read", file="a.py", entries=[first, second])
    listing.use("network.http", file="c.py", entries=[second])
    both = all_of(use("env.read"), use("network.http"))

    assert len(findings(both, listing)) == 1
    assert findings(reaches(UNATTENDED, both), listing) == ()
    assert lines(reaches("command", use("env.read")), listing) == [("command", 1)]


def test_what_speaks_of_the_whole_artifact_meets_anything():
    listing = Listing()
    listing.problem("zip-overlap")
    listing.context.append(("kind", "wheel"))
    listing.use("network.http", file="a.py", line=5, triggers=("plugin",))

    both = all_of(context("kind", "wheel"), problem("zip-*"), use("network.http"))

    assert lines(both, listing) == [("plugin", 5)]
    assert len(findings(all_of(context("kind"), problem("zip-*")), listing)) == 1


def test_a_flaw_of_a_file_meets_only_what_is_in_it():
    listing = Listing()
    listing.problem("zip-crc-wrong", file="a.py")
    listing.use("network.http", file="b.py")
    assert findings(all_of(problem("*"), use("network.http")), listing) == ()

    listing.use("network.http", file="a.py")
    assert len(findings(all_of(problem("*"), use("network.http")), listing)) == 1


def test_combinations_nest():
    listing = Listing()
    start = listing.entry("install")
    listing.use("env.read", file="a.py", symbol="f", line=1)
    listing.use("crypto.encrypt", file="a.py", symbol="f", line=2, entries=[start])
    listing.use("network.http", file="b.py", line=3, entries=[start])

    inner = all_of(use("env.read"), use("crypto.encrypt"), within="function")

    assert lines(all_of(use("network.http"), inner), listing) == [("call", 3)]


def test_one_finding_per_trigger_class_at_the_strongest_place_with_the_number_of_places():
    listing = Listing()
    for line, trigger in enumerate(["call", "import", "install", "command", "import"], 1):
        listing.use("process.spawn", line=line, triggers=(trigger,))

    unattended, on_use = findings(use("process.spawn"), listing)

    assert (unattended.trigger, unattended.primary.line, unattended.times) == ("install", 3, 3)
    assert [place.line for place in unattended.related] == [2, 5]
    assert (on_use.trigger, on_use.primary.line, on_use.times) == ("command", 4, 2)


def test_shown_places_are_capped_and_all_are_counted():
    listing = Listing()
    for line in range(1, 51):
        listing.use("process.spawn", line=line)

    (finding,) = findings(use("process.spawn"), listing)

    assert (finding.times, len(finding.related)) == (50, 8)


def test_a_guess_never_takes_the_place_of_something_sure():
    listing = Listing()
    listing.use("process.spawn", line=1, triggers=("command",), certainty="direct")
    listing.use("process.spawn", line=2, triggers=("command",), certainty="assumed")
    (only,) = findings(use("process.spawn"), listing)
    assert (only.certainty, only.times) == ("direct", 1)

    listing.use("process.spawn", line=3, triggers=("install",), certainty="assumed")
    assert [(one.trigger, one.certainty) for one in findings(use("process.spawn"), listing)] == [
        ("install", "assumed"),
        ("command", "direct"),
    ]


def test_a_combination_is_as_certain_as_its_weakest_piece():
    listing = Listing()
    listing.use("env.read", line=1)
    listing.use("network.http", line=2, certainty="assumed")
    both = all_of(use("env.read"), use("network.http"))
    assert [one.certainty for one in findings(both, listing)] == ["assumed"]

    listing.use("network.http", line=3, certainty="transitive")
    assert [one.certainty for one in findings(both, listing)] == ["transitive"]


def test_traits_are_those_of_all_pieces():
    listing = Listing()
    listing.use("env.read", line=1, traits=("encoded",))
    listing.use("network.http", line=2, traits=("gated-ci",))

    (finding,) = findings(all_of(use("env.read"), use("network.http")), listing)

    assert finding.traits == ("encoded", "gated-ci")


def test_the_fingerprint_survives_moved_lines_and_renamed_files():
    def fingerprint(file, line, symbol, target):
        listing = Listing()
        listing.use("network.http", file=file, line=line, symbol=symbol, target=target)
        return findings(use("network.http"), listing)[0].fingerprint

    first = fingerprint("a.py", 1, "send", "http://192.0.2.1")

    assert len(first) == 16
    assert fingerprint("b.py", 99, "send", "http://192.0.2.1") == first
    assert fingerprint("a.py", 1, "other", "http://192.0.2.1") != first
    assert fingerprint("a.py", 1, "send", "http://192.0.2.2") != first


def test_the_order_of_evidence_does_not_matter():
    forwards, backwards = Listing(), Listing()
    capabilities = ["env.read", "network.http", "env.read", "network.http"]
    for listing, order in ((forwards, range(4)), (backwards, reversed(range(4)))):
        for line in order:
            listing.use(capabilities[line], line=line + 1)
    both = all_of(use("env.read"), use("network.http"))

    assert findings(both, forwards) == findings(both, backwards)


def test_an_audience_sees_what_is_meant_for_those_before_it():
    listing = Listing()
    listing.use("process.spawn")
    rules = (
        rule(use("process.spawn"), id="a-b", audience="admin"),
        rule(use("process.spawn"), id="c-d", audience="researcher"),
        rule(use("process.spawn"), id="e-f", audience="everything"),
    )

    seen = {
        audience: [finding.rule for finding in judge(rules, listing.evidence(), audience)]
        for audience in ("admin", "researcher", "everything", None)
    }

    assert seen == {
        "admin": ["a-b"],
        "researcher": ["a-b", "c-d"],
        "everything": ["a-b", "c-d", "e-f"],
        None: ["a-b", "c-d", "e-f"],
    }
    assert speaks_to("admin", "researcher")


def test_entries_out_of_range_and_flows_without_sink_are_ignored():
    listing = Listing()
    listing.use("env.read", entries=(), triggers=("import",))
    sink = listing.use("network.http", file="b.py", triggers=("import",))
    listing.flow("env.read", sink)
    broken = listing.evidence()
    broken = type(broken)(
        uses=tuple(
            type(one)(**{f: getattr(one, f) for f in one.__struct_fields__} | {"entries": (7,)}) for one in broken.uses
        ),
        flows=tuple(
            type(one)(**{f: getattr(one, f) for f in one.__struct_fields__} | {"sink": 9}) for one in broken.flows
        ),
    )

    assert judge((rule(all_of(use("env.read"), use("network.http"))),), broken) == ()
    assert judge((rule(flow("*", "*")),), broken) == ()


def test_noise_costs_little_and_hides_nothing():
    """20,000 uses over 400 entries are joined in well under the time that pairing them would take."""
    listing = Listing()
    starts = [listing.entry("call", f"m{i}.py", f"function f{i}") for i in range(400)]
    for number in range(10_000):
        shared = [starts[(number + step) % 200] for step in range(3)]
        listing.use("env.read", file=f"m{number % 200}.py", line=number, entries=shared)
        listing.use("network.http", file=f"x{number % 200}.py", line=number, entries=[starts[200 + number % 200]])
    hidden = listing.entry("install")
    listing.use("env.read", file="y.py", entries=[hidden], line=7)
    listing.use("network.http", file="z.py", entries=[hidden], line=8)
    began = time.process_time()

    found = findings(all_of(use("network.http"), use("env.read")), listing)

    assert [(one.trigger, one.primary.line) for one in found] == [("install", 8)]
    assert time.process_time() - began < 10


def test_an_earlier_guess_does_not_take_the_place_of_a_sure_piece_in_a_combination():
    listing = Listing()
    listing.use("env.read", line=1)
    listing.use("network.http", line=2)
    listing.use("env.read", line=3, triggers=("import",), certainty="assumed")

    (finding,) = findings(all_of(use("env.read"), use("network.http")), listing)

    assert (finding.certainty, finding.trigger, finding.primary.line) == ("direct", "call", 1)


def test_a_stronger_piece_does_not_break_the_combination_around_it():
    listing = Listing()
    early, late = listing.entry("install"), listing.entry("call", "a.py", "function f")
    listing.use("env.read", file="a.py", symbol="f", line=1, entries=[late])
    listing.use("crypto.encrypt", file="a.py", symbol="f", line=2)
    listing.use("network.http", file="b.py", line=3, entries=[late])
    inner = all_of(use("env.read"), use("crypto.encrypt"), within="function")
    assert lines(all_of(use("network.http"), inner), listing) == [("call", 3)]

    listing.use("env.read", file="a.py", symbol="f", line=4, entries=[early])
    assert lines(all_of(use("network.http"), inner), listing) == [("call", 3)]
