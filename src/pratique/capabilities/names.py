"""What the name of an environment variable or of a parameter promises."""

from __future__ import annotations

import re
from functools import lru_cache

MAX_NAME = 256
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SECRET_WORDS = frozenset({
    "TOKEN", "SECRET", "SECRETS", "PASSWORD", "PASSWD", "PASSPHRASE", "APIKEY", "CREDENTIAL", "CREDENTIALS", "CREDS",
    "MNEMONIC", "AUTHTOKEN", "COOKIE", "PAT", "PRIVATEKEY", "SECRETKEY", "ACCESSKEY", "KEYPAIR",
})  # fmt: skip
_SECRET_ENDS = ("_KEY", "_PASS", "_PWD", "_KEY_ID", "_AUTH_SOCK", "_DSN", "_SIGNING_KEY_DATA", "_KEY_BASE64")
_HARMLESS_KEYS = ("_PUBLIC_KEY", "_KEY_FILE", "SORT_KEY", "PRIMARY_KEY", "CACHE_KEY", "FOREIGN_KEY", "_KEY_NAME")
_CI = re.compile(
    r"CI|CI_\w+|GITHUB_\w+|GITLAB_\w+|RUNNER_\w+|JENKINS_\w+|TRAVIS\w*|CIRCLE\w+|TF_BUILD|TEAMCITY\w*|BUILDKITE\w*|"
    r"CODEBUILD_\w+|DRONE\w*|APPVEYOR\w*|BITBUCKET_\w+|BUILD_(?:ID|NUMBER|URL)|CONTINUOUS_INTEGRATION|SYSTEM_TEAM\w+|"
    r"NETLIFY|VERCEL|READTHEDOCS|ACTIONS_\w+|AZURE_HTTP_USER_AGENT|CF_PAGES|RENDER|WOODPECKER\w*"
)
_HOST = re.compile(
    r"USERNAME|USER|LOGNAME|COMPUTERNAME|HOSTNAME|HOST|USERDOMAIN\w*|LOGONSERVER|SESSIONNAME|SSH_(?:CONNECTION|CLIENT)|"
    r"SUDO_USER|PROCESSOR_\w+|NUMBER_OF_PROCESSORS|OS|USERDNSDOMAIN|CLIENTNAME|KUBERNETES_\w+|NODE_NAME|POD_NAME"
)
_NOT_SECRET_TOKENS = frozenset({
    "pad", "eos", "bos", "unk", "cls", "sep", "mask", "next", "page", "continuation", "csrf", "special", "start", "end",
    "stop", "prev", "previous", "cancel", "sync", "last", "first", "new", "num", "max", "image", "sot", "eot", "begin",
    "trigger", "placeholder", "delimiter", "lookahead", "current", "peek", "continue", "cancellation", "audio", "video",
})  # fmt: skip
_WALLET = frozenset({
    "mnemonic", "mnemonics", "mnemonic_phrase", "seed_phrase", "seedphrase", "seed_words", "recovery_phrase",
    "wallet_seed", "secret_seed", "wallet", "wallet_key", "keystore", "secret_phrase", "backup_phrase",
})  # fmt: skip
_PRIVATE_KEY = frozenset({
    "private_key", "privatekey", "priv_key", "privkey", "keypair", "key_pair", "signing_key", "privatekeys",
    "private_keys", "secret_exponent", "wif", "xprv", "ssh_key", "rsa_key", "pkey",
})  # fmt: skip
_PASSWORD = re.compile(r"(?:\w+_)?(?:password|passwd|passphrase|passcode|pwd)s?")
_SECRET = re.compile(
    r"(?:\w+_)?(?:secret|api_?key|apikey|access_?key|secret_?key|auth_?key|credentials?|creds|bearer|jwt|"
    r"client_secret|authorization|session_id|sessionid|otp|totp|pin_code|cvv|card_number|private_token)"
)
_TOKEN = re.compile(r"(?:(\w+?)_)?token")
_CONTENT = frozenset({
    "file_content", "file_contents", "filecontent", "file_data", "file_bytes", "source_code", "file_text", "raw_file",
    "message_content", "clipboard", "screenshot", "keystrokes",
})  # fmt: skip


@lru_cache(maxsize=4_096)
def env(name: str) -> str:
    """Return the class of an environment variable: env-secret, ci, host; "" for paths, locale and settings."""
    upper = name[:MAX_NAME].strip().upper()
    if _is_secret(upper):
        return "env-secret"
    if _CI.fullmatch(upper):
        return "ci"
    return "host" if _HOST.fullmatch(upper) else ""


def _is_secret(upper: str) -> bool:
    if upper.endswith(_HARMLESS_KEYS):
        return False
    words = set(re.split(r"[^A-Z0-9]+", upper))
    return bool(words & _SECRET_WORDS) or upper.endswith(_SECRET_ENDS) or upper in {"KEY", "PRIVATE_KEY", "API_KEY"}


@lru_cache(maxsize=4_096)
def param(name: str) -> str:
    """Return the class that a parameter's name promises: wallet, private-key, password, secret, seed, content or ""."""
    plain = _CAMEL.sub("_", name[:MAX_NAME].strip("*_ ")).lower()
    if plain in _WALLET:
        return "wallet"
    if plain in _PRIVATE_KEY or plain.endswith(("_private_key", "_privkey", "_keypair")):
        return "private-key"
    if _PASSWORD.fullmatch(plain):
        return "password"
    if _SECRET.fullmatch(plain):
        return "secret"
    token = _TOKEN.fullmatch(plain)
    if token and (token[1] or "").rpartition("_")[2] not in _NOT_SECRET_TOKENS:
        return "secret"
    if plain in _CONTENT:
        return "content"
    return "seed" if plain in {"seed", "seed_bytes", "entropy"} else ""
