"""It asks whether a debugger is attached, unasked. Programs that hide do, and a few that only start others."""

from pratique.rules.dsl import UNATTENDED, Rule, reaches, use

RULE = Rule(
    summary="asks whether a debugger watches it",
    severity="medium",
    confidence="medium",
    audience="admin",
    line="concealment",
    category="malware",
    attack=("T1622",),
    since="0.1",
    when=reaches(
        UNATTENDED, use("host.debugger", api="ctypes.*DebuggerPresent*|ctypes.*NtQuery*", certainty="transitive")
    ),
)
