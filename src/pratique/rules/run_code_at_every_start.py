"""A start-up file does real work: it starts processes, opens connections or runs decoded code in every interpreter."""

from pratique.rules.dsl import Rule, any_of, reaches, use

RULE = Rule(
    summary="starts processes or connects whenever Python starts",
    severity="high",
    confidence="high",
    audience="admin",
    line="trigger",
    category="malware",
    attack=("T1546.018",),
    since="0.1",
    when=reaches(
        "startup",
        any_of(
            use("network.http|network.connect|network.dns|network.listen", certainty="transitive"),
            use("process.spawn|process.inject|process.elevate", certainty="transitive"),
            use("code.eval|code.unmarshal|code.unpickle", traits="encoded|layered", certainty="transitive"),
            use("input.keyboard|input.clipboard|input.screen|input.microphone", certainty="transitive"),
            use("package.install|package.publish|memory.raw", certainty="transitive"),
        ),
    ),
)
