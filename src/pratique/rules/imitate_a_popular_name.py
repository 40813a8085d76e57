"""A young project whose name is nearly that of a popular one."""

from pratique.rules.dsl import Rule, all_of, context

RULE = Rule(
    summary="is young and has nearly the name of a popular project",
    severity="low",
    confidence="medium",
    audience="researcher",
    line="context",
    category="malware",
    attack=("T1036.005",),
    since="0.1",
    block=False,
    when=all_of(context("imitates"), context("project-age", "^young$"), within="artifact"),
)
