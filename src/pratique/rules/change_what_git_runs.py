"""Hooks or settings of git are changed unasked: code that runs at the next commit, checkout or fetch, anywhere."""

from pratique.rules.dsl import UNATTENDED, Rule, any_of, reaches, use

RULE = Rule(
    summary="changes what git runs without being asked",
    severity="high",
    confidence="high",
    audience="admin",
    line="target",
    category="malware",
    attack=("T1546", "T1554"),
    since="0.1",
    when=reaches(
        UNATTENDED,
        any_of(
            use("fs.write|fs.write-executable|fs.link|fs.permissions", "git-hook", certainty="transitive"),
            use(
                "process.spawn",
                target=r"(?is)\bgit\b.{0,80}\bconfig\b(?=.{0,80}--(?:global|system)\b).{0,80}\b(?:core\.(?:hookspath|fsmonitor"
                r"|sshcommand|gitproxy|askpass)|init\.templatedir|filter\.\S+\.(?:clean|smudge|process))\b",
                certainty="transitive",
            ),
            use(
                "process.spawn",
                target=r"(?is)\bgit\b.{0,80}\bconfig\b.{0,120}\b(?:alias\.\S+|credential\.helper)\s+[\"']?!",
                certainty="transitive",
            ),
        ),
    ),
)
