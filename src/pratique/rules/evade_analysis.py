"""It looks for debuggers, sandboxes or analysis tools, or kills them, before it goes on."""

from pratique.rules.dsl import UNATTENDED, Rule, all_of, any_of, reaches, use

_TOOLS = (
    r"(wireshark|procmon|processhacker|fiddler|httpdebugger\w*|ollydbg|x64dbg|x32dbg|ida64|vboxservice|vboxtray"
    r"|vmtoolsd|vmwaretray|sandboxie|sbiedll|joeboxcontrol|ksdumper)"
)
"""Debuggers, recorders of traffic and marks of sandboxes."""
RULE = Rule(
    summary="looks for analysis tools or sandboxes",
    severity="high",
    confidence="medium",
    audience="admin",
    line="concealment",
    category="malware",
    attack=("T1497.001", "T1622", "T1518.001"),
    since="0.1",
    when=any_of(
        reaches(
            UNATTENDED,
            any_of(
                use("host.debugger", api="ctypes.*NtSet*", certainty="transitive"),
                use("host.debugger", traits="silenced|dynamic-name|encoded|layered", certainty="transitive"),
                # Who starts a recorder, or reads its tables, works with it; who looks whether it is there does not.
                use("process.kill|host.*|registry.*", target=rf"(?i)\b{_TOOLS}\b", certainty="transitive"),
                use("fs.*", target=rf"(?i)\b{_TOOLS}\b[^/\\]*$", certainty="transitive"),
                use(
                    "process.spawn",
                    target=rf"(?i)\b(taskkill|tasklist|p?kill|killall|pgrep|ps|wmic|sc|net|(stop|get)-process)\b.*\b{_TOOLS}\b",
                    certainty="transitive",
                ),
            ),
        ),
        reaches(
            ("install", "build", "startup", "import"),
            all_of(
                use("process.kill", certainty="transitive"),
                use("host.processes", "", api="*process_iter*|*Toolhelp*|*Process32*", certainty="transitive"),
                use("network.http|network.connect|code.eval|code.unmarshal", certainty="transitive"),
                within="file",
            ),
        ),
    ),
)
