"""A transfer goes to an address in the code, by the amount, by chance or by date, and not to the caller's."""

from pratique.rules.dsl import Rule, flow

RULE = Rule(
    summary="sends payments to an address of its own in the place of the caller's",
    severity="high",
    confidence="high",
    audience="admin",
    line="flow",
    category="malware",
    attack=("T1565.002", "T1657"),
    since="0.1",
    when=flow("swapped", "crypto.transfer", source_operand="wallet-address", arg="data", certainty="transitive"),
)
