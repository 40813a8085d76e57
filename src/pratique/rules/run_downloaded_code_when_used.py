"""Code that arrives over the network runs when the package is used. Updaters and model hubs do so honestly."""

from pratique.rules.dsl import Rule, any_of, flow

RULE = Rule(
    summary="downloads code and runs it when it is used",
    severity="medium",
    confidence="medium",
    audience="researcher",
    line="flow",
    category="malware",
    attack=("T1105",),
    since="0.1",
    block=False,
    when=any_of(
        flow("network.*", "code.eval|code.unmarshal|code.load-native|memory.raw", certainty="transitive"),
        flow("network.*", "process.spawn|code.import", arg="file", certainty="transitive"),
    ),
)
