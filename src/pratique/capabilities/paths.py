"""What a path is about: whose secrets lie there, and what running or reading it does. Total and bounded."""

from __future__ import annotations

import re
from functools import lru_cache

from pratique.capabilities.shapes import shapes
from pratique.model import HOLE

MAX_PATH = 4_096
_SLASHES = re.compile(r"/{2,}")
_CAPITAL_FOLDERS = re.compile(HOLE + r"[\\/]+(?:Documents|Desktop|Downloads|Pictures|OneDrive)(?:[\\/]|$)")
"""Behind an unknown start only the capitalised names of a home folder count."""
_PROGRAM = re.compile(
    r"/program files|/applications/[^/]+\.app/|/usr/(?:local/)?bin/|/opt/|\.(?:exe|app)$|/contents/macos/"
)


def path(text: str) -> str:
    """Return the class of a path of any system's spelling, also partial ones with a HOLE; "" for nothing special."""
    return _path(text[:MAX_PATH])


@lru_cache(maxsize=8_192)
def _path(text: str) -> str:
    plain = normalised(text)
    if plain == "/" and not text.strip():
        return ""
    program = _PROGRAM.search(plain)
    for kind, pattern in shapes("path"):
        if pattern.search(plain) and not (program and kind in {"browser-store", "messenger-token", "wallet"}):
            return kind
    return "user-documents" if _CAPITAL_FOLDERS.search(text) else ""


def normalised(text: str) -> str:
    """Return the path in lower case with single forward slashes and one in front; `file://` and quotes are dropped."""
    plain = text.strip().strip("\"'").replace("\\", "/").lower().removeprefix("file://").removeprefix("//?/")
    return _SLASHES.sub("/", "/" + plain)
