"""Host name, user or addresses are sent out unasked. Proof-of-concept uploads do this, and so does reconnaissance."""

from pratique.rules.dsl import UNATTENDED, Rule, any_of, flow, reaches, use

RULE = Rule(
    summary="sends the name of the host or user out without being asked",
    severity="medium",
    confidence="high",
    audience="admin",
    line="policy",
    category="policy",
    attack=("T1082", "T1033"),
    since="0.1",
    when=reaches(
        UNATTENDED,
        any_of(
            flow("host.identity|host.network", "network.http", arg="data|url", certainty="transitive"),
            use(
                "process.spawn",
                target=r"(?i)\b(curl|wget|nslookup|dig|ping|iwr|irm)\b[^\n]{0,300}(\$\(|`)\s*(whoami|hostname|id|uname|pwd)\b"
                r"|\$\{?(HOSTNAME|USER|LOGNAME)\b|%(computername|username|userdomain)%",
                certainty="transitive",
            ),
            flow("network.http", "network.*", source_operand="ip-echo", certainty="transitive"),
            flow("host.identity|host.network", "network.chat|network.mail|network.transfer", certainty="transitive"),
            flow("env.read|fs.read", "network.*", source_operand="host", arg="data|url", certainty="transitive"),
            flow("host.identity|host.network", "network.connect", arg="data", certainty="transitive"),
        ),
    ),
)
