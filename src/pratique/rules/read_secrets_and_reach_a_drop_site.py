"""One file reads stores of secrets and talks to a drop site. The way between may be hidden; the meeting is enough."""

from pratique.rules.dsl import Rule, all_of, any_of, use

RULE = Rule(
    summary="reads stores of secrets and talks to a drop site",
    severity="high",
    confidence="high",
    audience="admin",
    line="target",
    category="malware",
    attack=("T1555", "T1528", "T1567"),
    since="0.1",
    when=all_of(
        any_of(
            use(
                "fs.read|fs.list|fs.archive",
                "browser-store|wallet|messenger-token|password-store|ssh-key|registry-token",
                certainty="transitive",
            ),
            use("crypto.decrypt", "browser-store", certainty="transitive"),
        ),
        use(
            "network.*",
            "chat-webhook|paste|tunnel|raw-address|dynamic-dns|file-drop|oast|onion",
            certainty="transitive",
        ),
        within="file",
    ),
)
