"""Files that steer coding agents are written unasked."""

from pratique.rules.dsl import UNATTENDED, Rule, any_of, reaches, use

RULE = Rule(
    summary="changes the configuration of coding agents without being asked",
    severity="high",
    confidence="high",
    audience="admin",
    line="target",
    category="malware",
    attack=("T1546", "T1554"),
    since="0.1",
    when=reaches(
        UNATTENDED,
        any_of(
            use("agent.configure|agent.instruct", certainty="transitive"),
            use("fs.write|fs.write-executable|fs.link", "agent-config", certainty="transitive"),
        ),
    ),
)
