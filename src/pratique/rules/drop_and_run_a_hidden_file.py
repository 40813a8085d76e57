"""A constant is decoded into a file and that file is started or loaded."""

from pratique.rules.dsl import UNATTENDED, Rule, any_of, flow, reaches

RULE = Rule(
    summary="decodes a file from a constant and runs it",
    severity="critical",
    confidence="high",
    audience="admin",
    line="flow",
    category="malware",
    attack=("T1027.009", "T1140", "T1204.002"),
    since="0.1",
    when=any_of(
        reaches(
            UNATTENDED,
            flow("decoded", "process.spawn|code.load-native|code.eval|code.import", arg="file", certainty="transitive"),
        ),
        flow("decoded", "process.spawn|code.load-native", arg="file", traits="encoded|layered|silenced"),
    ),
)
