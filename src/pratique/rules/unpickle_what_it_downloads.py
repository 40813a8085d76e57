"""A pickle from the network is loaded unasked. A pickle is a program."""

from pratique.rules.dsl import UNATTENDED, Rule, any_of, flow, reaches, use

RULE = Rule(
    summary="loads pickles that it downloads without being asked",
    severity="high",
    confidence="high",
    audience="admin",
    line="flow",
    category="malware",
    attack=("T1105", "T1059.006"),
    since="0.1",
    when=any_of(
        reaches(UNATTENDED, flow("network.*", "code.unpickle", certainty="transitive")),
        reaches(UNATTENDED, use("code.unpickle", target=r"(?i)^(https?|ftp|s3|gs)://", certainty="transitive")),
        flow(
            "network.*",
            "code.unpickle",
            source_operand="chat-webhook|paste|tunnel|raw-address|dynamic-dns|file-drop|oast|onion",
            certainty="transitive",
        ),
        reaches(UNATTENDED, flow("decoded", "code.unpickle", traits="encoded|layered", certainty="transitive")),
    ),
)
