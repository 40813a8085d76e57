"""What is installed with a package is as good as part of it."""

from pratique.rules.dsl import Rule, dependency

RULE = Rule(
    summary="asks installers for a release that was found harmful itself",
    severity="critical",
    confidence="high",
    audience="admin",
    line="flow",
    category="malware",
    attack=("T1195.001",),
    since="0.1",
    when=dependency(level="look|block"),
)
