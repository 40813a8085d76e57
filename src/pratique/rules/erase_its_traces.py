"""Logs, shell history or its own files are removed unasked."""

from pratique.rules.dsl import UNATTENDED, Rule, any_of, reaches, use

RULE = Rule(
    summary="erases logs, history or its own files",
    severity="high",
    confidence="medium",
    audience="admin",
    line="concealment",
    category="malware",
    attack=("T1070.001", "T1070.003", "T1070.004"),
    since="0.1",
    when=reaches(
        UNATTENDED,
        any_of(
            use("log.erase", certainty="transitive"),
            use("fs.delete", "shell-history|log", certainty="transitive"),
            use("fs.write", "shell-history", certainty="transitive"),
            reaches(("startup", "import"), use("fs.delete", "package-data", target=r"^$|\.pyw?$")),
            use(
                "process.spawn",
                target=r"(?i)\bhistory\s+-c\b|\bwevtutil(\.exe)?\s+cl\b|\bclear-eventlog\b|\bjournalctl\b.*--vacuum"
                r"|\b(rm|shred|truncate)\b[^\n]*(/var/log|\.bash_history|\.zsh_history)|\bunset\s+HISTFILE\b",
                certainty="transitive",
            ),
        ),
    ),
)
