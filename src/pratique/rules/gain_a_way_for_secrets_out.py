"""A release that begins to take secrets somewhere. What a project never did before is no accident of style."""

from pratique.rules.dsl import Rule, all_of, any_of, change, use

_STORES = (
    "ssh-key|cloud-credential|browser-store|wallet|registry-token|messenger-token|password-store"
    "|shell-history|private-key"
)

RULE = Rule(
    summary="takes secrets to another machine, which the release before it did not",
    severity="high",
    confidence="high",
    audience="admin",
    line="change",
    category="malware",
    attack=("T1552.001", "T1041", "T1195.002"),
    since="0.1",
    when=any_of(
        change("added", "flow", rf"({_STORES}|everything|metadata-service)\) → (network|database|cloud|process)\."),
        # An answer of the metadata service leaves, or a store is handed to a program, by ways that no flow follows.
        all_of(
            use("fs.*", _STORES, traits="new", certainty="transitive"),
            change("added", "host"),
            within="file",
        ),
        all_of(
            use("network.*", "metadata-service", traits="new", certainty="transitive"),
            use("network.*", traits="new", target=r"^(?!.{0,12}(169\.254\.|fd00:ec2))[a-z]+:/", certainty="transitive"),
            within="function",
        ),
    ),
)
