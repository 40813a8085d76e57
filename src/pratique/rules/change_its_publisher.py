"""A release that another repository attests to than the one before it."""

from pratique.rules.dsl import Rule, context

RULE = Rule(
    summary="is attested by another publisher than the release before it",
    severity="low",
    confidence="high",
    audience="admin",
    line="context",
    category="malware",
    attack=("T1195.002",),
    since="0.1",
    when=context("publisher", "^changed: "),
)
