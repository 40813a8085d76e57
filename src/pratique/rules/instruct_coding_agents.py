"""Text that coding agents load tells them to run, fetch or send something."""

from pratique.rules.dsl import Rule, any_of, reaches, use

RULE = Rule(
    summary="tells coding agents to run or send something",
    severity="medium",
    confidence="medium",
    audience="admin",
    line="trigger",
    category="malware",
    attack=("T1204",),
    since="0.1",
    when=any_of(
        use("agent.instruct"),
        reaches(
            "agent",
            use(
                "process.spawn|agent.*",
                target=r"(?i)\b(curl|wget|iwr|irm)\b[^\n]{0,300}\|\s*(ba|z)?sh\b|base64\s+(-d|--decode)|\biex\b",
            ),
        ),
    ),
)
