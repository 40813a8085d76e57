"""The names of exec, system or a socket are put together at run time, so that a search for them finds nothing."""

from pratique.rules.dsl import UNATTENDED, Rule, all_of, any_of, reaches, use

RULE = Rule(
    summary="puts the names of dangerous functions together at run time",
    severity="high",
    confidence="medium",
    audience="admin",
    line="concealment",
    category="malware",
    attack=("T1027", "T1620"),
    since="0.1",
    when=reaches(
        UNATTENDED,
        any_of(
            use("process.spawn|process.inject|code.eval|code.unmarshal", traits="dynamic-name", certainty="transitive"),
            all_of(
                use("reflect", "computed", traits="obfuscated", certainty="transitive"),
                use(
                    "package.install|process.spawn|code.eval|code.import|network.*", "computed", certainty="transitive"
                ),
                within="function",
            ),
            use("network.http|network.connect", traits=("dynamic-name", "encoded|layered|silenced")),
        ),
    ),
)
