"""A decoded layer talks to the network or starts processes unasked. The layer exists to hide exactly that."""

from pratique.rules.dsl import UNATTENDED, Rule, any_of, reaches, use

RULE = Rule(
    summary="hides network or process use in decoded code",
    severity="critical",
    confidence="high",
    audience="admin",
    line="concealment",
    category="malware",
    attack=("T1027", "T1140"),
    since="0.1",
    when=reaches(
        UNATTENDED,
        any_of(
            use(
                "network.http|network.connect|network.dns|network.listen|network.mail|process.spawn|process.inject"
                "|persist.*|input.clipboard|input.keyboard|input.screen|registry.write|memory.raw",
                traits="layered",
            ),
            use(
                "fs.read",
                "ssh-key|cloud-credential|browser-store|wallet|registry-token|messenger-token|password-store",
                traits="layered",
            ),
            use("network.http|network.connect|network.dns", traits="encoded", certainty="transitive"),
        ),
    ),
)
