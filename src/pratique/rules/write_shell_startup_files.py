"""The start-up file of a shell is written unasked: code that runs in every terminal from then on."""

from pratique.rules.dsl import UNATTENDED, Rule, any_of, reaches, use

RULE = Rule(
    summary="writes to the start-up files of shells without being asked",
    severity="high",
    confidence="high",
    audience="admin",
    line="target",
    category="malware",
    attack=("T1546.004",),
    since="0.1",
    when=reaches(
        UNATTENDED,
        any_of(
            use("persist.shell-rc", certainty="transitive"),
            use("fs.write|fs.write-executable", "shell-rc", certainty="transitive"),
            use("process.spawn", target=r">>?\s*\S*(\.bashrc|\.zshrc|\.bash_profile|\.zprofile|\.profile)\b"),
        ),
    ),
)
