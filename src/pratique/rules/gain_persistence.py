"""A release that begins to make itself, or something else, run again."""

from pratique.rules.dsl import Rule, change

RULE = Rule(
    summary="arranges that commands run again later, which the release before it did not",
    severity="medium",
    confidence="high",
    audience="admin",
    line="change",
    category="malware",
    attack=("T1546.004", "T1053", "T1195.002"),
    since="0.1",
    when=change(
        "added|earlier",
        "capability",
        r"^(persist\.|fs\.write\((shell-rc|autostart|schedule|python-startup|git-hook)\))",
    ),
)
