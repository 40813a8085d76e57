"""Something that runs unasked could not be read: a limit, encryption or damage stopped the reader."""

from pratique.rules.dsl import UNATTENDED, Rule, all_of, any_of, problem, reaches, unknown, use

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
    when=any_of(
        reaches(UNATTENDED, unknown("refused")),
        all_of(
            reaches(UNATTENDED, use("fs.archive", certainty="transitive")),
            problem("zip-encrypted"),
            within="artifact",
        ),
    ),
)
