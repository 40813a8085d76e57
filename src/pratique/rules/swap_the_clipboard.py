"""The clipboard is watched and rewritten unasked: the way payment addresses are swapped."""

from pratique.rules.dsl import UNATTENDED, Rule, all_of, any_of, flow, reaches, use

RULE = Rule(
    summary="reads and rewrites the clipboard without being asked",
    severity="high",
    confidence="high",
    audience="admin",
    line="flow",
    category="malware",
    attack=("T1115", "T1565.002"),
    since="0.1",
    when=any_of(
        use("output.clipboard", "wallet-address"),
        reaches(
            UNATTENDED,
            all_of(
                use("input.clipboard", certainty="transitive"),
                use("output.clipboard", certainty="transitive"),
                within="function",
            ),
        ),
        reaches(UNATTENDED, flow("input.clipboard", "network.*", certainty="transitive")),
        flow(
            "input.clipboard",
            "network.*",
            sink_operand="chat-webhook|paste|tunnel|raw-address|dynamic-dns|file-drop|oast|onion",
        ),
    ),
)
