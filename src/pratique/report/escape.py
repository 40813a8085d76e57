"""Package text is data: nothing of it may steer a terminal, hide, or pretend to be ours."""

from __future__ import annotations

import unicodedata

from pratique.model import HOLE

_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_SHOWN_HOLE = "…"


def plain(text: str, limit: int = 0) -> str:
    """Return text for one line of a terminal: controls, bidi and invisible characters are written out as escapes.

    `limit` cuts to that many characters, 0 leaves all. A HOLE (an unknown part) is shown as `…`.
    """
    if not (text.isascii() and text.isprintable()):
        text = "".join(_one(char) for char in text[: max(4 * limit, 4096)])
    if limit and len(text) > limit:
        text = text[: max(1, limit - 1)] + "…"
    return text


def _one(char: str) -> str:
    if char == HOLE:
        return _SHOWN_HOLE
    if unicodedata.category(char) in _UNSAFE:
        code = ord(char)
        return {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(char) or (f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}")
    return char
