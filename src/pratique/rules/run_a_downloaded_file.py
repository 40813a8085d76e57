"""A file is fetched, written and a process started in one go, at import or start. Libraries have no reason to."""

from pratique.rules.dsl import UNATTENDED, Rule, all_of, any_of, flow, reaches, use

RULE = Rule(
    summary="downloads a file and starts it",
    severity="high",
    confidence="high",
    audience="admin",
    line="flow",
    category="malware",
    attack=("T1105", "T1204.002"),
    since="0.1",
    when=any_of(
        reaches(UNATTENDED, flow("network.*", "process.spawn", arg="file", certainty="transitive")),
        reaches(
            ("startup", "import", "plugin"),
            all_of(
                use("process.spawn", certainty="transitive"),
                flow("network.*", "fs.write*", certainty="transitive"),
                within="function",
            ),
        ),
        reaches(
            ("install", "build"),
            all_of(
                use("process.spawn", traits="silenced|encoded|layered|dynamic-name", certainty="transitive"),
                flow("network.*", "fs.write-executable|fs.write", certainty="transitive"),
                within="function",
            ),
        ),
    ),
)
