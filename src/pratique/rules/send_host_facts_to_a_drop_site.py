"""Name, user or address of the machine go to a chat hook, paste, tunnel or raw address, unasked."""

from pratique.rules.dsl import UNATTENDED, Rule, any_of, flow, reaches

# Servers that only record who calls (oast) are a proof of concept's habit: call-home-with-host-facts speaks of them.
_DROP = "chat-webhook|paste|tunnel|raw-address|dynamic-dns|file-drop|onion"
RULE = Rule(
    summary="sends facts about the machine to a drop site without being asked",
    severity="high",
    confidence="high",
    audience="admin",
    line="flow",
    category="malware",
    attack=("T1082", "T1033", "T1567"),
    since="0.1",
    when=reaches(
        UNATTENDED,
        any_of(
            flow("host.identity|host.network", "network.*", sink_operand=_DROP, arg="data|url", certainty="transitive"),
            flow(
                "env.read|fs.read",
                "network.*",
                source_operand="host",
                sink_operand=_DROP,
                arg="data|url",
                certainty="transitive",
            ),
            flow(
                "network.http",
                "network.*",
                source_operand="ip-echo",
                sink_operand=_DROP,
                arg="data|url",
                certainty="transitive",
            ),
        ),
    ),
)
