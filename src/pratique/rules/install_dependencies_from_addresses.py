"""A dependency, or something that the build needs, is fetched from an address of its own instead of the index."""

from pratique.rules.dsl import Rule, problem

RULE = Rule(
    summary="installs dependencies from addresses outside of the index",
    severity="low",
    confidence="high",
    audience="researcher",
    line="context",
    category="malware",
    attack=("T1195.001",),
    since="0.1",
    block=False,
    when=problem("direct-url-dependency|direct-url-build-requirement|dependency-links"),
)
