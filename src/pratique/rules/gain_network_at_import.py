"""A release that begins to reach out before anybody asks it to."""

from pratique.rules.dsl import UNATTENDED, Rule, all_of, any_of, change, reaches, use

# The connection is one fact, new or old: what it carries must make the case for `block`.
RULE = Rule(
    summary="reaches out to the network unasked, which the release before it did not",
    severity="medium",
    confidence="high",
    audience="admin",
    line="change",
    category="malware",
    attack=("T1071.001", "T1195.002"),
    since="0.1",
    block=False,
    when=reaches(
        UNATTENDED,
        all_of(
            any_of(
                use(
                    "network.http|network.transfer|network.mail|network.chat|network.dns",
                    traits="new",
                    certainty="transitive",
                ),
                # Without an address, what receives may be a pipe as well.
                use("network.connect|network.raw", target=".", traits="new", certainty="transitive"),
            ),
            change("added|earlier", "capability|destination|host", r"network\.|\.[a-z0-9-]+$|^[\d.:]+$"),
            within="file",
        ),
    ),
)
