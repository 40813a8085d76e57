"""The output of a command travels to the network unasked: reconnaissance, or a shell by another name."""

from pratique.rules.dsl import Rule, any_of, flow, reaches

RULE = Rule(
    summary="sends the output of commands out",
    severity="high",
    confidence="high",
    audience="admin",
    line="flow",
    category="malware",
    attack=("T1059", "T1041", "T1082"),
    since="0.1",
    when=any_of(
        reaches(
            ("install", "build", "startup", "import"),
            any_of(
                flow("process.spawn", "network.*", arg="data", certainty="transitive"),
                flow("process.spawn", "network.dns", arg="host", certainty="transitive"),
            ),
        ),
        flow(
            "process.spawn",
            "network.*",
            sink_operand="paste|tunnel|raw-address|dynamic-dns|file-drop|oast|onion",
            arg="data",
            certainty="transitive",
        ),
    ),
)
