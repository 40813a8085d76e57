"""Code is written into another process or into executable memory, unasked or after decoding it."""

from pratique.rules.dsl import UNATTENDED, Rule, all_of, any_of, flow, reaches, use

RULE = Rule(
    summary="injects code into memory or into other processes",
    severity="high",
    confidence="high",
    audience="admin",
    line="flow",
    category="malware",
    attack=("T1055", "T1620"),
    since="0.1",
    when=any_of(
        reaches(UNATTENDED, use("process.inject", certainty="transitive")),
        flow("network.*|decoded", "memory.raw", certainty="transitive"),
        # Native libraries are handed pictures and tables of their package on use.
        reaches(UNATTENDED, flow("fs.read", "memory.raw", source_operand="package-data", certainty="transitive")),
        reaches(
            UNATTENDED,
            all_of(
                use("memory.raw", certainty="transitive"),
                use("network.http|network.connect", certainty="transitive"),
                within="function",
            ),
        ),
        use("memory.raw|process.inject", traits="encoded|layered"),
    ),
)
