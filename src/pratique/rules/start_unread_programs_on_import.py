"""A shipped program that nobody can read is started by the import itself, quietly or by a JavaScript engine."""

from pratique.rules.dsl import Rule, all_of, any_of, reaches, unknown, use

_STARTED = unknown("opaque", reason="started by the code")

RULE = Rule(
    summary="starts a shipped program that cannot be read, as soon as it is imported",
    severity="high",
    confidence="high",
    audience="admin",
    line="concealment",
    category="malware",
    attack=("T1204.002", "T1564", "T1059.007"),
    since="0.1",
    when=reaches(
        ("startup", "import"),
        any_of(
            all_of(
                all_of(
                    use("process.spawn", "package-data|embedded", certainty="transitive"),
                    use("process.hide-output|process.detach|process.hide-window", certainty="transitive"),
                    within="function",
                ),
                _STARTED,
                within="artifact",
            ),
            all_of(
                use("process.spawn", "node", certainty="transitive"),
                unknown("opaque", reason=r"\(javascript\), started by the code"),
                within="artifact",
            ),
        ),
    ),
)
