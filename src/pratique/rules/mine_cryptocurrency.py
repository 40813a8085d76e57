"""A miner is started or a mining pool contacted."""

from pratique.rules.dsl import UNATTENDED, Rule, any_of, reaches, use

RULE = Rule(
    summary="mines cryptocurrency",
    severity="critical",
    confidence="high",
    audience="admin",
    line="target",
    category="malware",
    attack=("T1496",),
    since="0.1",
    when=any_of(
        # A program that is handed a wallet to pay into mines, whoever started it.
        use(
            "process.spawn",
            target=r"(?i)\s--?(w|wallet|u|user|address|o?a)[\s=]+[\"']?((bc1|ltc1|dero1|addr1|xch1|kaspa:|cosmos1)[0-9a-z]{25,}"
            r"|0x[0-9a-f]{40}\b|4[0-9ab][1-9a-z]{93})",
            certainty="transitive",
        ),
        reaches(
            UNATTENDED,
            any_of(
                use("process.spawn", "miner"),
                use("network.*", "mining-pool"),
                use(
                    "process.spawn|network.*",
                    target=r"(?i)\bstratum\+?(tcp|ssl)?://|\bxmrig\b|\bminerd\b|--donate-level",
                ),
            ),
        ),
    ),
)
