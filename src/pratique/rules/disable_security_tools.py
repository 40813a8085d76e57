"""Antivirus, firewall or access control is switched off or given exceptions."""

from pratique.rules.dsl import UNATTENDED, Rule, any_of, reaches, use

RULE = Rule(
    summary="switches security tools off",
    severity="critical",
    confidence="high",
    audience="admin",
    line="target",
    category="malware",
    attack=("T1562.001", "T1562.004"),
    since="0.1",
    when=reaches(
        UNATTENDED,
        any_of(
            use("process.spawn", "defence-off", certainty="transitive"),
            use(
                "process.spawn",
                target=r"(?i)\b(set|add)-mppreference\b"
                r"|\bnetsh\b.{0,60}\b(state\s+off|opmode\s+disable)"
                r"|\b(sc|net)(\.exe)?\s+(stop|delete|config)\s+\"?(windefend|wscsvc|sense|mpssvc|wuauserv)"
                r"|\bsetenforce\s+0\b|\bufw\s+disable\b|\bspctl\s+--master-disable\b|\bcsrutil\s+disable\b"
                r"|\bsystemctl\s+(stop|disable)\s+(auditd|falcon-sensor|apparmor|firewalld)"
                r"|\bmpcmdrun(\.exe)?\b.{0,40}-removedefinitions",
            ),
            use("registry.write", target=r"(?i)(windows defender|disableantispyware|enablelua|disableregistrytools)"),
        ),
    ),
)
