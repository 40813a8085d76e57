"""A page opens in the browser because a package was installed or imported."""

from pratique.rules.dsl import Rule, reaches, use

RULE = Rule(
    summary="opens web pages without being asked",
    severity="medium",
    confidence="medium",
    audience="admin",
    line="policy",
    category="policy",
    since="0.1",
    block=False,
    when=reaches(("install", "build", "startup", "import"), use("network.browser", certainty="transitive")),
)
