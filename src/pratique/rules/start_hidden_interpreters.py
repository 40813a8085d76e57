"""PowerShell or another interpreter starts with an encoded command, a hidden window or its guards off."""

from pratique.rules.dsl import UNATTENDED, Rule, any_of, reaches, use

RULE = Rule(
    summary="starts an interpreter with a hidden window or an encoded command",
    severity="high",
    confidence="high",
    audience="admin",
    line="concealment",
    category="malware",
    attack=("T1059.001", "T1564.003", "T1027.010"),
    since="0.1",
    when=reaches(
        UNATTENDED,
        any_of(
            use("process.spawn", traits="encoded-command|hidden-window|base64-decode-pipe", certainty="transitive"),
            use(
                "process.spawn",
                target=r"(?i)\b(powershell|pwsh)(\.exe)?\b.{0,200}?[\s\"'][-/](e|ec|en|enc|enco\w*)\s+[\"']?[A-Za-z0-9+/=]{8,}",
                certainty="transitive",
            ),
            use(
                "process.spawn",
                target=r"(?i)\b(powershell|pwsh)(\.exe)?\b.{0,200}?[-/]w(in\w*)?\s+(hidden|1)\b",
                certainty="transitive",
            ),
            use(
                "process.spawn",
                target=r"(?i)\b(powershell|pwsh)(\.exe)?\b.{0,300}(frombase64string|downloadstring|downloadfile|start-bitstransfer)",
                certainty="transitive",
            ),
            use(
                "process.spawn",
                target=r"(?i)\bbase64\s+(-d|-D|--decode)\b[^\n]{0,200}\|\s*(ba|z|da)?sh\b",
                certainty="transitive",
            ),
        ),
    ),
)
