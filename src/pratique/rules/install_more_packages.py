"""Another package is installed while this one is imported or installed: code that no resolver or lock file saw."""

from pratique.rules.dsl import Rule, any_of, reaches, use

RULE = Rule(
    summary="installs more packages without being asked",
    severity="low",
    confidence="high",
    audience="researcher",
    line="trigger",
    category="malware",
    attack=("T1195.001",),
    since="0.1",
    block=False,
    when=reaches(
        ("install", "startup", "import", "plugin"),
        any_of(
            use("package.install", certainty="transitive"),
            use("process.spawn", "package-install", certainty="transitive"),
        ),
    ),
)
