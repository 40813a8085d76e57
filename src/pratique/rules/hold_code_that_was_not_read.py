"""Something that runs unasked could not be read: a limit, encryption or damage stopped the reader."""

from pratique.rules.dsl import UNATTENDED, Rule, reaches, unknown

RULE = Rule(
    summary="holds code that could not be read",
    severity="medium",
    confidence="medium",
    audience="admin",
    line="concealment",
    category="malware",
    attack=("T1027",),
    since="0.1",
    block=False,
    when=reaches(UNATTENDED, unknown("refused")),
)
