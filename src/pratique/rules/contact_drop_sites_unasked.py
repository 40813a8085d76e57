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
            use("network.chat|network.tunnel", certainty="transitive"),
        ),
    ),
)
