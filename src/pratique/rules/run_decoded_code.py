"""A constant is decoded and the result is run: the code that matters is not the code that one reads."""

from pratique.rules.dsl import Rule, any_of, flow, use

RULE = Rule(
    summary="runs code that it first decodes from a constant",
    severity="high",
    confidence="high",
    audience="admin",
    line="concealment",
    attack=("T1027", "T1140"),
    since="0.1",
    when=any_of(
        flow("decoded", "code.eval|code.unmarshal|code.unpickle|process.spawn", arg="code|command"),
        use("code.eval|code.unmarshal", traits=("encoded",)),
    ),
)
