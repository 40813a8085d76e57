"""Members of the archive are named so that unpacking puts them outside of the folder that they are unpacked into."""

from pratique.rules.dsl import Rule, problem

RULE = Rule(
    summary="holds files that would land outside of its folder",
    severity="high",
    confidence="high",
    audience="admin",
    line="target",
    category="malware",
    attack=("T1574", "T1036"),
    since="0.1",
    when=problem("name-parent|name-absolute|name-drive|through-link", severity="hostile|fatal"),
)
