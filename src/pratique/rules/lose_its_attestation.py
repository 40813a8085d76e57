"""A project whose releases say who built them, and one that does not."""

from pratique.rules.dsl import Rule, context

RULE = Rule(
    summary="has no attestation, which the release before it has",
    severity="low",
    confidence="high",
    audience="admin",
    line="context",
    category="malware",
    attack=("T1195.002",),
    since="0.1",
    when=context("attestation", "^lost$"),
)
