"""Native code is loaded from a temporary folder, a download or a decoded constant."""

from pratique.rules.dsl import UNATTENDED, Rule, any_of, flow, reaches, use

RULE = Rule(
    summary="loads native code from a temporary or decoded file",
    severity="high",
    confidence="medium",
    audience="admin",
    line="concealment",
    category="malware",
    attack=("T1129", "T1574.002"),
    since="0.1",
    when=any_of(
        reaches(
            UNATTENDED,
            use(
                "code.load-native",
                target=r"(?i)^(/tmp/|/var/tmp/|/dev/shm/)|[\\/](temp|appdata)[\\/]|%temp%|%appdata%",
                certainty="transitive",
            ),
        ),
        flow("decoded", "code.load-native", certainty="transitive"),
        reaches(UNATTENDED, use("code.load-native", traits="encoded|layered", certainty="transitive")),
    ),
)
