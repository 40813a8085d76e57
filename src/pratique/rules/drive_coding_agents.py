"""A coding agent's command line is started unasked, or with its questions switched off."""

from pratique.rules.dsl import UNATTENDED, Rule, any_of, reaches, use

RULE = Rule(
    summary="starts coding agents without being asked",
    severity="high",
    confidence="high",
    audience="admin",
    line="target",
    category="malware",
    attack=("T1059", "T1083"),
    since="0.1",
    when=reaches(
        UNATTENDED,
        any_of(
            use("process.spawn", "agent", certainty="transitive"),
            use(
                "process.spawn",
                target=r"(?i)--dangerously-skip-permissions|--yolo\b|--trust-all-tools|--full-auto\b"
                r"|--dangerously-bypass-approvals|--allow-all-tools",
                certainty="transitive",
            ),
        ),
    ),
)
