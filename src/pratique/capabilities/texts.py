"""What a piece of text is: wallet addresses, keys, bot tokens, patterns that look for them, mining pools."""

from __future__ import annotations

import hashlib
import re

MAX_TEXT = 65_536
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VERSIONS = frozenset({0x00, 0x05, 0x30, 0x32, 0x1E, 0x16, 0x41, 0x4C})
"""First bytes of addresses: Bitcoin, Litecoin, Dogecoin, TRON, Dash (each chain's chainparams)."""
_SHAPES = (
    ("private-key-text", re.compile(r"-----BEGIN (?:RSA |EC |DSA |OPENSSH |ENCRYPTED |PGP )?PRIVATE KEY")),
    ("mining-pool-text", re.compile(r"stratum\+(?:tcp|ssl|tls)://|stratum[12]\+tcp", re.IGNORECASE)),
    ("token-pattern", re.compile(r"\[\\w[_.\-\\]*\]\{2[0-9](?:,\d+)?\}\\\.\[\\w|mfa\\\.\[\\w|dqw4w9wgxcq:", re.IGNORECASE)),
    ("token-pattern", re.compile(r"(?:AKIA|ghp_|github_pat_|xox\[?|sk-|npm_|glpat-|AIza)[^\s]{0,12}\[[^\]\s]{2,40}\]\{\d", re.IGNORECASE)),
    ("wallet-pattern", re.compile(r"0x\[[a-fA-F0-9-]{3,12}\]\{40\}|\[13\]\[[a-km-zA-HJ-NP-Z0-9-]{5,40}\]\{2\d|bc1[^\s]{0,20}\[[^\]\s]{2,40}\]\{\d|4\[0-9AB\]\[|\bT\[[A-Za-z1-9-]{5,40}\]\{3[23]")),
    ("bot-token", re.compile(r"(?<![\w:])\d{8,10}:[A-Za-z0-9_-]{35}(?![\w-])")),
    ("bot-token", re.compile(r"(?<![\w.-])[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,38}(?![\w-])")),
    ("cloud-key-text", re.compile(r"(?<![A-Za-z0-9])(?:AKIA|ASIA)[0-9A-Z]{16}(?![0-9A-Za-z])|(?<![A-Za-z0-9])gh[pousr]_[A-Za-z0-9]{36}(?![0-9A-Za-z])")),
    ("cloud-key-text", re.compile(r"(?<![A-Za-z0-9])(?:xox[abprs]-\d{8,14}-[\w-]{10,80}|AIza[0-9A-Za-z_-]{35}|glpat-[\w-]{20}|npm_[A-Za-z0-9]{36})(?![\w-])")),
    ("wallet-address", re.compile(r"(?<![0-9A-Za-z])0x[0-9a-fA-F]{40}(?![0-9A-Za-z])")),
    ("wallet-address", re.compile(r"(?<![0-9A-Za-z])(?:bc1|ltc1)[02-9ac-hj-np-z]{38,59}(?![0-9A-Za-z])")),
    ("wallet-address", re.compile(r"(?<![0-9A-Za-z])[48][0-9AB][1-9A-HJ-NP-Za-km-z]{93}(?![0-9A-Za-z])")),
)  # fmt: skip
"""Documented shapes: RFC 7468 labels, Telegram's and Discord's tokens, BIP 173, EIP-55, Monero; keys as their issuers'
secret-scanning pages give them."""
_BASE58_WORD = re.compile(r"(?<![0-9A-Za-z])[1-9A-HJ-NP-Za-km-z]{26,44}(?![0-9A-Za-z])")
_MAX_CANDIDATES = 64


def text(value: str) -> str:
    """Return the class of a text, or of the most telling thing in it; "" for nothing special."""
    capped = value[:MAX_TEXT]
    if len(capped) < 8:
        return ""
    for kind, shape in _SHAPES:
        if shape.search(capped):
            return kind
    candidates = [match[0] for _, match in zip(range(_MAX_CANDIDATES), _BASE58_WORD.finditer(capped), strict=False)]
    if any(_is_base58check(word) for word in candidates) or (
        candidates == [capped.strip()] and _is_solana(candidates[0])
    ):
        return "wallet-address"
    return ""


def _decoded(word: str) -> bytes:
    number = 0
    for letter in word:
        number = number * 58 + _BASE58.index(letter)
    zeros = len(word) - len(word.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def _is_base58check(word: str) -> bool:
    """Return whether a word is an address with a true checksum: chance alone is one in four thousand million."""
    raw = _decoded(word) if len(word) <= 36 else b""
    digest = hashlib.sha256(hashlib.sha256(raw[:-4]).digest()).digest()
    return len(raw) == 25 and raw[0] in _VERSIONS and digest[:4] == raw[-4:]


def _is_solana(word: str) -> bool:
    """Return whether a whole text is a 32-byte key in base 58; Solana's addresses have no checksum."""
    mixed = any(c.isdigit() for c in word) and any(c.isupper() for c in word) and any(c.islower() for c in word)
    return len(word) >= 43 and mixed and len(_decoded(word)) == 32
