"""A line that fetches and runs, written to where the machine runs lines by itself: new in this release."""

from pratique.rules.dsl import Rule, all_of, change, use

RULE = Rule(
    summary="plants a command that downloads and runs something, which the release before it did not",
    severity="high",
    confidence="high",
    audience="admin",
    line="change",
    category="malware",
    attack=("T1546.004", "T1105", "T1195.002"),
    since="0.1",
    when=all_of(
        use("persist.*", traits="new", certainty="transitive"),
        change("added|changed", "function", after=r"(?:\b|\\n)(curl|wget|iwr|irm)\b[^'\"|]*\|\s*(ba|z|da)?(sh|iex)\b"),
        within="function",
    ),
)
