"""A finished program is fetched from a fixed address and started when the package is used, without a check."""

from pratique.rules.dsl import Rule, any_of, flow

RULE = Rule(
    summary="downloads a finished program from a fixed address and starts it",
    severity="high",
    confidence="high",
    audience="admin",
    line="flow",
    category="malware",
    attack=("T1105", "T1204.002"),
    since="0.1",
    when=any_of(
        flow(
            "network.*",
            "process.spawn",
            source_text=r"(?i)^https?://[^\ufffc?#]+\.(exe|scr|bat|cmd|vbs|ps1|hta|pyw)$",
            arg="file|command|code",
            certainty="transitive",
        ),
        flow(
            "network.*",
            "process.spawn",
            source_text=r"(?i)^https?://[^\ufffc?#\d]+$",
            sink_target=r"(?i)\.(exe|scr|bat|cmd|vbs|ps1|hta|pyw)[\"']?(\s|$)",
            arg="file",
            certainty="transitive",
        ),
        # The address comes from a server too, and nobody is told when it fails.
        flow(
            "network.*",
            "process.spawn",
            sink_target=r"(?i)\.(exe|scr|bat|cmd|vbs|ps1|hta|pyw)[\"']?(\s|$)",
            arg="file",
            traits="silenced",
            certainty="transitive",
        ),
        flow(
            "network.*",
            "persist.startup",
            arg="data",
            certainty="transitive",
        ),
    ),
)
