"""Files of the user are listed, encrypted, written back and the originals deleted, unasked."""

from pratique.rules.dsl import UNATTENDED, Rule, all_of, any_of, flow, reaches, use

RULE = Rule(
    summary="encrypts files of the user without being asked",
    severity="critical",
    confidence="medium",
    audience="admin",
    line="flow",
    category="malware",
    attack=("T1486",),
    since="0.1",
    when=reaches(
        UNATTENDED,
        any_of(
            all_of(
                use("crypto.encrypt", certainty="transitive"),
                use("fs.list", certainty="transitive"),
                use("fs.read", certainty="transitive"),
                use("fs.write", certainty="transitive"),
                within="function",
            ),
            all_of(
                use("crypto.encrypt", certainty="transitive"),
                flow("fs.read", "fs.write", arg="data", certainty="transitive"),
                use("fs.list", certainty="transitive"),
                within="file",
            ),
        ),
    ),
)
