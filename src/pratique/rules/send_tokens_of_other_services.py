"""The token of a well-known service leaves as data, not as a login, for a host that is not that service's."""

from pratique.rules.dsl import Rule, flow

_SERVICES = (
    r"openai|anthropic|claude|gemini|github|gitlab|aws|azure|stripe|huggingface|pypi|twine|npm|slack|discord|digitalocean"
    r"|cloudflare|heroku|sendgrid|twilio|binance|coinbase|gcp|google"
)
_HOST = r"^(?!(\w+://)?([^/@]*@)?(localhost|127\.|0\.0\.0\.0|\[?::1))(\w+://)?[\w.\[\]:@-]*[\w\]][.:][\w-]+"
RULE = Rule(
    summary="sends the token of another service to a host of its own",
    severity="high",
    confidence="high",
    audience="admin",
    line="flow",
    category="malware",
    attack=("T1552.001", "T1528", "T1041"),
    since="0.1",
    when=flow(
        "env.read",
        "network.*",
        source_operand="env-secret",
        source_text=rf"(?i)^({_SERVICES}|hf|gh)_",
        sink_target=rf"(?i)^(?!.*({_SERVICES}|amazon)){_HOST[1:]}",
        arg="data|url",
        certainty="transitive",
    ),
)
