"""Code from a paste, a raw address, a tunnel or a chat attachment runs. Honest updates have a host of their own."""

from pratique.rules.dsl import Rule, all_of, any_of, flow, use

RULE = Rule(
    summary="runs code that it takes from a drop site or a raw address",
    severity="high",
    confidence="high",
    audience="admin",
    line="target",
    category="malware",
    attack=("T1105", "T1102"),
    since="0.1",
    when=any_of(
        flow(
            "network.*",
            "code.eval|code.unmarshal|code.load-native|memory.raw",
            source_operand="chat-webhook|paste|tunnel|raw-address|dynamic-dns|file-drop|oast|onion|url-shortener",
            certainty="transitive",
        ),
        flow(
            "network.*",
            "process.spawn",
            source_operand="chat-webhook|paste|tunnel|raw-address|dynamic-dns|file-drop|oast|onion|url-shortener",
            arg="command|code|file",
            certainty="transitive",
        ),
        # The file's way from writer to runner may not fold: a temporary name, a folder that was changed into.
        all_of(
            flow(
                "network.*",
                "fs.write*",
                source_operand="chat-webhook|paste|tunnel|raw-address|dynamic-dns|file-drop|oast|onion",
                arg="data",
                certainty="transitive",
            ),
            any_of(
                use("code.eval", "computed", certainty="transitive"),
                use(
                    "process.spawn",
                    target=r"(?i)\.(exe|scr|bat|cmd|vbs|ps1|hta|pyw?)[\"']?(\s|$)",
                    certainty="transitive",
                ),
            ),
            within="function",
        ),
    ),
)
