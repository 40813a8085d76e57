"""A start-up entry, service or scheduled task is created unasked."""

from pratique.rules.dsl import UNATTENDED, Rule, any_of, reaches, use

RULE = Rule(
    summary="makes itself start again without being asked",
    severity="high",
    confidence="high",
    audience="admin",
    line="target",
    category="malware",
    attack=("T1547.001", "T1053.003", "T1543.002", "T1543.001"),
    since="0.1",
    when=reaches(
        UNATTENDED,
        any_of(
            use("persist.startup|persist.schedule", certainty="transitive"),
            use("fs.write|fs.write-executable|fs.link", "autostart|schedule", certainty="transitive"),
            use("process.spawn", "scheduler", certainty="transitive"),
            use("registry.write", target=r"(?i)CurrentVersion\\+Run", certainty="transitive"),
            use(
                "process.spawn",
                target=r"(?i)(reg(\.exe)?\s+add\b.*CurrentVersion\\+Run|schtasks(\.exe)?\s+/create"
                r"|systemctl\s+(--user\s+)?enable|launchctl\s+(load|bootstrap)|crontab\s+-[^lr\s]?\s*$)",
                certainty="transitive",
            ),
        ),
    ),
)
