"""A secret store is read and the network used on one unattended path. The flow may be hidden; the meeting is enough."""

from pratique.rules.dsl import Rule, all_of, reaches, use

RULE = Rule(
    summary="reads secrets and uses the network while it is installed or imported",
    severity="high",
    confidence="medium",
    audience="admin",
    line="target",
    category="malware",
    attack=("T1552.001", "T1041"),
    since="0.1",
    when=reaches(
        ("install", "build", "startup", "import"),
        all_of(
            use(
                "fs.read|fs.archive",
                "ssh-key|cloud-credential|browser-store|wallet|registry-token|messenger-token|password-store"
                "|shell-history",
                certainty="transitive",
            ),
            use("network.http|network.connect|network.dns|network.mail|network.transfer", certainty="transitive"),
        ),
    ),
)
