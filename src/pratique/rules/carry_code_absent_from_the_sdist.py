"""A wheel that does more than the source it claims to be built from."""

from pratique.rules.dsl import UNATTENDED, Rule, reaches, use

RULE = Rule(
    summary="does something for which the other files of its release have no code",
    severity="high",
    confidence="medium",
    audience="admin",
    line="change",
    category="malware",
    attack=("T1195.002",),
    since="0.1",
    when=reaches(
        UNATTENDED,
        use(
            "network.http|network.connect|network.transfer|process.spawn|code.eval|code.unmarshal|persist.*|memory.raw",
            traits="unsourced",
            certainty="transitive",
        ),
    ),
)
