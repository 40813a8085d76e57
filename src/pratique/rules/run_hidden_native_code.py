"""Native code that runs unasked is packed, carries data behind its end, or names a drop site or a download to run."""

from pratique.rules.dsl import UNATTENDED, Rule, any_of, reaches, unknown, use

RULE = Rule(
    summary="runs native code that hides what it is",
    severity="high",
    confidence="high",
    audience="admin",
    line="concealment",
    category="malware",
    attack=("T1027.002", "T1027.009", "T1129"),
    since="0.1",
    when=reaches(
        UNATTENDED,
        any_of(
            unknown("opaque", reason="packed or encrypted|behind its end|a program inside"),
            use("native.network", "chat-webhook|paste|tunnel|oast|onion|file-drop|dynamic-dns", certainty="transitive"),
            use("native.process", traits="download-and-run|pipe-to-shell|encoded-command", certainty="transitive"),
        ),
    ),
)
