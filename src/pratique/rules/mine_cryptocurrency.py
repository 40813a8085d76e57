"""A miner is started or a mining pool contacted."""

from pratique.rules.dsl import UNATTENDED, Rule, any_of, reaches, use

RULE = Rule(
    summary="mines cryptocurrency without being asked",
    severity="critical",
    confidence="high",
    audience="admin",
    line="target",
    category="malware",
    attack=("T1496",),
    since="0.1",
    when=reaches(
        UNATTENDED,
        any_of(
            use("process.spawn", "miner"),
            use("network.*", "mining-pool"),
            use("process.spawn|network.*", target=r"(?i)\bstratum\+?(tcp|ssl)?://|\bxmrig\b|\bminerd\b|--donate-level"),
        ),
    ),
)
