"""The text codecs of CPython's standard library, by every name they answer to.

Names come from package text. A look-up through `codecs.lookup` would import `encodings.<name>` and ask whatever else is
registered in this process; this table is fixed, so a name can only ever mean one of these.
"""

from __future__ import annotations

import re
from encodings.aliases import aliases
from functools import lru_cache
from typing import Final

NOT_TEXT: Final = frozenset(
    {"base64_codec", "bz2_codec", "hex_codec", "quopri_codec", "rot_13", "uu_codec", "zlib_codec"}
)
"""Bytes-to-bytes or text-to-text: not what a source file may declare."""
NOT_HERE: Final = frozenset({"mbcs", "oem", "undefined"})
"""Windows code pages of the machine, and the codec that always fails."""
UNALIASED: Final = frozenset(
    {
        "charmap", "cp1006", "cp65001", "cp720", "cp737", "cp856", "cp874", "cp875", "idna", "koi8_r", "koi8_t",
        "koi8_u", "mac_arabic", "mac_croatian", "mac_farsi", "mac_romanian", "punycode", "raw_unicode_escape",
        "unicode_escape", "utf_8_sig",
    }
)  # fmt: skip
TEXT_CODECS: Final = (frozenset(aliases.values()) | UNALIASED) - NOT_TEXT - NOT_HERE - {"cp65001"}


def normal(name: str) -> str:
    """Return the spelling the codec registry uses: lower case, runs of other characters as one underscore."""
    return re.sub(r"[^a-z0-9.]+", "_", name.strip().lower()).strip("_")


@lru_cache(maxsize=256)
def text_codec(name: str) -> str | None:
    """Return the standard codec that `name` means, or None: unknown, not a text codec, or not a codec of CPython."""
    if len(name) > 64 or not name.isascii():
        return None
    spelled = normal(name)
    found = aliases.get(spelled) or aliases.get(spelled.replace(".", "_")) or spelled
    return found if found in TEXT_CODECS else None


@lru_cache(maxsize=256)
def any_codec(name: str) -> str | None:
    """As `text_codec`, with the codecs that turn bytes into bytes and text into text."""
    if len(name) > 64 or not name.isascii():
        return None
    spelled = normal(name)
    found = aliases.get(spelled) or aliases.get(spelled.replace(".", "_")) or spelled
    return found if found in TEXT_CODECS or found in NOT_TEXT else None
