"""The user's documents or sources travel to the network unasked, or anywhere at all to a drop site."""

from pratique.rules.dsl import UNATTENDED, Rule, any_of, flow, reaches

RULE = Rule(
    summary="sends files of the user out",
    severity="high",
    confidence="high",
    audience="admin",
    line="flow",
    category="malware",
    attack=("T1005", "T1041"),
    since="0.1",
    when=reaches(
        UNATTENDED,
        any_of(
            flow(
                "fs.read", "network.*", source_operand="user-documents|source-tree", arg="data", certainty="transitive"
            ),
            flow(
                "fs.read|fs.archive",
                "network.*",
                sink_operand="chat-webhook|paste|tunnel|raw-address|dynamic-dns|file-drop|oast|onion",
                arg="data",
                certainty="transitive",
            ),
            flow(
                "fs.read|fs.archive",
                "network.*",
                sink_target=r"https?://(?!127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|0\.0\.)\d{1,3}(\.\d{1,3}){3}\b",
                arg="data",
                certainty="transitive",
            ),
            flow(
                "fs.list|fs.archive",
                "network.*",
                source_operand="env-secret|private-key|ssh-key|wallet|password-store",
                arg="data",
                certainty="transitive",
            ),
            flow(
                "fs.list",
                "network.*",
                source_text=r"(?i)^(~|/home|/root|/Users|[a-z]:[\\/]+Users|/\*\*|/$|[a-z]:[\\/]*$)",
                arg="data",
                certainty="transitive",
            ),
        ),
    ),
)
