"""A wheel whose metadata is not what the index lets installers read in its place."""

from pratique.rules.dsl import Rule, change

RULE = Rule(
    summary="holds other metadata than the index serves beside it",
    severity="low",
    confidence="high",
    audience="admin",
    line="context",
    category="malware",
    attack=("T1195.001",),
    since="0.1",
    block=False,
    when=change("differs", "metadata", "^METADATA$"),
)
