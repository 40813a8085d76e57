"""A tool of the operating system is made to fetch or run remote code, to pass for ordinary administration."""

from pratique.rules.dsl import UNATTENDED, Rule, reaches, use

RULE = Rule(
    summary="uses tools of the system to fetch or run remote code",
    severity="high",
    confidence="high",
    audience="admin",
    line="target",
    category="malware",
    attack=("T1218.005", "T1218.010", "T1218.011", "T1197"),
    since="0.1",
    when=reaches(
        UNATTENDED,
        use(
            "process.spawn",
            target=r"(?i)\bmshta(\.exe)?[\s\"',]+(https?:|javascript:|vbscript:)"
            r"|\bregsvr32(\.exe)?\b.{0,80}/i:\s*https?:"
            r"|\brundll32(\.exe)?\b.{0,120}(javascript:|https?:|\\temp\\|%temp%|%appdata%)"
            r"|\bcertutil(\.exe)?\b.{0,80}[-/](urlcache|verifyctl)\b"
            r"|\bbitsadmin(\.exe)?\b.{0,80}/(transfer|addfile|setnotifycmdline)\b"
            r"|\b(wmic|cscript|wscript)(\.exe)?\b.{0,120}https?:"
            r"|\bmsiexec(\.exe)?\b.{0,60}https?:"
            r"|\bosascript\b.{0,200}(do shell script|display dialog)",
            certainty="transitive",
        ),
    ),
)
