"""A plug-in that other tools load by themselves (test runners, linters) sends secrets or the environment out."""

from pratique.rules.dsl import Rule, any_of, flow, reaches

RULE = Rule(
    summary="sends secrets or the environment out from a plug-in",
    severity="high",
    confidence="high",
    audience="admin",
    line="flow",
    category="malware",
    attack=("T1546", "T1041"),
    since="0.1",
    when=reaches(
        ("plugin", "agent"),
        any_of(
            flow(
                "env.read",
                "network.*",
                source_text=r"^os\.environb?(\.(items|keys|values|copy))?$",
                certainty="transitive",
            ),
            flow(
                "env.read|fs.read|host.*",
                "network.*",
                sink_operand="chat-webhook|paste|tunnel|raw-address|dynamic-dns|file-drop|oast|onion",
                arg="data|url",
                certainty="transitive",
            ),
            flow(
                "fs.read",
                "network.*",
                source_operand="ssh-key|browser-store|wallet|messenger-token|shell-history",
                certainty="transitive",
            ),
            flow(
                "fs.read|fs.archive",
                "network.*",
                source_operand="cloud-credential|registry-token",
                arg="data|url|host",
                certainty="transitive",
            ),
        ),
    ),
)
