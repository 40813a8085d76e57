"""A script or program is written to a file and started at once, unasked and in silence."""

from pratique.rules.dsl import Rule, all_of, any_of, reaches, use

RULE = Rule(
    summary="writes a program to a file and starts it without being asked",
    severity="high",
    confidence="high",
    audience="admin",
    line="flow",
    category="malware",
    attack=("T1204.002", "T1036", "T1564.003"),
    since="0.1",
    when=reaches(
        ("install", "startup", "import", "plugin"),
        any_of(
            all_of(
                use("fs.write*", "temporary", certainty="transitive"),
                use("process.spawn", "opener", target=r"(?i)^start\s", certainty="transitive"),
                within="function",
            ),
            all_of(
                use("fs.write*", target=r"(?i)\.(pyw?|vbs|bat|cmd|ps1|exe|scr|js|hta)$", certainty="transitive"),
                any_of(
                    use(
                        "process.spawn",
                        target=r"(?i)[\ufffc/\\](?!setup\.)[\w-]+\.(pyw?|vbs|bat|cmd|ps1|exe|scr|js|hta)[\"']?\s*$",
                        traits="silenced|detached|hidden-window|encoded|protected|obfuscated",
                        certainty="transitive",
                    ),
                    use("process.spawn", target=r"(?i)\bpythonw(\.exe)?\b.{0,200}\.pyw?\b", certainty="transitive"),
                    use("process.spawn", "opener", target=r"(?i)^start\s", certainty="transitive"),
                ),
                within="function",
            ),
        ),
    ),
)
