"""Package text is data: nothing of it may steer a terminal, hide, or pretend to be ours."""

from __future__ import annotations

import unicodedata

from pratique.model import HOLE

_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"})
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols that draw nothing."""
_MARKS = 2
"""Combining marks on one character; further ones are written out, or they paint over other lines."""
_SHOWN_HOLE = "…"
_NAMED = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}


def plain(text: str, limit: int = 0) -> str:
    """Return text for one line: controls, bidi, blanks and invisible characters are written out as escapes.

    `limit` cuts to that many characters, 0 leaves all. A HOLE (an unknown part) is shown as `…`.
    """
    if limit:
        text = text[: limit + 1]
    if not (text.isascii() and text.isprintable()):
        text = "".join(_shown(text))
    return text if not limit or len(text) <= limit else text[: limit - 1] + "…"


def _shown(text: str) -> list[str]:
    """Return each character as it may be shown."""
    shown: list[str] = []
    marks = 0
    for char in text:
        kind = unicodedata.category(char)
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        hidden = char != " " and (kind in _UNSAFE or char in _BLANK or _selects(char))
        if char == HOLE:
            shown.append(_SHOWN_HOLE)
        elif hidden or marks > _MARKS or (marks and not shown):
            shown.append(_escaped(char))
        else:
            shown.append(char)
    return shown


def _selects(char: str) -> bool:
    """Tell whether it is a variation selector: invisible, and able to carry bytes."""
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


def _escaped(char: str) -> str:
    """Return the escape as Python writes it."""
    code = ord(char)
    return _NAMED.get(char) or (
        f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    )
