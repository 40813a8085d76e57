"""A constant is decoded into a file and that file is started or loaded."""

from pratique.rules.dsl import UNATTENDED, Rule, all_of, any_of, flow, reaches

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
            all_of(
                flow(
                    "decoded",
                    "process.spawn|code.load-native|code.eval|code.import",
                    arg="file",
                    certainty="transitive",
                ),
                flow("decoded", "fs.write*", arg="data", certainty="transitive"),
                within="function",
            ),
        ),
        flow("decoded", "process.spawn|code.load-native", arg="file", traits="encoded|layered"),
    ),
)
