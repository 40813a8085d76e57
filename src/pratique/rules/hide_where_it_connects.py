"""The address of a connection stands in the code in encoded form."""

from pratique.rules.dsl import Rule, any_of, use

# "aHR0c" is "http" in base 64; the text of a target that did not fold still shows the constant that went in.
RULE = Rule(
    summary="hides the address that it connects to",
    severity="high",
    confidence="high",
    audience="admin",
    line="concealment",
    category="malware",
    attack=("T1027", "T1132"),
    since="0.1",
    when=any_of(
        use("network.http|network.connect|network.chat", target=r"aHR0c[A-Za-z0-9+/=_-]{15,}"),
        use("network.http|network.connect|network.chat", traits="encoded", target=r"(?i)^(https?|wss?|ftp)://"),
    ),
)
