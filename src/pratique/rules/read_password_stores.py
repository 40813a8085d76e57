"""Password managers, key rings or the history of a shell are read."""

from pratique.rules.dsl import Rule, use

RULE = Rule(
    summary="reads password stores or shell history",
    severity="low",
    confidence="medium",
    audience="researcher",
    line="target",
    category="malware",
    attack=("T1555.005", "T1552.003"),
    since="0.1",
    block=False,
    when=use("fs.read", "password-store|shell-history"),
)
