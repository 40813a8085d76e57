"""A client class of the package's own copies the credentials in its caller's requests to a host in the code."""

from pratique.rules.dsl import Rule, flow

_HOST = r"^(?!(\w+://)?([^/@]*@)?(localhost|127\.|0\.0\.0\.0|\[?::1))(\w+://)?[\w.\[\]:@-]*[\w\]][.:][\w-]+"
RULE = Rule(
    summary="copies the credentials in its caller's requests to a host of its own",
    severity="high",
    confidence="high",
    audience="admin",
    line="flow",
    category="malware",
    attack=("T1056.004", "T1041", "T1528"),
    since="0.1",
    when=flow(
        "intercepted",
        "network.*",
        source_operand="secret|password|private-key",
        sink_target=_HOST,
        arg="data|url|host",
        certainty="transitive",
    ),
)
