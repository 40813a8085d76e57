"""What a piece of text is: wallet addresses, keys, bot tokens, patterns that look for them, mining pools."""

from __future__ import annotations

import hashlib
import re

from pratique.capabilities.shapes import first

MAX_TEXT = 65_536
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VERSIONS = frozenset({0x00, 0x05, 0x30, 0x32, 0x1E, 0x16, 0x41, 0x4C})
"""First bytes of addresses: Bitcoin, Litecoin, Dogecoin, TRON, Dash (each chain's chainparams)."""
_BASE58_WORD = re.compile(r"(?<![0-9A-Za-z])[1-9A-HJ-NP-Za-km-z]{26,44}(?![0-9A-Za-z])")
_MAX_CANDIDATES = 64


def text(value: str) -> str:
    """Return the class of a text, or of the most telling thing in it; "" for nothing special."""
    capped = value[:MAX_TEXT]
    if len(capped) < 8:
        return ""
    if kind := first("text", capped):
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
