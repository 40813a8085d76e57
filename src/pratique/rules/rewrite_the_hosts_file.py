"""The table of host names is rewritten unasked, or the resolver's settings."""

from pratique.rules.dsl import UNATTENDED, Rule, any_of, reaches, use

RULE = Rule(
    summary="rewrites the hosts file without being asked",
    severity="high",
    confidence="high",
    audience="admin",
    line="target",
    category="malware",
    attack=("T1565.001", "T1562"),
    since="0.1",
    when=reaches(
        UNATTENDED,
        any_of(
            use("fs.write|fs.write-executable", "hosts-file", certainty="transitive"),
            use("process.spawn", target=r"(?i)>>?\s*\S*(/etc/hosts|drivers\\etc\\hosts)\b", certainty="transitive"),
        ),
    ),
)
