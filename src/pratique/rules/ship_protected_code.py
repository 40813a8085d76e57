"""Code is shipped in a form that keeps people from reading it. The registry's rules do not allow it."""

from pratique.rules.dsl import Rule, any_of, unknown, use

RULE = Rule(
    summary="ships code that is protected against reading",
    severity="medium",
    confidence="high",
    audience="admin",
    line="policy",
    category="policy",
    attack=("T1027.002",),
    since="0.1",
    when=any_of(
        use("*", traits="protected"),
        use("*", api="pyarmor_runtime*|pytransform*|sourcedefender*|*.__pyarmor__"),
        unknown("opaque", reason=r"(?i)pyarmor|sourcedefender|protector|protected"),
    ),
)
