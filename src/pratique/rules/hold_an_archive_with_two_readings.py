"""A container is built so that two readers see different files."""

from pratique.rules.dsl import Rule, problem

RULE = Rule(
    summary="is or holds an archive that two readers read differently",
    severity="high",
    confidence="medium",
    audience="admin",
    line="concealment",
    attack=("T1027",),
    since="0.1",
    when=problem(
        "duplicate-differs|polyglot|zip-several-ends|zip-directories-differ|zip-directory-missing|zip-local-only"
        "|zip-member-inside|zip-overlap|zip-names-differ|zip-unicode-path|zip-headers-differ|zip64-mismatch"
        "|tar-checksum|tar-number|tar-sizes-differ|tar-names-differ|tar-global-override|tar-after-end",
        severity="hostile|fatal",
    ),
)
