"""Code that arrives over the network runs unasked. Whoever holds the server decides what every installer runs."""

from pratique.rules.dsl import UNATTENDED, Rule, any_of, flow, reaches

RULE = Rule(
    summary="downloads code and runs it without being asked",
    severity="critical",
    confidence="high",
    audience="admin",
    line="flow",
    category="malware",
    attack=("T1105", "T1059.006"),
    since="0.1",
    when=reaches(
        UNATTENDED,
        any_of(
            flow("network.*", "code.eval|code.unmarshal|code.load-native|memory.raw", certainty="transitive"),
            flow("network.*", "process.spawn", arg="command|code", certainty="transitive"),
            flow("network.*", "code.import", arg="code|file", certainty="transitive"),
        ),
    ),
)
