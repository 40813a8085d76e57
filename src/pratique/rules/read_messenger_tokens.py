"""The token store of a chat client is read. Hardly any honest package does."""

from pratique.rules.dsl import Rule, use

RULE = Rule(
    summary="reads the token store of a chat client",
    severity="medium",
    confidence="high",
    audience="admin",
    line="target",
    category="malware",
    attack=("T1528", "T1005"),
    since="0.1",
    when=use("fs.read", "messenger-token", certainty="transitive"),
)
