"""Secrets of several unrelated kinds are read together. A client needs its own; only a thief needs all."""

from pratique.rules.dsl import UNATTENDED, Rule, all_of, any_of, distinct, reaches, use

RULE = Rule(
    summary="collects secrets from several unrelated stores",
    severity="high",
    confidence="high",
    audience="admin",
    line="target",
    category="malware",
    attack=("T1552.001", "T1555", "T1005"),
    since="0.1",
    when=any_of(
        reaches(
            UNATTENDED,
            distinct(
                3,
                use(
                    "fs.read|fs.archive",
                    "ssh-key|cloud-credential|browser-store|wallet|registry-token|messenger-token|password-store"
                    "|shell-history",
                ),
            ),
        ),
        all_of(
            distinct(
                3,
                use(
                    "fs.read|fs.archive",
                    "ssh-key|cloud-credential|browser-store|wallet|registry-token|messenger-token|password-store"
                    "|shell-history",
                ),
                within="file",
            ),
            use("network.*", "chat-webhook|paste|tunnel|raw-address|dynamic-dns|file-drop|oast|onion"),
            within="file",
        ),
    ),
)
