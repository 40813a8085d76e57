"""A paste site, chat hook, tunnel, file drop or hidden service is contacted at install or import."""

from pratique.rules.dsl import UNATTENDED, Rule, any_of, reaches, use

RULE = Rule(
    summary="contacts drop sites without being asked",
    severity="high",
    confidence="medium",
    audience="admin",
    line="target",
    category="malware",
    attack=("T1102", "T1567"),
    since="0.1",
    when=reaches(
        UNATTENDED,
        any_of(
            use(
                "network.http|network.connect",
                "chat-webhook|paste|tunnel|dynamic-dns|file-drop|onion",
                certainty="transitive",
            ),
            use(
                "process.spawn",
                target=r"(?i)\b(discord(app)?\.com/api/webhooks|api\.telegram\.org/bot|pastebin\.com/raw|transfer\.sh"
                r"|(ngrok(-free)?\.(io|app|dev))|trycloudflare\.com|file\.io|gofile\.io|hastebin\.com|paste\.ee|0x0\.st)\b",
                certainty="transitive",
            ),
            use("network.tunnel|network.listen", "tunnel", certainty="transitive"),
        ),
    ),
)
