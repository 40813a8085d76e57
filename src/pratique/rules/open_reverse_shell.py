"""A shell's input and output are tied to a connection: whoever answers controls the machine."""

from pratique.rules.dsl import Rule, all_of, any_of, flow, use

RULE = Rule(
    summary="opens a reverse shell",
    severity="critical",
    confidence="high",
    audience="admin",
    line="flow",
    attack=("T1059", "T1071"),
    since="0.1",
    when=any_of(
        use("process.spawn", target=r"/dev/(tcp|udp)/|\bnc(at)?\b[^|;]*\s-[ec]\s|\bbash\s+-i\b.*>&|\bmkfifo\b.*\bnc\b"),
        all_of(
            use("process.spawn", operand="shell|powershell"),
            use("network.connect"),
            any_of(use("process.redirect-stdio"), use("process.spawn", api="pty.spawn")),
            within="function",
        ),
        all_of(
            flow("network.connect|network.listen", "process.spawn", arg="command"),
            use("network.connect|network.listen", api="*.send|*.sendall|*.sendto"),
            within="file",
        ),
    ),
)
