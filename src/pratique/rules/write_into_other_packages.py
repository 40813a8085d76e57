"""Files of another installed package are written unasked."""

from pratique.rules.dsl import Rule, all_of, any_of, flow, reaches, use

RULE = Rule(
    summary="writes into the files of other packages",
    severity="high",
    confidence="medium",
    audience="admin",
    line="target",
    category="malware",
    attack=("T1554", "T1574"),
    since="0.1",
    when=reaches(
        ("install", "startup", "import", "plugin"),
        any_of(
            use("fs.write|fs.write-executable|fs.link", "site-packages", certainty="transitive"),
            use(
                "fs.write|fs.write-executable",
                target=r"(site|dist)-packages[/\\][A-Za-z0-9_]+([/\\][^\n]*)?\.pyc?$",
                certainty="transitive",
            ),
            flow(
                "host.software",
                "fs.write|fs.write-executable",
                source_operand="site-packages",
                sink_target=r"\.pyc?$",
                arg="path",
                certainty="transitive",
            ),
            all_of(
                use(
                    "fs.write|fs.write-executable",
                    target=r"^\ufffc[/\\][A-Za-z_]\w*[/\\]\S*\.py$",
                    certainty="transitive",
                ),
                use("host.software", "site-packages", certainty="transitive"),
                within="function",
            ),
        ),
    ),
)
