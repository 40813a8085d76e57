"""Pictures of the screen, the camera or sound are taken and sent unasked, or to a drop site."""

from pratique.rules.dsl import UNATTENDED, Rule, all_of, any_of, flow, reaches, use

RULE = Rule(
    summary="takes pictures or sound and sends them out",
    severity="high",
    confidence="high",
    audience="admin",
    line="flow",
    category="malware",
    attack=("T1113", "T1123", "T1125"),
    since="0.1",
    when=any_of(
        reaches(
            UNATTENDED,
            all_of(
                use("input.screen|input.microphone|input.camera", certainty="transitive"),
                use("network.http|network.connect|network.mail|network.transfer"),
                within="file",
            ),
        ),
        flow(
            "input.screen|input.microphone|input.camera",
            "network.*",
            sink_operand="chat-webhook|paste|tunnel|raw-address|dynamic-dns|file-drop|oast|onion",
        ),
    ),
)
