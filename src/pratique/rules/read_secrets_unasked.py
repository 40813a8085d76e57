"""A secret store is read while the package is installed, imported or the interpreter starts."""

from pratique.rules.dsl import Rule, reaches, use

RULE = Rule(
    summary="reads secrets while it is installed or imported",
    severity="medium",
    confidence="medium",
    audience="admin",
    line="trigger",
    category="malware",
    attack=("T1552.001",),
    since="0.1",
    when=reaches(
        ("install", "build", "startup", "import"),
        use(
            "fs.read|fs.archive",
            "ssh-key|cloud-credential|browser-store|wallet|registry-token|messenger-token|password-store|shell-history",
            certainty="transitive",
        ),
    ),
)
