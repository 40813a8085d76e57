"""Cryptocurrency wallets or seed phrases are read."""

from pratique.rules.dsl import Rule, use

RULE = Rule(
    summary="reads cryptocurrency wallets",
    severity="low",
    confidence="high",
    audience="researcher",
    line="target",
    category="malware",
    attack=("T1005",),
    since="0.1",
    block=False,
    when=use("fs.read", "wallet"),
)
