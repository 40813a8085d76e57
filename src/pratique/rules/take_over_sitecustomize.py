"""A file named sitecustomize or usercustomize is shipped at the top level. That name belongs to the machine's owner."""

from pratique.rules.dsl import Rule, entry

RULE = Rule(
    summary="ships a sitecustomize or usercustomize module",
    severity="medium",
    confidence="medium",
    audience="admin",
    line="trigger",
    category="malware",
    attack=("T1546.018", "T1574"),
    since="0.1",
    when=entry("startup", via=r"(?i)(site|user)customize"),
)
