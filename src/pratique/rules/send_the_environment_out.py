"""The whole environment travels to the network. It holds every token that a build or a deployment has."""

from pratique.rules.dsl import Rule, all_of, any_of, distinct, flow, problem, reaches, use

_WHOLE = r"(?i)^(os\.environb?(\.(items|keys|values|copy))?|printenv|env|env:\\?\*?|process\.env)$"
"""All variables at once, by Python, shells and PowerShell."""

RULE = Rule(
    summary="sends the environment variables out",
    severity="critical",
    confidence="high",
    audience="admin",
    line="flow",
    category="malware",
    attack=("T1552.007", "T1041"),
    since="0.1",
    when=any_of(
        reaches(
            ("install", "build", "startup", "import"),
            flow(
                "env.read",
                "network.*",
                source_text=_WHOLE,
                certainty="transitive",
            ),
        ),
        reaches(
            ("install", "build", "startup", "import"),
            flow("fs.read", "network.*", source_text=r"/environ$", arg="data|url", certainty="transitive"),
        ),
        reaches(
            ("install", "build", "startup", "import"),
            all_of(
                flow("env.read", "network.*", source_operand="env-secret", arg="data|url", certainty="transitive"),
                distinct(3, use("env.read", "env-secret"), by="target", within="function"),
                within="function",
            ),
        ),
        # Tests send results, and a command that takes the name of a system's own does as that one does.
        reaches(
            ("test",),
            flow("env.read", "network.*", source_text=_WHOLE, arg="data|url", certainty="transitive"),
        ),
        all_of(
            problem("script-shadows-command"),
            reaches(
                ("command",),
                flow("env.read", "network.*", source_text=_WHOLE, arg="data|url", certainty="transitive"),
            ),
            within="artifact",
        ),
        flow(
            "env.read",
            "network.*",
            source_text=_WHOLE,
            sink_operand="chat-webhook|paste|tunnel|raw-address|dynamic-dns|file-drop|oast|onion",
            certainty="transitive",
        ),
    ),
)
