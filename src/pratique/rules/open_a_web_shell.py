"""What a web request says is run as a command or as code, as it is: whoever finds the address controls the host."""

from pratique.rules.dsl import Rule, any_of, flow

RULE = Rule(
    summary="runs what a web request tells it to",
    severity="high",
    confidence="high",
    audience="admin",
    line="flow",
    category="malware",
    attack=("T1505.003", "T1059"),
    since="0.1",
    # Servers whose service it is to run code have a protocol between the request and the process.
    when=any_of(
        flow(
            "network.listen",
            "process.spawn",
            sink_target=r"(?i)^\s*([/\w]*\b(ba|z|da)?sh\s+-c\s+|cmd(\.exe)?\s+/c\s+)?(\ufffc\s*)*$",
            arg="command",
            certainty="transitive",
        ),
        # Sockets of its own carry a protocol of its own: remote calls are made of such.
        flow(
            "network.listen",
            "code.eval|code.unmarshal",
            source_text=r"^(?!socket|multiprocessing|asyncio|zmq)",
            arg="code",
            certainty="transitive",
        ),
    ),
)
