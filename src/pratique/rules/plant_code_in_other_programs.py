"""Files of a browser, a wallet or a chat client are written unasked: that is how stealers stay."""

from pratique.rules.dsl import UNATTENDED, Rule, any_of, reaches, use

RULE = Rule(
    summary="changes the files of browsers, wallets or chat clients",
    severity="high",
    confidence="high",
    audience="admin",
    line="target",
    category="malware",
    attack=("T1554", "T1176"),
    since="0.1",
    when=reaches(
        UNATTENDED,
        any_of(
            use(
                "fs.write|fs.write-executable|fs.link",
                "browser-store|wallet|messenger-token|password-store|ssh-key",
                certainty="transitive",
            ),
            use(
                "fs.write|fs.write-executable|fs.link",
                target=r"[/\\]\.(vscode(-\w+)?|cursor|windsurf)[/\\]extensions[/\\]",
                certainty="transitive",
            ),
        ),
    ),
)
