"""A .pth, sitecustomize or usercustomize file is written while the package runs: code for every later interpreter."""

from pratique.rules.dsl import Rule, all_of, any_of, flow, reaches, use

RULE = Rule(
    summary="writes code into Python's own start-up files",
    severity="high",
    confidence="high",
    audience="admin",
    line="target",
    category="malware",
    attack=("T1546.018",),
    since="0.1",
    when=any_of(
        reaches(
            ("startup", "import", "plugin"),
            any_of(
                use("persist.python-startup", certainty="transitive"),
                use("fs.write|fs.write-executable", "python-startup", certainty="transitive"),
                flow(
                    "host.software",
                    "fs.write|fs.write-executable",
                    source_operand="site-packages",
                    sink_target=r"^\ufffc[/\\][\w.-]+\.(pth|start)$",
                    arg="path",
                    certainty="transitive",
                ),
                all_of(
                    use(
                        "fs.write|fs.write-executable",
                        target=r"^\ufffc[/\\][\w.-]+\.(pth|start)$",
                        certainty="transitive",
                    ),
                    use("host.software", "site-packages", certainty="transitive"),
                    within="function",
                ),
            ),
        ),
        reaches(
            ("install", "build"),
            any_of(
                flow("network.*|decoded", "persist.python-startup|fs.write", sink_operand="python-startup", arg="data"),
                use("fs.write|persist.python-startup", "python-startup", target=r"(site|user)customize\.py$"),
                use("fs.write|persist.python-startup", "python-startup", traits="encoded|layered|silenced"),
            ),
        ),
    ),
)
