"""More privileges are asked for unasked: sudo, UAC, setuid bits."""

from pratique.rules.dsl import UNATTENDED, Rule, any_of, reaches, use

RULE = Rule(
    summary="raises its own privileges without being asked",
    severity="medium",
    confidence="medium",
    audience="admin",
    line="target",
    category="malware",
    attack=("T1548",),
    since="0.1",
    when=reaches(
        UNATTENDED,
        any_of(
            use("process.elevate", certainty="transitive"),
            use("process.spawn", "elevate", certainty="transitive"),
            use(
                "process.spawn|registry.write",
                target=r"(?i)\b(fodhelper|computerdefaults|eventvwr|sdclt)\.exe\b|ms-settings\\+shell\\+open"
                r"|-verb\s+runas\b|\bchmod\s+(u\+s|[24]7\d\d)\b",
                certainty="transitive",
            ),
        ),
    ),
)
