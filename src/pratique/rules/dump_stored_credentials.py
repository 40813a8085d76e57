"""A command of the system that prints stored credentials is run unasked."""

from pratique.rules.dsl import UNATTENDED, Rule, any_of, flow, reaches, use

RULE = Rule(
    summary="runs commands that print stored credentials",
    severity="high",
    confidence="high",
    audience="admin",
    line="target",
    category="malware",
    attack=("T1555", "T1003"),
    since="0.1",
    when=any_of(
        reaches(UNATTENDED, use("process.spawn", "credential-dump", certainty="transitive")),
        flow("process.spawn", "network.*", source_operand="credential-dump", certainty="transitive"),
    ),
)
