"""A file that coding agents load by convention is part of the release."""

from pratique.rules.dsl import Rule, any_of, entry, reaches, use

RULE = Rule(
    summary="ships files that coding agents load or run by convention",
    severity="low",
    confidence="medium",
    audience="researcher",
    line="trigger",
    category="malware",
    attack=("T1204",),
    since="0.1",
    block=False,
    when=any_of(
        entry("agent"),
        reaches("agent", use("process.spawn|network.*|code.eval", certainty="transitive")),
    ),
)
