"""Browser profiles are read: cookies, stored passwords, extension data."""

from pratique.rules.dsl import Rule, use

RULE = Rule(
    summary="reads browser profiles",
    severity="low",
    confidence="high",
    audience="researcher",
    line="target",
    category="malware",
    attack=("T1555.003", "T1217"),
    since="0.1",
    block=False,
    when=use("fs.read", "browser-store"),
)
