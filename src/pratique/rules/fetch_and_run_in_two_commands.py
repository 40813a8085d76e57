"""One command fetches a program or script into a file, the next makes it executable or starts it, unasked."""

from pratique.rules.dsl import UNATTENDED, Rule, all_of, any_of, reaches, use

RULE = Rule(
    summary="fetches a program with one command and starts it with another",
    severity="high",
    confidence="high",
    audience="admin",
    line="flow",
    category="malware",
    attack=("T1105", "T1059"),
    since="0.1",
    when=reaches(
        UNATTENDED,
        any_of(
            all_of(
                use(
                    "process.spawn",
                    target=r"(?i)\b(curl|wget|iwr|irm|invoke-webrequest|invoke-restmethod|certutil|bitsadmin|downloadfile"
                    r"|start-bitstransfer|aria2c)\b[^\n]{0,400}\.(exe|scr|msi|bat|cmd|ps1|vbs|hta|jar|pyw?|elf|run|bin|sh)\b",
                    certainty="transitive",
                ),
                use(
                    "process.spawn",
                    target=r"(?i)\b(start-process|saps|invoke-item|mshta|rundll32|wscript|cscript)\b"
                    r"|(^|[;&|\s\"'])(start|call)\s+(/\w+\s+)*[\"']?\S*\.(exe|scr|msi|bat|cmd|ps1|vbs|hta|jar|pyw?)\b"
                    r"|^[\"']?[^\s|;&]*\.(exe|scr|bat|cmd|vbs|hta|elf|run|bin)[\"']?(\s|$)"
                    r"|\bchmod\s+(\S*x\S*|[0-7]*[1357][0-7]*)\s+\S+\.(elf|run|bin|sh|py)\b",
                    certainty="transitive",
                ),
                within="function",
            ),
            all_of(
                use(
                    "process.spawn",
                    target=r"(?i)\b(curl|wget|aria2c)\b[^\n]{0,400}\s(-\w*o|--output(-document)?|-\w*O)[\s=]*(/tmp/|/dev/shm/|/var/tmp/)",
                    certainty="transitive",
                ),
                use(
                    "process.spawn",
                    target=r"\bchmod\s+(\S*x\S*|[0-7]*[1357][0-7]*)\s+(/tmp/|/dev/shm/|/var/tmp/)",
                    certainty="transitive",
                ),
                within="function",
            ),
        ),
    ),
)
