"""Keys are recorded unasked and kept or sent."""

from pratique.rules.dsl import UNATTENDED, Rule, all_of, any_of, flow, reaches, use

RULE = Rule(
    summary="records keystrokes",
    severity="high",
    confidence="high",
    audience="admin",
    line="flow",
    category="malware",
    attack=("T1056.001",),
    since="0.1",
    when=any_of(
        reaches(
            UNATTENDED,
            all_of(
                use("input.keyboard", certainty="transitive"),
                use(
                    "network.http|network.connect|network.mail|network.transfer|fs.write|fs.write-executable|process.spawn"
                ),
                within="file",
            ),
        ),
        flow(
            "input.keyboard",
            "network.*",
            sink_operand="chat-webhook|paste|tunnel|raw-address|dynamic-dns|file-drop|oast|onion",
        ),
        all_of(
            use("input.keyboard", traits="layered"),
            use("network.http|network.connect|network.mail|network.transfer|fs.write"),
            within="file",
        ),
    ),
)
