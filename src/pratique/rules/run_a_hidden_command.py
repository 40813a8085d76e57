"""The text of a command was decoded first, unasked: somebody did not want it to be read."""

from pratique.rules.dsl import UNATTENDED, Rule, any_of, flow, reaches, use

RULE = Rule(
    summary="runs a command whose text is encoded",
    severity="high",
    confidence="high",
    audience="admin",
    line="concealment",
    category="malware",
    attack=("T1027.010", "T1140"),
    since="0.1",
    when=reaches(
        UNATTENDED,
        any_of(
            use("process.spawn", traits="encoded", certainty="transitive"),
            use("process.spawn", traits=("layered", "silenced|dynamic-name"), certainty="transitive"),
            flow("decoded", "process.spawn", arg="command|code", certainty="transitive"),
        ),
    ),
)
