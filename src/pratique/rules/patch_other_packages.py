"""Functions of the standard library or of another package are replaced unasked by ones that connect or run code."""

from pratique.rules.dsl import UNATTENDED, Rule, all_of, any_of, flow, reaches, use

RULE = Rule(
    summary="replaces functions of other packages and reports what passes through them",
    severity="high",
    confidence="high",
    audience="admin",
    line="flow",
    category="malware",
    attack=("T1574", "T1056.004"),
    since="0.1",
    when=any_of(
        # What passes through goes to a host that is written here; to this machine, tracers send it.
        reaches(
            UNATTENDED,
            flow(
                "intercepted|runtime.trace",
                "network.*",
                sink_target=r"^(?!(\w+://)?([^/@]*@)?(localhost|127\.|0\.0\.0\.0|\[?::1))\ufffc?(\w+://)?[\w.\[\]:@-]*[\w\]][.:][\w-]+",
                arg="data|url|auth|host",
                certainty="transitive",
            ),
        ),
        reaches(
            UNATTENDED,
            all_of(
                use(
                    "runtime.patch",
                    api="builtins.*|socket.*|ssl.*|requests.*|urllib*|http.*|httpx.*|aiohttp.*|subprocess.*|os.*"
                    "|getpass.*|hashlib.*|hmac.*|cryptography.*|Crypto.*|nacl.*|ecdsa.*|eth_account.*|solders.*|solana.*"
                    "|web3.*|paramiko.*|boto3.*|botocore.*|keyring.*|json.*|pickle.*",
                ),
                flow(
                    "param|input.*",
                    "network.*",
                    arg="data",
                    sink_operand="chat-webhook|paste|tunnel|raw-address|dynamic-dns|file-drop|oast|onion",
                ),
                within="file",
            ),
        ),
        all_of(
            use(
                "runtime.patch",
                api="getpass.*|hashlib.*|hmac.*|cryptography.*|Crypto.*|nacl.*|ecdsa.*|eth_account.*|solders.*"
                "|solana.*|web3.*|keyring.*",
            ),
            flow("param|input.*", "network.*", arg="data|url"),
            within="file",
        ),
    ),
)
