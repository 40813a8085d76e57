"""The metadata service of a cloud host is asked unasked. It hands out the machine's credentials."""

from pratique.rules.dsl import Rule, reaches, use

RULE = Rule(
    summary="asks the cloud metadata service while it is installed or imported",
    severity="high",
    confidence="medium",
    audience="admin",
    line="target",
    category="malware",
    attack=("T1552.005",),
    since="0.1",
    when=reaches(
        ("install", "build", "startup", "import"), use("network.*", "metadata-service", certainty="transitive")
    ),
)
