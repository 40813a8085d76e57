"""A console script takes the name of a command that people type their secrets into."""

from pratique.rules.dsl import Rule, all_of, entry, use

RULE = Rule(
    summary="installs a command under the name of a system tool and reaches out from it",
    severity="medium",
    confidence="medium",
    audience="admin",
    line="trigger",
    category="malware",
    attack=("T1036.005", "T1574.007"),
    since="0.1",
    when=all_of(
        entry(
            "command",
            via=r"(?i)\bscript\W+(sudo|su|ssh|ssh-add|scp|sftp|login|passwd|bash|sh|zsh|ls|cat|ps|gpg|crontab|mount|kinit)\b",
        ),
        use("network.http|network.connect|process.spawn|code.eval"),
    ),
)
