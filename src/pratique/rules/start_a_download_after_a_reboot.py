"""What is downloaded is put on the disk, and something is made to run at every start of the machine, unasked."""

from pratique.rules.dsl import Rule, all_of, any_of, flow, reaches, use

RULE = Rule(
    summary="downloads something and arranges that it runs again later",
    severity="high",
    confidence="high",
    audience="admin",
    line="flow",
    category="malware",
    attack=("T1105", "T1547", "T1053"),
    since="0.1",
    when=reaches(
        ("install", "startup", "import"),
        all_of(
            flow("network.*", "fs.write|fs.write-executable", arg="data", certainty="transitive"),
            any_of(
                use("persist.startup|persist.schedule|persist.shell-rc", certainty="transitive"),
                use("fs.write|fs.write-executable|fs.link", "autostart|schedule|shell-rc", certainty="transitive"),
                use("registry.write", target=r"(?i)CurrentVersion\\+Run", certainty="transitive"),
            ),
            within="file",
        ),
    ),
)
