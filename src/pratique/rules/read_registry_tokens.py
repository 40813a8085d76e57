"""Tokens of package registries or code hosts are read from their files."""

from pratique.rules.dsl import Rule, use

RULE = Rule(
    summary="reads the tokens of package registries",
    severity="low",
    confidence="high",
    audience="researcher",
    line="target",
    category="malware",
    attack=("T1552.001", "T1195.002"),
    since="0.1",
    block=False,
    when=use("fs.read", "registry-token"),
)
