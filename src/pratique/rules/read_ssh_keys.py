"""Private SSH keys are read."""

from pratique.rules.dsl import Rule, use

RULE = Rule(
    summary="reads SSH keys",
    severity="low",
    confidence="high",
    audience="researcher",
    line="target",
    category="malware",
    attack=("T1552.004",),
    since="0.1",
    block=False,
    when=use("fs.read", "ssh-key"),
)
