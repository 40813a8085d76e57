"""The list of files that every wheel carries does not fit the wheel: what is checked is not what is installed."""

from pratique.rules.dsl import Rule, all_of, any_of, problem

RULE = Rule(
    summary="lists other files than it holds",
    severity="low",
    confidence="high",
    audience="researcher",
    line="context",
    category="malware",
    attack=("T1036",),
    since="0.1",
    block=False,
    when=any_of(
        problem("record-hash-differs"),
        all_of(problem("record-lists-missing"), problem("record-omits"), within="artifact"),
    ),
)
