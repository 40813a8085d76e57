"""A text is decoded and the result is run: the code that matters is not the code that one reads."""

from pratique.rules.dsl import UNATTENDED, Rule, any_of, flow, reaches, use

RULE = Rule(
    summary="runs code that it first decodes",
    severity="high",
    confidence="high",
    audience="admin",
    line="flow",
    attack=("T1027", "T1140"),
    since="0.1",
    when=any_of(
        flow("decoded", "code.eval|code.unmarshal", arg="code|command"),
        flow("decoded", "process.spawn", arg="code|command", traits="encoded", certainty="transitive"),
        use("code.eval|code.unmarshal", traits=("encoded",)),
        # A long word without blanks went in, by a decoder that nobody could follow.
        use("code.eval|code.unmarshal", target=r"^\ufffc*[A-Za-z0-9+/=_-]{80,}"),
        reaches(UNATTENDED, flow("*", "code.eval", arg="code", traits="encoded", certainty="transitive")),
        reaches(UNATTENDED, use("code.unmarshal", traits="obfuscated|protected", certainty="transitive")),
    ),
)
