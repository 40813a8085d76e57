"""The normal form of text in code: what a campaign changes from one release to the next becomes a class.

In this order: URLs `<url>`, e-mail addresses `<mail>`, IP addresses `<ip>`, host names `<host>`, hexadecimal runs of 16
and base-64 runs of 24 characters `<blob>`, digit runs (versions with them) `0`; then lower case and single spaces. A
text that is still longer than `LONGEST` becomes `<text>`.
"""

from __future__ import annotations

import re
from functools import lru_cache

LONGEST = 160
CUT = 4_096
"""Characters that are looked at."""
URL = re.compile(r"(?i)\b(?:https?|ftps?|wss?|tcp|udp|socks[45]|stratum\+\w+)://[^\s\"'<>\\^`{|}]+")
MAIL = re.compile(r"(?i)\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
IP = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?(?![\w.])")
HOST = re.compile(
    r"(?i)(?<![\w.@/-])(?:[a-z0-9-]{1,63}\.)+(?:com|net|org|io|dev|app|xyz|info|biz|co|me|ru|cn|in|de|uk|eu|fr|br|top|site"
    r"|online|club|live|pro|fun|space|tech|link|gg|cc|tv|to|su|pw|ly|id|invalid|onion)(?::\d{1,5})?(?:/[^\s\"']*)?(?![\w.-])"
)
_HEX = re.compile(r"(?i)(?:0x)?(?:\\x)?[0-9a-f]{16,}|(?:\\x[0-9a-f]{2}){4,}")
_BASE = re.compile(r"(?=[\w+/=-]*\d)(?=[\w+/=-]*[A-Z])[\w+/-]{24,}={0,2}")
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_SPACE = re.compile(r"\s+")
_CLASSES = ((URL, "<url>"), (MAIL, "<mail>"), (IP, "<ip>"), (HOST, "<host>"), (_HEX, "<blob>"), (_BASE, "<blob>"))


@lru_cache(maxsize=16_384)
def normal(text: str) -> str:
    """Return the normal form of one text."""
    if text.isalpha() and len(text) < 24:
        return text.lower()
    cut = text[:CUT]
    for pattern, name in _CLASSES:
        cut = pattern.sub(name, cut)
    cut = _SPACE.sub(" ", _NUMBER.sub("0", cut)).strip().lower()
    return cut if len(cut) <= LONGEST and len(text) <= CUT else "<text>"
