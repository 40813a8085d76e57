"""Text that a host written in the code sends is run as code, whenever the package is used."""

from pratique.rules.dsl import Rule, all_of, any_of, flow, use

_HOST = r"^\ufffc?https?://(?!(localhost|127\.|0\.0\.0\.0|\[?::1))[\w.\[\]:@-]*[\w\]][.:][\w-]+"
RULE = Rule(
    summary="runs the code that a host written in it sends",
    severity="high",
    confidence="high",
    audience="admin",
    line="flow",
    category="malware",
    attack=("T1105", "T1059.006"),
    since="0.1",
    when=any_of(
        all_of(
            flow("network.http", "code.eval|code.unmarshal", source_text=_HOST, arg="code", certainty="transitive"),
            # Run here: an interpreter that is started for it has a person who started that.
            use("code.eval|code.unmarshal", api="builtins.*|marshal.*|types.*", certainty="transitive"),
            within="function",
        ),
        # The answer is the whole command line: no program is named that it is given to.
        flow(
            "network.http",
            "process.spawn",
            source_text=_HOST,
            sink_target=r"^\s*(sudo\s+)?(\ufffc\s*)*$",
            arg="command",
            certainty="transitive",
        ),
    ),
)
