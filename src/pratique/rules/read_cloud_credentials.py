"""Credential files of cloud providers are read."""

from pratique.rules.dsl import Rule, use

RULE = Rule(
    summary="reads cloud credentials",
    severity="info",
    confidence="high",
    audience="everything",
    line="target",
    category="malware",
    attack=("T1552.001",),
    since="0.1",
    block=False,
    when=use("fs.read", "cloud-credential"),
)
