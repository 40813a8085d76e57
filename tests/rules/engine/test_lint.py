"""The linter's messages say the fix."""

import pytest

from pratique.rules import dsl
from pratique.rules.lint import Words, faults, page_faults
from pratique.rules.pages import parse

WORDS = Words(
    capability=frozenset({"network.http", "env.read"}),
    operand=frozenset({"shell", "wallet"}),
    trait=frozenset({"encoded", "gated-ci"}),
    problem=frozenset({"zip-overlap"}),
)


def rule(when=None, **more):
    base = {"id": "send-secrets", "summary": "sends secrets", "severity": "high", "confidence": "high"}
    return dsl.Rule(
        **base | {"audience": "admin", "line": "flow", "since": "0.1", "when": when or dsl.use("env.read")} | more
    )


def test_a_good_rule_has_no_faults():
    when = dsl.all_of(dsl.use("network.*|env.read", traits="gated-*"), dsl.flow("param", "network.http"))

    assert faults(rule(when), WORDS) == ()


@pytest.mark.parametrize(
    ("when", "message"),
    [
        (dsl.use("network.htp"), "no capability is called `network.htp`: did you mean `network.http`?"),
        (dsl.use("env.read", operand="shell|walet"), "no operand class is called `walet`: did you mean `wallet`?"),
        (dsl.use("env.read", traits="encodd"), "no trait is called `encodd`"),
        (dsl.flow("paran", "network.http"), "no source is called `paran`: did you mean `param`?"),
        (dsl.problem("zip-over"), "no problem is called `zip-over`"),
        (dsl.problem("zip-*", "bad"), "no problem severity is called `bad`"),
        (dsl.unknown("opak"), "did you mean `opaque`?"),
        (dsl.entry("instal"), "did you mean `install`?"),
        (dsl.change("add"), "did you mean `added`?"),
        (dsl.any_of(), "give it parts"),
        (dsl.at_least(3, dsl.use("env.read")), "choose a number from 1 to 1"),
        (dsl.all_of(), "choose a number"),
        (dsl.distinct(1, dsl.use("env.read")), "2 and more"),
        (dsl.distinct(2, dsl.all_of(dsl.use("env.read"))), "distinct() counts single pieces"),
        (dsl.reaches((), dsl.use("env.read")), "reaches() without triggers"),
        (dsl.reaches("install", dsl.any_of(dsl.context("name"))), "move it outside"),
        (dsl.context("name", "("), "pattern='(' is no regular expression"),
    ],
)
def test_a_condition_that_cannot_hold_is_named(when, message):
    (fault,) = faults(rule(when), WORDS)

    assert message in fault


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("id", "sends", "is no slug"),
        ("id", "send_secrets", "is no slug"),
        ("summary", "", "must read after"),
        ("summary", "Sends", "must read after"),
        ("summary", "s" * 121, "cut it to 120"),
        ("attack", ("T10",), "is no ATT&CK technique"),
        ("since", "soon", "is no version"),
    ],
)
def test_a_declaration_is_checked(field, value, message):
    (fault,) = faults(rule(**{field: value}))

    assert message in fault


PAGE = """# send-secrets

## What it does
Prose.

## Why it matters
Prose.

## When it is innocent
Prose.

## Example
```python file=setup.py fire
send(secret)  # <- fires
```

```python file=setup.py innocent
keep(secret)
```

## References
- [A](https://example.org)
"""


def test_a_good_page_has_no_faults():
    assert page_faults(parse(PAGE)) == ()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("## Why it matters", "## Why", "`Why` is no section of a rule page"),
        ("## References\n- [A](https://example.org)\n", "", "the section `References` is missing"),
        ("## Why it matters\nProse.", "## Why it matters", "the section `Why it matters` is empty"),
        ("  # <- fires", "", "must fire but marks no line"),
        ("keep(secret)", "keep(secret)  # <- fires", "is innocent but marks a line"),
        (" innocent\n", "\n", "must say one of `fire`, `innocent` and `known`"),
        (" file=setup.py innocent\n", "\n", "no block must stay silent"),
        (" file=setup.py fire\n", "\n", "no block must fire"),
        ("python file=setup.py innocent", "base64 file=setup.py innocent", "is not base64: encode it again"),
    ],
)
def test_a_page_is_checked(old, new, message):
    assert any(message in fault for fault in page_faults(parse(PAGE.replace(old, new))))


def test_sections_keep_their_order():
    swapped = PAGE.replace("## What it does", "## X").replace("## Why it matters", "## What it does")
    swapped = swapped.replace("## X", "## Why it matters")

    assert page_faults(parse(swapped)) == (
        "the sections are out of order: What it does · Why it matters · When it is innocent · Example · References",
    )
