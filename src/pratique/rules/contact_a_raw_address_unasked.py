"""An address without a name is contacted while the package is installed or imported."""

from pratique.rules.dsl import Rule, any_of, reaches, use

RULE = Rule(
    summary="contacts a raw IP address while it is installed or imported",
    severity="medium",
    confidence="medium",
    audience="admin",
    line="target",
    category="malware",
    attack=("T1071",),
    since="0.1",
    when=reaches(
        ("install", "build", "startup", "import"),
        any_of(
            use("network.http", "raw-address", certainty="transitive"),
            use(
                "process.spawn",
                target=r"(?i)\b(curl|wget|iwr|irm|invoke-webrequest)\b[^\n]{0,200}https?://(?!127\.|10\.|192\.168\.)\d+\.\d+\.\d+\.\d+",
                certainty="transitive",
            ),
        ),
    ),
)
