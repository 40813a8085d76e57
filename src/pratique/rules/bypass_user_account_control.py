"""A registry key that Windows' own elevated programs look a command up in is set, or such a program is started."""

from pratique.rules.dsl import Rule, any_of, use

_KEYS = r"\b(ms-settings|mscfile|exefile|appx82a6gwre4fdg3bt635tn5ctqjf8msdd2)\\+shell\\+(open|runas)\\+command"
_PROGRAMS = r"\b(fodhelper|computerdefaults|sdclt|wsreset)(\.exe)?\b"

RULE = Rule(
    summary="gets round Windows' question for more rights",
    severity="high",
    confidence="high",
    audience="admin",
    line="target",
    category="malware",
    attack=("T1548.002",),
    since="0.1",
    when=any_of(
        use("registry.write", target=f"(?i){_KEYS}", certainty="transitive"),
        use("process.spawn", target=f"(?i){_KEYS}|{_PROGRAMS}", certainty="transitive"),
    ),
)
