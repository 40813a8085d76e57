"""Code comes out of a picture, a sound or another data file of the package and runs."""

from pratique.rules.dsl import UNATTENDED, Rule, all_of, any_of, flow, reaches, use

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
            "code.eval|memory.raw",
            source_text=r"(?i)\.(png|jpe?g|gif|bmp|ico|svg|webp|wav|mp3|ogg|mp4|ttf|woff2?|pdf|css|dat|bin|db|whl|zip)$",
            arg="code|data",
            certainty="transitive",
        ),
        flow(
            "fs.read|fs.archive",
            "process.spawn|code.load-native|code.eval",
            source_operand="package-data",
            source_text=r"(?i)\.(png|jpe?g|gif|bmp|ico|webp|wav|mp3|ogg|mp4|ttf|woff2?|pdf)$",
            arg="file",
            certainty="transitive",
        ),
        reaches(
            UNATTENDED,
            flow("fs.read", "memory.raw", source_operand="package-data", certainty="transitive"),
        ),
        # Marshal is a data format too (caches of tables); it is code where something runs what comes out.
        reaches(
            UNATTENDED,
            all_of(
                flow("fs.read", "code.unmarshal", source_operand="package-data", certainty="transitive"),
                use("code.eval", certainty="transitive"),
                within="file",
            ),
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
