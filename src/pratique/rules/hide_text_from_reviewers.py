"""Risky code stands where a viewer does not show it: behind hundreds of blanks, or under bidirectional controls."""

from pratique.rules.dsl import Rule, use

RULE = Rule(
    summary="hides risky code from whoever reads it",
    severity="high",
    confidence="high",
    audience="admin",
    line="concealment",
    category="malware",
    attack=("T1027",),
    since="0.1",
    when=use(
        "code.eval|code.import|code.unmarshal|code.load-native|process.*|network.*|persist.*|package.install|input.*",
        traits="hidden-from-view",
    ),
)
