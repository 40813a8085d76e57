"""Rules as JSON: the only form in which a rule from outside is loaded, never as code."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import msgspec

from pratique.errors import RuleError
from pratique.rules.dsl import Rule
from pratique.rules.lint import faults

SCHEMA: Literal["pratique-rule/1"] = "pratique-rule/1"
MOST_BYTES = 64 * 1024


class _Document(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The versioned envelope."""

    schema: Literal["pratique-rule/1"]
    rule: Rule


def to_json(rule: Rule) -> bytes:
    """Return the rule as indented JSON with its schema; `from_json` gives the same rule back."""
    return msgspec.json.format(msgspec.json.encode(_Document(schema=SCHEMA, rule=rule)), indent=2)


def from_json(data: bytes) -> Rule:
    """Read one rule. Raises RuleError with everything that is wrong with it, and how to mend it."""
    if len(data) > MOST_BYTES:
        raise RuleError(f"a rule of {len(data)} bytes; the most is {MOST_BYTES}")
    try:
        rule = msgspec.json.decode(data, type=_Document).rule
    except RecursionError as error:
        raise RuleError("the condition is nested too deeply") from error
    except msgspec.DecodeError as error:
        raise RuleError(f"not a rule of {SCHEMA}: {error}", hint="`pratique schema rule` prints the schema") from error
    wrong = faults(rule)
    if wrong:
        raise RuleError(f"rule {rule.id or '(without id)'}: {'; '.join(wrong)}")
    return rule


def read(path: Path) -> Rule:
    """Read a rule file. Raises RuleError where it cannot be read or holds no rule; the message names the file."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RuleError(f"cannot read the rule {path}: {error.strerror or error}") from error
    try:
        return from_json(data)
    except RuleError as error:
        raise RuleError(f"{path}: {error.message}", hint=error.hint) from error


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a rule file."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "urn:pratique:rule:1", "title": SCHEMA}
    return head | msgspec.json.schema(_Document)
