"""A package is published, or a publishing token used, unasked. That is how a worm spreads."""

from pratique.rules.dsl import Rule, any_of, flow, reaches, use

RULE = Rule(
    summary="publishes packages without being asked",
    severity="critical",
    confidence="high",
    audience="admin",
    line="target",
    category="malware",
    attack=("T1195.002", "T1554"),
    since="0.1",
    when=any_of(
        reaches(
            ("startup", "import", "plugin", "agent"),
            any_of(
                use("package.publish", certainty="transitive"),
                use(
                    "process.spawn",
                    target=r"(?i)\b(npm|yarn|pnpm|poetry|flit|hatch|uv|cargo)\s+publish\b|\btwine\s+upload\b",
                    certainty="transitive",
                ),
            ),
        ),
        reaches(
            ("install", "build"),
            use("package.publish", traits="encoded|layered|silenced", certainty="transitive"),
        ),
        flow("fs.read", "package.publish", source_operand="registry-token"),
        flow("fs.read", "network.*", source_operand="registry-token", sink_operand="registry", traits="silenced"),
    ),
)
