"""A harmless program is started while the package is installed, only to show that code runs: who am I, a calculator."""

from pratique.rules.dsl import Rule, any_of, reaches, use

_WHO = r"(?i)^\s*((ba)?sh -c |cmd(\.exe)? /c )?[\"']?(/usr)?(/bin/)?(whoami|id|quser|net user)\b[\s/a-z-]*[\"']?$"
_SEEN = (
    r"(?i)^\s*((cmd(\.exe)? /c |start |open -a |[a-z]:)[\w\\ ]*)?"
    r"(calc(\.exe)?|calculator(\.app)?|gnome-calculator|notepad(\.exe)?)\s*$"
)
RULE = Rule(
    summary="starts a program while it is installed that only proves that it can",
    severity="high",
    confidence="medium",
    audience="admin",
    line="trigger",
    category="malware",
    attack=("T1033", "T1059"),
    since="0.1",
    when=any_of(
        reaches(
            ("install", "build", "startup"),
            use("process.spawn", target=_WHO, certainty="transitive"),
        ),
        reaches(
            ("install", "build", "startup", "import"),
            use("process.spawn", target=_SEEN, certainty="transitive"),
        ),
    ),
)
