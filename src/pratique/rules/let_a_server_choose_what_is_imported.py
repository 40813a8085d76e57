"""A response names the module that is imported or the package that is installed. The server picks the code."""

from pratique.rules.dsl import UNATTENDED, Rule, any_of, flow, reaches

# A receiver that nobody could name (`?.recv`) may as well be a pipe between two processes of the same program.
RULE = Rule(
    summary="lets a server choose which module or package it loads",
    severity="high",
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
                "code.import|code.remote-directed",
                source_text=r"^(?!\?\.)",
                arg="name",
                certainty="transitive",
            ),
            flow("network.*", "package.install", source_text=r"^(?!\?\.)", certainty="transitive"),
        ),
    ),
)
