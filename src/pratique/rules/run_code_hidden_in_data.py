"""Code comes out of a picture, a sound or another data file of the package and runs."""

from pratique.rules.dsl import UNATTENDED, Rule, any_of, flow, reaches

RULE = Rule(
    summary="runs code that it hides in a data file",
    severity="critical",
    confidence="high",
    audience="admin",
    line="concealment",
    category="malware",
    attack=("T1027.003", "T1027.009", "T1140"),
    since="0.1",
    when=any_of(
        flow("data.hidden", "code.eval|code.unmarshal|process.spawn|memory.raw", certainty="transitive"),
        flow(
            "fs.read",
            "code.eval|code.unmarshal|memory.raw",
            source_text=r"(?i)\.(png|jpe?g|gif|bmp|ico|svg|webp|wav|mp3|ogg|mp4|ttf|woff2?|pdf|css|dat|bin|db|whl|zip)$",
            arg="code|data",
            certainty="transitive",
        ),
        reaches(
            UNATTENDED,
            flow("fs.read", "code.unmarshal|memory.raw", source_operand="package-data", certainty="transitive"),
        ),
        reaches(
            UNATTENDED,
            flow(
                "fs.read",
                "code.eval|process.spawn",
                source_operand="package-data",
                arg="code|command",
                traits="encoded|layered",
            ),
        ),
    ),
)
