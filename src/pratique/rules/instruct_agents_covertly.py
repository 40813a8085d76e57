"""A file for coding agents tells them to act behind their user's back, or to hand secrets to a host."""

from pratique.rules.dsl import Rule, all_of, any_of, reaches, use

_COVERT = (
    r"\b(?:do\s*n[o']t|do not|never|without|no need to)\b.{0,40}"
    r"(?:\b(?:tell|mention|inform|notify|alert|ask)\w*\b.{0,60}"
    r"\b(?:users?|developers?|humans?|operators?|owners?|anyone|them|permission|confirmation|approval|this|it)\b"
    r"|\b(?:show|reveal|report|disclose|display|explain|print|log)\w*\b.{0,20}"
    r"\b(?:this|it|these|that you|the (?:command|step|action|output|request))\b)"
    r"|\b(?:silently|secretly|covertly|stealthily)\b"
    r"|\b(?:ignore|disregard|forget|override)\b.{0,30}\b(?:all|any|previous|prior|earlier|above|other|system)\b.{0,30}"
    r"\b(?:instructions?|rules?|prompts?|guidelines|policies)\b"
)
_POSTS = r"\bcurl\b.{0,300}\s(?:-d|--data\S*|-F|--form\S*|-T|--upload-file|-X\s*(?:POST|PUT))\b"
_SENDS = r"\b(?:post|send|upload|transmit|exfiltrate|forward|submit|leak)\w*\b.{0,200}\b(?:to|at|via)\b.{0,60}https?://"
_ACTS = (
    r"\b(?:curl|wget|iwr|irm|invoke-webrequest)\b.{0,300}\|\s*(?:sudo\s+)?(?:(?:ba|z|da)?sh|iex|invoke-expression|python3?|node)\b"
    r"|\b(?:ba|z|da)?sh\s+(?:-c\s+)?[\"']?\s*(?:<\(|\$\(|`)\s*(?:curl|wget)\b"
    r"|\b(?:run|execute|eval|install)\w*\b.{0,80}https?://"
)
_PLACE = (
    r"(?:[~/\\]\.(?:ssh|aws|gnupg|kube|docker|npmrc|pypirc|netrc|git-credentials)\b|\bid_(?:rsa|ed25519|ecdsa)\b"
    r"|[\s`'\"/]\.env\b|\bprintenv\b)"
)
_NAMED = (
    r"(?:\b(?:private|ssh|api|access|secret)[ _-]?keys?\b"
    r"|\b(?:credentials?|seed phrases?|mnemonics?|wallets?|cookies)\b"
    r"|\b(?:tokens?|passwords?|secrets?|environment variables)\b)"
)
_SENDS_THEM = (
    rf"\b(?:post|send|upload|transmit|exfiltrate|forward|submit|leak)\w*\b.{{0,100}}{_NAMED}.{{0,100}}https?://"
)

RULE = Rule(
    summary="tells coding agents to act behind their user's back",
    severity="high",
    confidence="high",
    audience="admin",
    line="concealment",
    category="malware",
    attack=("T1204", "T1059"),
    since="0.1",
    when=reaches(
        "agent",
        any_of(
            all_of(
                use("agent.tell", target=f"(?i){_COVERT}"),
                use("agent.tell", target=f"(?i){_ACTS}|{_POSTS}|{_SENDS}"),
                within="file",
            ),
            use("agent.tell", target=rf"(?i)^(?=.*{_PLACE}).*(?:{_POSTS}|{_SENDS})|{_SENDS_THEM}"),
            use("agent.tell", traits="hidden-from-view", target=f"(?i){_ACTS}|{_POSTS}|{_SENDS}|{_COVERT}"),
        ),
    ),
)
