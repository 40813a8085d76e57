"""It looks for debuggers, sandboxes or analysis tools, or kills them, before it goes on."""

from pratique.rules.dsl import UNATTENDED, Rule, all_of, any_of, reaches, use

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
                use("host.debugger", api="ctypes.*Debugger*|ctypes.*NtQuery*|ctypes.*NtSet*", certainty="transitive"),
                use(
                    "process.*|fs.*|registry.*",
                    target=r"(?i)\b(wireshark|procmon|processhacker|fiddler|httpdebugger\w*|ollydbg|x64dbg|x32dbg|ida64"
                    r"|vboxservice|vboxtray|vmtoolsd|vmwaretray|sandboxie|sbiedll|joeboxcontrol|ksdumper)\b",
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
