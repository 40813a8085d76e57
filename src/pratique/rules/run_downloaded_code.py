"""Code that arrives over the network runs unasked. Whoever holds the server decides what every installer runs."""

from pratique.rules.dsl import UNATTENDED, Rule, any_of, flow, reaches

# A receiver that nobody could name (`?.recv`) may as well be a pipe between two processes of the same program.
RULE = Rule(
    summary="downloads code and runs it without being asked",
    severity="critical",
    confidence="high",
    audience="admin",
    line="flow",
    category="malware",
    attack=("T1105", "T1059.006"),
    since="0.1",
    when=reaches(
        UNATTENDED,
        any_of(
            flow(
                "network.*",
                "code.eval|code.unmarshal|code.load-native|code.template|memory.raw",
                source_text=r"^(?!\?\.)",
                certainty="transitive",
            ),
            flow("network.*", "process.spawn", source_text=r"^(?!\?\.)", arg="command|code", certainty="transitive"),
            flow(
                "process.spawn",
                "process.spawn|code.eval|code.unmarshal",
                source_operand="downloader",
                arg="command|code",
                certainty="transitive",
            ),
            flow("network.*", "code.import", source_text=r"^(?!\?\.)", arg="code|file", certainty="transitive"),
            # What is fetched, or unpacked from it, becomes a place that imports look in; build scripts fetch tools so.
            reaches(
                ("startup", "import", "plugin"),
                flow("network.*", "runtime.path", source_text=r"^(?!\?\.)", arg="file", certainty="transitive"),
            ),
        ),
    ),
)
