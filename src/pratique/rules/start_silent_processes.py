"""A process is started so that it outlives its parent and says nothing, while the package is installed or imported."""

from pratique.rules.dsl import Rule, all_of, any_of, reaches, use

RULE = Rule(
    summary="starts silent processes without being asked",
    severity="medium",
    confidence="medium",
    audience="admin",
    line="concealment",
    category="malware",
    attack=("T1564.003", "T1059"),
    since="0.1",
    when=reaches(
        ("install", "startup", "import"),
        any_of(
            use("process.spawn", traits="detached|hidden-window", certainty="transitive"),
            use("process.spawn", "python|node|powershell", traits="silenced", certainty="transitive"),
            use("process.spawn", target=r"(?i)\bnohup\b|\bsetsid\b|&\s*disown|\bstart\s+/b\b|pythonw(\.exe)?\b"),
            all_of(
                use("process.spawn", certainty="transitive"),
                use("process.hide-window|process.detach", certainty="transitive"),
                within="function",
            ),
            all_of(
                use("process.fork", certainty="transitive"),
                use("process.detach", certainty="transitive"),
                use("network.http|network.connect|code.eval"),
                within="file",
            ),
        ),
    ),
)
