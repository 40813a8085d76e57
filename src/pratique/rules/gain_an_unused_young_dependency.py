"""A release that begins to ask for a project that is days old, and never imports it."""

from pratique.rules.dsl import Rule, dependency

RULE = Rule(
    summary="asks installers for a young project that nothing in it imports",
    severity="high",
    confidence="high",
    audience="admin",
    line="change",
    category="malware",
    attack=("T1195.001",),
    since="0.1",
    when=dependency(marks=("new", "young", "unused")),
)
