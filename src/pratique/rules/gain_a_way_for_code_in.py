"""A release that begins to run what a server sends."""

from pratique.rules.dsl import Rule, change

RULE = Rule(
    summary="runs what a server sends, which the release before it did not",
    severity="high",
    confidence="medium",
    audience="admin",
    line="change",
    category="malware",
    attack=("T1105", "T1195.002"),
    since="0.1",
    when=change(
        "added", "flow", r"^network\.\S+ → (code\.(eval|unmarshal|load-native|unpickle)|process\.spawn|memory\.)"
    ),
)
