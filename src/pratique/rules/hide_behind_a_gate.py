"""Harmful work waits for a chosen host, time or language, so that a reviewer's machine sees nothing."""

from pratique.rules.dsl import UNATTENDED, Rule, any_of, reaches, use

RULE = Rule(
    summary="runs risky work only on chosen hosts, times or languages",
    severity="medium",
    confidence="medium",
    audience="admin",
    line="concealment",
    category="malware",
    attack=("T1480", "T1497.003"),
    since="0.1",
    when=reaches(
        UNATTENDED,
        any_of(
            use(
                "process.spawn|code.eval|code.unmarshal|memory.raw|network.http|network.connect",
                traits="gated-time|gated-locale",
                certainty="transitive",
            ),
            # Logs and caches grow old; what the user wrote does not.
            use("fs.delete", "user-documents|source-tree|system|device", traits="gated-time|gated-locale"),
            use("process.spawn|code.eval|memory.raw", traits=("gated-host|gated-ci", "encoded|layered|silenced")),
        ),
    ),
)
