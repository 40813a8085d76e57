"""Certificate checks are switched off on the way to code that then runs."""

from pratique.rules.dsl import UNATTENDED, Rule, all_of, any_of, flow, reaches, use

RULE = Rule(
    summary="switches certificate checks off and runs what it downloads",
    severity="high",
    confidence="medium",
    audience="admin",
    line="concealment",
    category="malware",
    attack=("T1105", "T1553"),
    since="0.1",
    when=reaches(
        UNATTENDED,
        all_of(
            any_of(
                flow("network.*", "code.eval|code.unmarshal|code.load-native", certainty="transitive"),
                flow("network.*", "process.spawn", arg="command", certainty="transitive"),
                flow("network.*", "process.spawn|code.import", arg="file", certainty="transitive"),
            ),
            use("network.tls-off", certainty="transitive"),
            within="function",
        ),
    ),
)
