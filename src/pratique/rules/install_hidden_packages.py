"""A package is installed from a raw address, a drop site or an encoded name."""

from pratique.rules.dsl import UNATTENDED, Rule, any_of, reaches, use

RULE = Rule(
    summary="installs packages from places that no index vouches for",
    severity="high",
    confidence="medium",
    audience="admin",
    line="target",
    category="malware",
    attack=("T1195.001", "T1105"),
    since="0.1",
    when=reaches(
        UNATTENDED,
        any_of(
            use("package.install", traits="encoded|layered", certainty="transitive"),
            use(
                "process.spawn|package.install",
                target=r"(?i)\bpip[\d.]*\s+install\b[^\n]*(https?://\d+\.\d+\.\d+\.\d+|--trusted-host|(-i|--(extra-)?index-url)[\s=]+http://)",
                certainty="transitive",
            ),
            use("process.spawn", "package-install", traits="encoded|layered", certainty="transitive"),
        ),
    ),
)
