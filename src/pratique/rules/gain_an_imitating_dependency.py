"""A release that begins to ask for a young project whose name is nearly that of a popular one."""

from pratique.rules.dsl import Rule, dependency

RULE = Rule(
    summary="asks installers for a young project with nearly the name of a popular one",
    severity="medium",
    confidence="medium",
    audience="admin",
    line="context",
    category="malware",
    attack=("T1195.001",),
    since="0.1",
    block=False,
    when=dependency(marks=("new", "young", "imitates")),
)
