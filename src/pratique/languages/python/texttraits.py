"""What the text of a file shows before it is parsed: code out of sight, misleading letters, odd encodings.

Scans at C speed come first; Python looks only at lines that one of them found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

HIDDEN_COLUMN: Final = 200
"""White space on one line after which nobody looks."""
LONG_LINE: Final = 20_000
NEAR: Final = 2_000
"""Characters around a place that are looked at."""
MAX_PER_TRAIT: Final = 8
"""Places reported of one kind; the first ones. Decoys before them would hide the others: they stand for all."""
SPACES: Final = re.compile(
    r"(?<![ \t\u00a0\u2000-\u200a\u3000])[ \t\u00a0\u2000-\u200a\u3000]{" + str(HIDDEN_COLUMN) + r",}+(?=[^\s#])"
)
"""Looks behind and never backs off, as do the patterns below: linear in the text, whatever the text is."""
LONG: Final = re.compile(r"(?<![^\n])[^\n]{" + str(LONG_LINE) + r",}+")
STRING: Final = re.compile(r"\"(?:[^\"\\]|\\.)*+\"|'(?:[^'\\]|\\.)*+'")
BIDI: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Directional controls (CVE-2021-42574)."""
INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200d\u2060-\u2064\ufeff\ufe00-\ufe0f\U000e0000-\U000e01ef]"
)
"""Zero-width letters, variation selectors and tag letters."""
EMOJI: Final = re.compile(
    "(?:[\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff]|[#*0-9])[\ufe00-\ufe0f\u200d\u20e3\U000e0020-\U000e007f]+"
)
"""Where joiners and selectors are what they were made for."""
MIXED: Final = re.compile("[A-Za-z][\u0370-\u03ff\u0400-\u052f]|[\u0370-\u03ff\u0400-\u052f][A-Za-z]")
"""Latin beside Greek or Cyrillic, without so much as an underscore between them."""
LOOKALIKES: Final = frozenset("аеорсухіјѕԁԛԝһӏкмтвнАВЕКМНОРСТУХІЈЅԌοΑΒΕΖΗΙΚΜΝΟΡΤΥΧ")
"""Letters taken for Latin ones; the small Greek letters of formulas are not."""
RETURN: Final = re.compile(rb"\r(?!\n|\r)")
STYLED: Final = re.compile("[\U0001d400-\U0001d7ff\uff21-\uff5a\u2100-\u214f\u1d00-\u1dbf]")
"""Letters that NFKC turns into plain ones."""
PLAIN_ENCODINGS: Final = re.compile(
    r"utf_8|ascii|latin_1|iso8859_\d+|cp125\d|cp437|cp850|cp866|cp932|cp936|cp949|cp950|koi8_[ru]|mac_roman|tis_620"
    r"|gb2312|gbk|gb18030|big5|big5hkscs|euc_jp|euc_kr|shift_jis|euc_jis_2004|shift_jis_2004|johab"
)
BLOB_LENGTH: Final = 4_000
BLOB: Final = re.compile(r"(?<![\\A-Za-z0-9+/=_-])[\\A-Za-z0-9+/=_-]{" + str(BLOB_LENGTH) + r",}+")
PROTECTORS: Final = (
    ("pyarmor", re.compile(r"\bpyarmor_runtime\w*|\bpytransform\w*|\b__(?:pyarmor|armor_(?:enter|exit|wrap)\w*)__\b")),
    (
        "sourcedefender",
        re.compile(r"^\s*(?:import|from)\s+sourcedefender\b|^-----BEGIN SOURCEDEFENDER FILE-----", re.MULTILINE),
    ),
    ("pyprotect", re.compile(r"\b__pyprotect\w*__\b|^\s*from\s+pyprotect\w*\s+import", re.MULTILINE)),
)
BLOB_CALL: Final = re.compile(r"\([ \t\n]{0,8}[bBrRuU]{0,2}['\"]{1,3}\Z")
HINTS: Final = ("armor", "pytransform", "sourcedefender", "SOURCEDEFENDER", "pyprotect")


def traits(text: str, encoding: str, data: bytes) -> tuple[tuple[str, int], ...]:
    """Return what stands out, with 1-based lines, ordered by line.

    `text` and `encoding` are what `decode` gave for `data`. Traits: `hidden-column`, `bidi-control`, `invisible-char`,
    `homoglyph`, `styled-letters`, `form-feed-hidden`, `carriage-return-hidden`, `odd-encoding:NAME`, `nul-byte`,
    `very-long-line`, `protector:NAME`.
    """
    found = list(_encoded(encoding, data))
    lines = _Lines(text)
    longest = max(map(len, text.split("\n")))
    if longest > HIDDEN_COLUMN:
        found += lines.places("hidden-column", (m.end() for m in SPACES.finditer(text) if _in_code(text, m)))
    if longest >= LONG_LINE:
        found += lines.places("very-long-line", (m.start() for m in LONG.finditer(text)))
    found += lines.places("nul-byte", _every(text, "\0"))
    found += lines.places("form-feed-hidden", (at for at in _every(text, "\f") if _hides(text, at)))
    if not text.isascii():
        found += _letters(text, lines)
    found += _protected(text, lines, longest)
    return tuple(sorted(dict.fromkeys(found), key=lambda one: (one[1], one[0])))


class _Lines:
    """Counts lines once, for places in ascending order."""

    def __init__(self, text: str) -> None:
        self.text = text

    def places(self, trait: str, offsets: Iterator[int]) -> list[tuple[str, int]]:
        """Return the first few places of a trait, one a line; where there are more, line 0 stands for all lines."""
        found: list[tuple[str, int]] = []
        line, at = 1, 0
        for offset in offsets:
            line += self.text.count("\n", at, offset)
            at = offset
            if not found or found[-1][1] != line:
                found.append((trait, line))
            if len(found) > MAX_PER_TRAIT:
                return [*found[:MAX_PER_TRAIT], (trait, 0)]
        return found


def _every(text: str, char: str) -> Iterator[int]:
    at = text.find(char)
    while at >= 0:
        yield at
        at = text.find(char, at + 1)


def _encoded(encoding: str, data: bytes) -> Iterator[tuple[str, int]]:
    if not PLAIN_ENCODINGS.fullmatch(encoding):
        yield f"odd-encoding:{encoding}", 1
    if b"\r" in data and encoding not in {"utf_16", "utf_32"}:
        alone = [found.start() for found in RETURN.finditer(data)]
        # An old Macintosh file ends every line so; in one that knows "\n", a lone return hides what follows it.
        if alone and data.count(b"\n") > 0:
            hiding = (at for at in alone if data[at + 1 : at + 2].strip())
            for count, at in enumerate(hiding):
                if count >= MAX_PER_TRAIT:
                    break
                yield "carriage-return-hidden", 1 + data.count(b"\n", 0, at)


def _in_code(text: str, found: re.Match[str]) -> bool:
    """Whether the far column is code, as far as the start of its line tells: not a comment, not inside quotes."""
    start = max(text.rfind("\n", max(0, found.start() - NEAR), found.start()) + 1, found.start() - NEAR)
    bare = STRING.sub("", text[start : found.start()])
    return not any(sign in bare for sign in "#\"'")


def _hides(text: str, at: int) -> bool:
    """Whether a form feed stands before code on a line that has something before it."""
    before = text[max(0, at - NEAR) : at].rpartition("\n")[2]
    rest = text[at + 1 : at + NEAR].partition("\n")[0]
    return bool(before.strip(" \t\f")) and bool(rest.strip(" \t\f"))


def _letters(text: str, lines: _Lines) -> list[tuple[str, int]]:
    found = lines.places("bidi-control", (m.start() for m in BIDI.finditer(text)))
    if INVISIBLE.search(text):
        emoji = {at for m in EMOJI.finditer(text) for at in range(m.start(), m.end())}
        found += lines.places("invisible-char", (m.start() for m in INVISIBLE.finditer(text) if m.start() not in emoji))
    found += lines.places("homoglyph", (m.start() for m in MIXED.finditer(text) if _misleads(m[0])))
    found += lines.places("styled-letters", (m.start() for m in STYLED.finditer(text) if _plain(m[0])))
    return found


def _misleads(word: str) -> bool:
    """Whether one of two neighbours only looks Latin."""
    return any(letter in LOOKALIKES for letter in word)


def _plain(letter: str) -> bool:
    folded = unicodedata.normalize("NFKC", letter)
    return folded != letter and folded.isascii() and folded.isalnum()


def _protected(text: str, lines: _Lines, longest: int) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    if any(hint in text for hint in HINTS):
        for name, pattern in PROTECTORS:
            match = pattern.search(text)
            if match:
                found += lines.places(f"protector:{name}", iter((match.start(),)))
    if longest >= BLOB_LENGTH:
        blob = BLOB.search(text)
        if (
            blob
            and BLOB_CALL.search(text, max(0, blob.start() - 16), blob.start())
            and len(text) - (blob.end() - blob.start()) < len(text) // 2
        ):
            found += lines.places("protector:embedded-blob", iter((blob.start(),)))
    return found
