"""The machine is locked, restarted or crashed unasked."""

from pratique.rules.dsl import UNATTENDED, Rule, any_of, reaches, use

RULE = Rule(
    summary="locks, restarts or crashes the machine",
    severity="high",
    confidence="high",
    audience="admin",
    line="target",
    category="malware",
    attack=("T1529", "T1499"),
    since="0.1",
    when=reaches(
        UNATTENDED,
        any_of(
            use("host.shutdown|input.block", certainty="transitive"),
            use("process.fork", traits=("unbounded",), certainty="transitive"),
            use("process.spawn", target=r"(\S)\(\)\s*\{\s*\1\s*\|\s*\1\s*&|%0\s*\|\s*%0", certainty="transitive"),
            use(
                "process.spawn",
                target=r"(?i)^\s*(sudo\s+)?(shutdown(\.exe)?\s+[-/]?\w|reboot\b|poweroff\b|halt\b|init\s+[06]\b)",
                certainty="transitive",
            ),
        ),
    ),
)
