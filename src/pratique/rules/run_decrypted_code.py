"""What a cipher gives back is run. The key travels beside it or comes later."""

from pratique.rules.dsl import UNATTENDED, Rule, all_of, any_of, flow, reaches, use

RULE = Rule(
    summary="decrypts code and runs it",
    severity="high",
    confidence="high",
    audience="admin",
    line="flow",
    category="malware",
    attack=("T1027.013", "T1140"),
    since="0.1",
    when=any_of(
        flow("crypto.decrypt", "code.eval|code.unmarshal|memory.raw|process.spawn", certainty="transitive"),
        reaches(
            UNATTENDED,
            all_of(
                use("code.eval", "computed", certainty="transitive"),
                use("crypto.decrypt", certainty="transitive"),
                within="function",
            ),
        ),
    ),
)
