"""A file that makes installers fetch what neither the index nor the other files of its release speak of."""

from pratique.rules.dsl import Rule, change

RULE = Rule(
    summary="asks installers for something that the index or the other files of its release do not tell",
    severity="low",
    confidence="medium",
    audience="admin",
    line="context",
    category="malware",
    attack=("T1195.001",),
    since="0.1",
    block=False,
    when=change("differs", "dependency", after=r"\((not told by the index|not asked for by [^)]*)\)$"),
)
