"""A copy of a known project under another name, with something that the original does not do and nobody asked for."""

from pratique.rules.dsl import UNATTENDED, Rule, all_of, context, reaches, use

RULE = Rule(
    summary="copies another project and adds what runs without being asked",
    severity="high",
    confidence="high",
    audience="admin",
    line="change",
    category="malware",
    attack=("T1036.005", "T1195.002"),
    since="0.1",
    when=all_of(
        reaches(
            UNATTENDED,
            use(
                "network.http|network.connect|network.transfer|process.spawn|code.eval|code.unmarshal|persist.*"
                "|memory.raw",
                traits="new",
                certainty="transitive",
            ),
        ),
        context("copies"),
        within="artifact",
    ),
)
