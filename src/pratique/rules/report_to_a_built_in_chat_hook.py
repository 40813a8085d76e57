"""A chat hook or bot is spoken to whose key is part of the code. The key is the author's, so are the messages."""

from pratique.rules.dsl import Rule, use

# A chat that the user chooses comes with the user's key; here id and key stand in the address itself.
RULE = Rule(
    summary="talks to a chat hook whose key it ships",
    severity="high",
    confidence="high",
    audience="admin",
    line="target",
    category="malware",
    attack=("T1567.004", "T1102.003"),
    since="0.1",
    when=use(
        "network.*",
        target=r"(?i)/bot\d{6,12}(:|%3a)[\w-]{20,}|/webhooks/\d{6,}/[\w-]{20,}|/services/T\w{6,12}/B\w{6,12}/\w{12,}"
        r"|/webhook/send\?key=[\w-]{20,}|/robot/send\?access_token=\w{20,}|/bot/v2/hook/[\w-]{20,}",
        certainty="transitive",
    ),
)
