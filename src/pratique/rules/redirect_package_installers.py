"""The configuration that tells installers where to look for packages is written unasked."""

from pratique.rules.dsl import UNATTENDED, Rule, any_of, reaches, use

RULE = Rule(
    summary="changes where installers look for packages",
    severity="high",
    confidence="high",
    audience="admin",
    line="target",
    category="malware",
    attack=("T1195.001", "T1554"),
    since="0.1",
    when=reaches(
        UNATTENDED,
        any_of(
            use("fs.write", "pip-config", certainty="transitive"),
            use(
                "process.spawn",
                target=r"(?i)\b(pip[\d.]*|npm|yarn)\s+config\s+set\s+(\S*index-url|registry)\b",
                certainty="transitive",
            ),
        ),
    ),
)
