"""The configuration of a build service is written unasked: code that runs with the project's secrets."""

from pratique.rules.dsl import UNATTENDED, Rule, any_of, reaches, use

RULE = Rule(
    summary="writes build-service configuration without being asked",
    severity="high",
    confidence="high",
    audience="admin",
    line="target",
    category="malware",
    attack=("T1195.002", "T1554"),
    since="0.1",
    when=reaches(
        UNATTENDED,
        any_of(
            use("repo.write-ci|repo.push", certainty="transitive"),
            use("network.http", target=r"/contents/\.(github|gitea|forgejo)/workflows/", certainty="transitive"),
            use("fs.write|fs.write-executable", "ci-config", certainty="transitive"),
            use(
                "process.spawn",
                target=r"(?i)\bgit\s+(-\S+\s+\S+\s+)*push\b|actions-runner|\bconfig\.(sh|cmd)\b.*--token",
            ),
        ),
    ),
)
