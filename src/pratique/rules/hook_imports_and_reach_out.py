"""An import hook or trace function is installed when Python starts, next to connections, processes or decoded code."""

from pratique.rules.dsl import UNATTENDED, Rule, all_of, any_of, reaches, use

RULE = Rule(
    summary="hooks imports and connects or runs hidden code",
    severity="medium",
    confidence="medium",
    audience="admin",
    line="trigger",
    category="malware",
    attack=("T1574", "T1546"),
    since="0.1",
    when=any_of(
        reaches(
            "startup",
            all_of(
                use("runtime.hook-import|runtime.trace", certainty="transitive"),
                any_of(
                    use("network.http|network.connect|network.dns", certainty="transitive"),
                    use("process.spawn", certainty="transitive"),
                    use("code.eval|code.unmarshal", traits="encoded|layered"),
                ),
            ),
        ),
        reaches(
            UNATTENDED,
            all_of(
                use("runtime.hook-import|runtime.trace", traits="layered|encoded|dynamic-name"),
                use("network.http|network.connect|network.dns|process.spawn"),
            ),
        ),
    ),
)
