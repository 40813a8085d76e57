"""A function quietly sends a secret that its caller hands it to a place of its own choosing."""

from pratique.rules.dsl import Rule, any_of, flow

RULE = Rule(
    summary="sends secrets that its callers hand it to a place of its own",
    severity="critical",
    confidence="high",
    audience="admin",
    line="flow",
    category="malware",
    attack=("T1056", "T1041"),
    since="0.1",
    when=any_of(
        flow(
            "param",
            "network.*",
            source_operand="secret|password|private-key|wallet",
            sink_operand="paste|tunnel|raw-address|dynamic-dns|file-drop|oast|onion",
            arg="data",
            certainty="transitive",
        ),
        flow(
            "param",
            "network.*",
            source_operand="secret|password|private-key|wallet",
            sink_operand="raw-address|dynamic-dns|tunnel|onion",
            arg="url",
            certainty="transitive",
        ),
        flow(
            "param",
            "network.*",
            source_operand="password|private-key|wallet",
            sink_operand="chat-webhook",
            arg="data",
            certainty="transitive",
        ),
        # A client of the chat service hands its token over as well; here the hook is the author's own.
        flow(
            "param",
            "network.*",
            source_operand="secret",
            sink_operand="chat-webhook",
            sink_target=r"(?i)/bot\d{6,12}(:|%3a)[\w-]{20,}|/webhooks/\d{6,}/[\w-]{20,}|/services/T\w{6,12}/B\w{6,12}/\w{12,}",
            arg="data|url",
            certainty="transitive",
        ),
        flow(
            "param",
            "network.*",
            source_operand="secret|password|private-key|wallet",
            arg="data|url",
            traits="layered|encoded|hidden-from-view",
            certainty="transitive",
        ),
        flow(
            "param",
            "network.*",
            source_text=r"(?i)(private_?key|mnemonic|seed_?phrase|recovery_?phrase|wallet_?key|keypair)",
            arg="data|url",
            traits="silenced",
            certainty="transitive",
        ),
    ),
)
