"""Text that a host written in the code sends is run as code, whenever the package is used."""

from pratique.rules.dsl import Rule, all_of, flow, use

RULE = Rule(
    summary="runs the code that a host written in it sends",
    severity="high",
    confidence="high",
    audience="admin",
    line="flow",
    category="malware",
    attack=("T1105", "T1059.006"),
    since="0.1",
    when=all_of(
        flow(
            "network.http",
            "code.eval|code.unmarshal",
            source_text=r"^\ufffc?https?://(?!(localhost|127\.|0\.0\.0\.0|\[?::1))[\w.\[\]:@-]*[\w\]][.:][\w-]+",
            arg="code",
            certainty="transitive",
        ),
        # Run here: an interpreter that is started for it has a person who started that.
        use("code.eval|code.unmarshal", api="builtins.*|marshal.*|types.*", certainty="transitive"),
        within="function",
    ),
)
