"""An address without a name is contacted while the package is installed or imported."""

from pratique.rules.dsl import Rule, reaches, use

RULE = Rule(
    summary="contacts a raw IP address while it is installed or imported",
    severity="medium",
    confidence="medium",
    audience="admin",
    line="target",
    category="malware",
    attack=("T1071",),
    since="0.1",
    when=reaches(("install", "build", "startup", "import"), use("network.http", "raw-address", certainty="transitive")),
)
