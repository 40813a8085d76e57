"""Code stands where nobody sees it: pushed far to the right, behind invisible or direction-changing characters."""

from pratique.rules.dsl import Rule, use

RULE = Rule(
    summary="runs code that is hidden from whoever views the file",
    severity="high",
    confidence="high",
    audience="admin",
    line="concealment",
    category="malware",
    attack=("T1027", "T1036"),
    since="0.1",
    when=use(
        "code.eval|code.unmarshal|process.spawn|network.http|network.connect",
        traits="hidden-from-view",
        certainty="transitive",
    ),
)
