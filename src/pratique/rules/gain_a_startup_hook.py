"""A release that begins to run at every start of Python. Hardly any project ever needs that, and fewer begin to."""

from pratique.rules.dsl import Rule, change

# That there is a hook is one fact: what it does must make the case for `block`.
RULE = Rule(
    summary="runs whenever Python starts, which the release before it did not",
    severity="high",
    confidence="high",
    audience="admin",
    line="change",
    category="malware",
    attack=("T1546.018", "T1195.002"),
    since="0.1",
    block=False,
    when=change("added", "entry", r"^startup: "),
)
