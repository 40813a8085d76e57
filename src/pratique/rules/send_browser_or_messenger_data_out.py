"""Cookies, stored passwords or messenger tokens travel to the network. Few honest tools read them, fewer send them."""

from pratique.rules.dsl import Rule, any_of, flow, reaches

RULE = Rule(
    summary="reads browser, wallet or messenger data and sends it out",
    severity="medium",
    confidence="medium",
    audience="admin",
    line="flow",
    category="malware",
    attack=("T1555.003", "T1539", "T1041"),
    since="0.1",
    when=any_of(
        flow(
            "fs.read",
            "network.*",
            source_operand="browser-store|messenger-token|wallet|password-store|shell-history",
            arg="data",
            certainty="transitive",
        ),
        reaches("plugin", flow("fs.read", "network.*", source_operand="ssh-key|registry-token", arg="data")),
    ),
)
