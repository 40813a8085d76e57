"""An out-of-band interaction host or a request catcher is contacted unasked: a proof of concept, or worse."""

from pratique.rules.dsl import UNATTENDED, Rule, any_of, reaches, use

RULE = Rule(
    summary="contacts an interaction server without being asked",
    severity="high",
    confidence="high",
    audience="admin",
    line="policy",
    category="policy",
    attack=("T1071.001",),
    since="0.1",
    when=reaches(
        UNATTENDED,
        any_of(
            use("network.*", operand="oast", certainty="transitive"),
            use(
                "process.spawn",
                target=r"(?i)\b(oast\.(fun|pro|live|site|online|me|invalid)|interact\.sh|oastify\.com|burpcollaborator\.net"
                r"|requestbin\.\w+|pipedream\.net|webhook\.site|dnslog\.cn|ceye\.io|canarytokens\.com)\b",
                certainty="transitive",
            ),
        ),
    ),
)
