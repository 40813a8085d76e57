"""A repository is cloned and something of it started unasked. What it holds tomorrow nobody reviewed."""

from pratique.rules.dsl import UNATTENDED, Rule, all_of, any_of, reaches, use

RULE = Rule(
    summary="clones a repository and runs its code without being asked",
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
            all_of(
                use("repo.read", target=r"(?i)^(https?|git|ssh)://|^git@", certainty="transitive"),
                use(
                    "process.spawn",
                    "python|node|powershell|script|opener",
                    target=r"(?i)\.(pyw?|js|ps1|vbs|bat|exe|sh)\b",
                    certainty="transitive",
                ),
                within="function",
            ),
            all_of(
                use("process.spawn", target=r"(?i)\bgit\s+clone\s", certainty="transitive"),
                use(
                    "process.spawn",
                    "python|node|powershell|opener",
                    target=r"(?i)(?<!setup)\.(pyw?|js|ps1|vbs|bat|exe)\b",
                    certainty="transitive",
                ),
                within="function",
            ),
            use(
                "process.spawn",
                target=r"(?i)\bgit\s+clone\s[^\n]{0,300}(&&|;|\n)[^\n]{0,200}\b(python[\d.]*|node|bash|sh)\s+(?!-m\s+pip)\S+\.(pyw?|js|sh)\b",
                certainty="transitive",
            ),
        ),
    ),
)
