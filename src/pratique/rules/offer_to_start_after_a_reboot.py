"""A start-up entry, service or scheduled task can be created. Daemons do so on command."""

from pratique.rules.dsl import Rule, any_of, use

RULE = Rule(
    summary="can make itself start again after a reboot",
    severity="info",
    confidence="medium",
    audience="everything",
    line="target",
    category="malware",
    attack=("T1547", "T1053"),
    since="0.1",
    block=False,
    when=any_of(
        use("persist.startup|persist.schedule"),
        use("fs.write|fs.write-executable|fs.link", "autostart|schedule"),
        use("process.spawn", "scheduler"),
        use("registry.write", target=r"(?i)CurrentVersion\\+Run"),
    ),
)
