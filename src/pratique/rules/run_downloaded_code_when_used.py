"""Code that arrives over the network runs when the package is used. Updaters and model hubs do so honestly."""

from pratique.rules.dsl import Rule, any_of, flow

# A receiver that nobody could name (`?.recv`) may as well be a pipe between two processes of the same program.
RULE = Rule(
    summary="downloads code and runs it when it is used",
    severity="medium",
    confidence="medium",
    audience="researcher",
    line="flow",
    category="malware",
    attack=("T1105",),
    since="0.1",
    block=False,
    when=any_of(
        flow(
            "network.*",
            "code.eval|code.unmarshal|code.load-native|memory.raw",
            source_text=r"^(?!\?\.)",
            certainty="transitive",
        ),
        flow("network.*", "process.spawn|code.import", source_text=r"^(?!\?\.)", arg="file", certainty="transitive"),
    ),
)
