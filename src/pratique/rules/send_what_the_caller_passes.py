"""A function quietly sends a secret that its caller hands it to a place of its own choosing."""

from pratique.rules.dsl import Rule, any_of, flow

_HOST = r"^(?!(\w+://)?([^/@]*@)?(localhost|127\.|0\.0\.0\.0|\[?::1))\ufffc?(\w+://)?[\w.\[\]:@-]*[\w\]][.:][\w-]+"
"""A host that is written in the code, and not this machine."""
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
        # Named services have honest clients, who hand them their own tokens and passwords; keys they have no use for.
        flow(
            "param",
            "network.*",
            source_operand="private-key|wallet",
            sink_operand="paste|file-drop|oast|dynamic-dns|tunnel",
            arg="data|url",
            certainty="transitive",
        ),
        flow(
            "param",
            "network.*",
            source_operand="secret|password|private-key|wallet",
            sink_operand="raw-address|onion|tunnel",
            arg="data|url|auth",
            certainty="transitive",
        ),
        # A file at a caller's path, a key in the labels of a name that is looked up.
        flow(
            "param",
            "network.*",
            source_operand="content",
            sink_operand="raw-address|onion",
            arg="data",
            traits="silenced|layered|encoded|hidden-from-view",
            certainty="transitive",
        ),
        flow(
            "param",
            "network.dns",
            source_operand="private-key|wallet|password",
            sink_target=r"\ufffc[^\ufffc]*\.[\w-]+\.[a-z]{2,}$",
            certainty="transitive",
        ),
        flow(
            "param",
            "network.mail",
            source_operand="password|private-key|wallet",
            arg="data",
            traits="silenced",
            certainty="transitive",
        ),
        # A host under a dynamic name, not the service that hands such names out.
        flow(
            "param",
            "network.*",
            source_operand="secret|password|private-key|wallet",
            sink_operand="dynamic-dns",
            sink_target=r"(?i)^(\w+://)?(?!(www|api|update|members|dyn|freedns|dynupdate)\.)[\w-]+\.[\w-]+\.[a-z]{2,}",
            arg="data|url|auth",
            certainty="transitive",
        ),
        flow(
            "param",
            "network.*",
            source_operand="password|private-key|wallet",
            sink_operand="chat-webhook",
            arg="data|url",
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
        # A key that it also signs with or makes a wallet of: what is worked with here has no use there.
        flow(
            "param",
            "network.*",
            source_operand="signing-key",
            sink_target=_HOST,
            arg="data|url",
            certainty="transitive",
        ),
        # Who logs in or signs looks at the answer, and says so when it fails. A write key for events is no such secret.
        flow(
            "param",
            "network.*",
            source_operand="secret|password|private-key|wallet",
            source_text=r"(?i)(secret|passw|passphrase|pwd|private|credential|access_?key)",
            sink_target=_HOST,
            arg="data|url",
            traits=("silenced", "unheeded"),
            certainty="transitive",
        ),
        flow(
            "param",
            "network.*",
            source_text=r"(?i)(private_?key|mnemonic|seed_?phrase|recovery_?phrase|wallet_?key|keypair)",
            sink_target=_HOST,
            arg="data|url",
            traits="silenced|unheeded",
            certainty="transitive",
        ),
    ),
)
