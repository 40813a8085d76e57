"""Facts about the host or its secrets are spelled into a domain name that is looked up."""

from pratique.rules.dsl import UNATTENDED, Rule, any_of, flow, reaches

RULE = Rule(
    summary="sends data out inside DNS look-ups",
    severity="high",
    confidence="high",
    audience="admin",
    line="flow",
    category="malware",
    attack=("T1048.003", "T1071.004"),
    since="0.1",
    when=any_of(
        reaches(
            UNATTENDED,
            flow(
                "env.read|fs.read|host.*|input.*|process.spawn",
                "network.dns",
                sink_target=r"\ufffc[^/]*\.[a-z0-9-]+\.[a-z]{2,}\.?$",
                certainty="transitive",
            ),
        ),
        reaches(
            UNATTENDED,
            flow("env.read|fs.read|host.*|input.*", "network.dns", sink_operand="oast|dynamic-dns"),
        ),
        flow(
            "fs.read",
            "network.dns",
            # A pod's namespace lies beside its token, and is part of honest names of the cluster.
            source_text=r"^(?!.*/serviceaccount/(namespace|ca\.crt)$)",
            source_operand="ssh-key|cloud-credential|browser-store|wallet|registry-token|messenger-token",
            certainty="transitive",
        ),
    ),
)
