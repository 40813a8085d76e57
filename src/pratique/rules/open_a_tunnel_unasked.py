"""The machine becomes reachable from outside, or relays for others, while it is installed or imported."""

from pratique.rules.dsl import Rule, any_of, flow, reaches, use

RULE = Rule(
    summary="opens a tunnel into the machine without being asked",
    severity="high",
    confidence="high",
    audience="admin",
    line="target",
    category="malware",
    attack=("T1572", "T1090"),
    since="0.1",
    when=reaches(
        ("install", "build", "startup", "import"),
        any_of(
            use("network.tunnel", certainty="transitive"),
            use(
                "process.spawn",
                target=r"(?i)\bssh\b[^|;&\n]{0,200}\s-\w*[RDw]\s*\S*\d"
                r"|\b(ngrok|cloudflared)(\.exe)?\s+(tcp|http|tls|start|tunnel)\b"
                r"|\b(frpc|chisel|bore|rathole|gost|nps|ligolo)(\.exe)?\s+(client|local|-c|-L|-F|--)",
                certainty="transitive",
            ),
            # Whoever answers says where to connect to.
            flow(
                "network.connect",
                "network.connect",
                source_text=r"^(?!\?\.)",
                arg="host",
                certainty="transitive",
            ),
        ),
    ),
)
