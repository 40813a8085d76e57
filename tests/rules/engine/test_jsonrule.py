"""Rules travel as JSON."""

import json

import jsonschema
import pytest

from pratique.errors import RuleError
from pratique.rules import load
from pratique.rules.jsonrule import from_json, schema, to_json

GOOD = {
    "schema": "pratique-rule/1",
    "rule": {
        "id": "spawn-a-shell",
        "summary": "spawns a shell",
        "severity": "low",
        "confidence": "low",
        "audience": "researcher",
        "line": "flow",
        "since": "0.1",
        "when": {"op": "use", "capability": "process.spawn", "operand": "shell"},
    },
}


@pytest.mark.parametrize("rule", load(), ids=lambda rule: rule.id)
def test_every_rule_round_trips_and_fits_the_schema(rule):
    written = to_json(rule)

    assert from_json(written) == rule
    jsonschema.validate(json.loads(written), schema())


def test_a_rule_from_outside_is_read():
    assert from_json(json.dumps(GOOD).encode()).when.operand == "shell"


def changed(**fields):
    return json.dumps(GOOD | {"rule": GOOD["rule"] | fields}).encode()


def nested(depth):
    condition = {"op": "use", "capability": "process.spawn"}
    for _ in range(depth):
        condition = {"op": "any_of", "parts": [condition]}
    return condition


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"RULE = Rule()", "not a rule of pratique-rule/1"),
        (b"{}", "missing required field `schema`"),
        (json.dumps(GOOD | {"schema": "pratique-rule/2"}).encode(), "schema"),
        (changed(colour="red"), "unknown field `colour`"),
        (changed(when={"op": "not"}), "'not'"),
        (changed(when={"op": "use", "capability": "x", "target": "("}), "target='\\('.*mend or escape it"),
        (changed(when=nested(20)), "nested deeper than 12"),
        (changed(when=0).replace(b'"when": 0', b'"when": ' + b'{"op":"any_of","parts":[' * 2500), "nested too deeply"),
        (changed(id="Shell"), "is no slug"),
        (changed(summary="Spawns a shell."), "must read after `this package`"),
        (b" " * 70_000, "70000 bytes"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(data, message):
    with pytest.raises(RuleError, match=message):
        from_json(data)


def test_all_faults_are_reported_at_once():
    with pytest.raises(RuleError) as caught:
        from_json(changed(id="x", since="now", attack=["1059"]))

    assert caught.value.message.count(";") == 2
