"""A command of the system that prints stored credentials is run unasked."""

from pratique.rules.dsl import UNATTENDED, Rule, any_of, flow, reaches, use

RULE = Rule(
    summary="runs commands that print stored credentials",
    severity="high",
    confidence="high",
    audience="admin",
    line="target",
    category="malware",
    attack=("T1555", "T1003"),
    since="0.1",
    when=any_of(
        reaches(
            UNATTENDED,
            use(
                "process.spawn",
                target=r"(?i)\b(security\s+(dump-keychain|find-(generic|internet)-password)|netsh\b.{0,80}key\s*=\s*clear|cmdkey\s+/list"
                r"|vaultcmd\b|mimikatz|lazagne|secretsdump|procdump\b.{0,60}lsass|comsvcs\.dll|reg(\.exe)?\s+save\s+hklm\\+(sam|system|security)"
                r"|(cat|cp|type)\s+\S*(/etc/shadow|login data|key4\.db))",
                certainty="transitive",
            ),
        ),
        flow("process.spawn", "network.*", source_operand="credential-dump", arg="data", certainty="transitive"),
    ),
)
