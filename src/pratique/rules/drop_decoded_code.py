"""Decoded text is written as a program or a script, unasked. What runs it may stand in another package."""

from pratique.rules.dsl import UNATTENDED, Rule, flow, reaches

RULE = Rule(
    summary="writes code that it first decodes",
    severity="high",
    confidence="high",
    audience="admin",
    line="concealment",
    category="malware",
    attack=("T1027.009", "T1140"),
    since="0.1",
    when=reaches(
        UNATTENDED,
        flow(
            "decoded",
            "fs.write*",
            sink_target=r"(?i)\.(pyw?|pth|exe|dll|scr|bat|cmd|ps1|vbs|hta|sh|so|dylib)$",
            arg="data",
            certainty="transitive",
        ),
    ),
)
