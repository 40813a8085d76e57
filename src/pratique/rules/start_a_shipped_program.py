"""A program that the package ships is started while it is installed or imported."""

from pratique.rules.dsl import Rule, any_of, flow, reaches, use

RULE = Rule(
    summary="starts a program that it ships without being asked",
    severity="medium",
    confidence="medium",
    audience="admin",
    line="trigger",
    category="malware",
    attack=("T1204.002", "T1027.009"),
    since="0.1",
    when=reaches(
        ("install", "startup", "import"),
        any_of(
            # A Python file of the package is read like all others, and found by what it does.
            use("process.spawn", "package-data|embedded", target=r"(?i)^(?!.*\.pyw?[\"']?$)", certainty="transitive"),
            flow("fs.read", "process.spawn", source_operand="package-data", arg="command|path", certainty="transitive"),
            use(
                "process.spawn",
                target=r"(?i)^\ufffc(?!.*python)[\w./\\-]*\.(exe|scr|vbs|bat|cmd|ps1|jar|bin)\b",
                certainty="transitive",
            ),
        ),
    ),
)
