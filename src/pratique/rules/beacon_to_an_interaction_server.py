"""An out-of-band interaction host or a request catcher is contacted unasked: a proof of concept, or worse."""

from pratique.rules.dsl import UNATTENDED, Rule, reaches, use

RULE = Rule(
    summary="contacts an interaction server without being asked",
    severity="high",
    confidence="high",
    audience="admin",
    line="policy",
    category="policy",
    attack=("T1071.001",),
    since="0.1",
    when=reaches(UNATTENDED, use("network.*", operand="oast", certainty="transitive")),
)
