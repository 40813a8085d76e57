"""The network is used while the package is installed or built. Common in old build scripts; worth knowing."""

from pratique.rules.dsl import Rule, reaches, use

RULE = Rule(
    summary="uses the network while it is installed",
    severity="low",
    confidence="high",
    audience="researcher",
    line="trigger",
    category="malware",
    attack=("T1195.002",),
    since="0.1",
    block=False,
    when=reaches(("install", "build"), use("network.http|network.connect", certainty="transitive")),
)
