"""A secret that the package read from its store travels to the network unasked, or to a drop site at any time."""

from pratique.rules.dsl import Rule, any_of, flow, reaches, use

_HOST = r"^(?!(\w+://)?([^/@]*@)?(localhost|127\.|0\.0\.0\.0|\[?::1))(\w+://)?[\w.\[\]:@-]*[\w\]][.:][\w-]+"
"""A host that is written in the code, and not this machine."""
RULE = Rule(
    summary="reads secrets and sends them out",
    severity="critical",
    confidence="high",
    audience="admin",
    line="flow",
    category="malware",
    attack=("T1552.001", "T1041", "T1567"),
    since="0.1",
    when=any_of(
        reaches(
            ("install", "build", "startup", "import"),
            any_of(
                # What a cloud's metadata service answers are credentials.
                flow(
                    "network.http",
                    "network.*",
                    source_operand="metadata-service",
                    sink_target=r"^(?!.{0,12}169\.254\.)",
                    arg="data",
                    certainty="transitive",
                ),
                # An upload by path names the secret file itself.
                use(
                    "network.*",
                    "ssh-key|cloud-credential|browser-store|wallet|registry-token|messenger-token|password-store"
                    "|shell-history",
                    certainty="transitive",
                ),
            ),
        ),
        # Nobody is asked for a password by an import.
        reaches(
            ("install", "build", "startup", "import"),
            flow("input.password", "network.*", arg="data|url", certainty="transitive"),
        ),
        reaches(
            ("install", "build", "startup", "import"),
            flow("env.read", "network.chat|network.mail|network.transfer", source_operand="env-secret", arg="data"),
        ),
        reaches(
            ("install", "build", "startup", "import"),
            flow(
                "fs.read|fs.archive|registry.read",
                "network.*",
                source_operand="ssh-key|browser-store|wallet|messenger-token|password-store|shell-history",
                certainty="transitive",
            ),
        ),
        reaches(
            ("install", "build", "startup", "import"),
            # Tokens for clouds and registries are made to be shown in a header of their own service's requests.
            flow(
                "fs.read|fs.archive",
                "network.*",
                source_operand="cloud-credential|registry-token",
                arg="data|url|host|path",
                certainty="transitive",
            ),
        ),
        reaches(
            ("install", "build", "startup", "import"),
            flow(
                "env.read",
                "network.*",
                source_operand="env-secret",
                sink_operand="chat-webhook|paste|tunnel|raw-address|dynamic-dns|file-drop|oast|onion",
                arg="data",
                certainty="transitive",
            ),
        ),
        # A session of the browser that it steers, or what a client of a cloud was logged in with, goes to another host.
        flow(
            "network.browser",
            "network.*",
            source_operand="browser-store",
            sink_target=_HOST,
            arg="data",
            certainty="transitive",
        ),
        flow(
            "fs.read",
            "network.*",
            source_operand="cloud-credential",
            source_text=r"\.get_credentials$",
            sink_target=_HOST,
            arg="data",
            certainty="transitive",
        ),
        flow(
            "fs.read|fs.archive",
            "network.*",
            source_operand="ssh-key|cloud-credential|browser-store|wallet|registry-token|messenger-token"
            "|password-store|shell-history",
            sink_operand="chat-webhook|paste|tunnel|raw-address|dynamic-dns|file-drop|oast|onion",
            certainty="transitive",
        ),
    ),
)
