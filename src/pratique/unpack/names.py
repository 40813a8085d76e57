"""Member names as data: what is odd about them, and which other names a reader may see in the same bytes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

PART_BYTES = 255
"""The longest name of one file on common file systems."""
_LETTER = r"[A-Za-z0-9_\-+=@,~()\[\]#$%!&'{}]"
_ORDINARY_PART = rf"{_LETTER}(?:(?:{_LETTER}|[. ])*{_LETTER})?"
_ORDINARY = re.compile(rf"{_ORDINARY_PART}(?:/{_ORDINARY_PART})*/?")
_DRIVE = re.compile(r"[A-Za-z]:")
_CONTROL = re.compile(r"[\x01-\x1f\x7f-\x9f]")
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2064\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)
_REPLACED = re.compile("[\ufffd\udc80-\udcff]")


def check(name: str, longest: int) -> tuple[tuple[str, str], ...]:
    """Return (code, detail) of everything that is odd about one name, `longest` in bytes for the whole."""
    if len(name) <= min(PART_BYTES, longest) and _ORDINARY.fullmatch(name):
        return ()
    found: list[tuple[str, str]] = []
    whole, name = name, name[:longest]
    parts = re.split(r"[/\\]", name)
    tests = (
        ("name-empty", not name.strip("/")),
        ("name-parent", ".." in parts),
        ("name-absolute", name.startswith(("/", "\\"))),
        ("name-drive", bool(_DRIVE.match(name))),
        ("name-nul", "\0" in name),
        ("name-backslash", "\\" in name),
        ("name-control", bool(_CONTROL.search(name))),
        ("name-bidi", bool(_BIDI.search(name))),
        ("name-invisible", bool(_INVISIBLE.search(name))),
        ("name-undecodable", bool(_REPLACED.search(name))),
        (
            "name-long",
            len(whole) > longest or _length(name) > longest or any(_length(part) > PART_BYTES for part in parts),
        ),
        ("name-trailing", any(part != part.rstrip(". ") and part not in (".", "..") for part in parts)),
    )
    for code, wrong in tests:
        if wrong:
            found.append((code, ascii(name[:120])))
    return tuple(found)


def _length(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def clean(name: str) -> str:
    """Return the name without `.` parts and doubled or trailing slashes; absolute names and `..` stay as they are."""
    if "//" not in name and "./" not in name and not name.endswith(("/", "/.")):
        return name
    lead = "/" if name.startswith("/") else ""
    return lead + "/".join(part for part in name.split("/") if part not in ("", ".")) or name


def readings(name: str) -> tuple[str, ...]:
    """Return every path under which some reader would store the member, the plainest first.

    Readers differ on NUL (stop there or not), on backslashes (folders on Windows) and on `a/../b` (which is `b`).
    """
    first = clean(name)
    if "\0" not in first and "\\" not in first and ".." not in first:
        return (first,)
    seen = dict.fromkeys((clean(first.split("\0", 1)[0]) or first, first))
    for known in tuple(seen):
        seen.setdefault(clean(known.replace("\\", "/")))
    for known in tuple(seen):
        if (inside := _resolved(known)) is not None:
            seen.setdefault(inside)
    return tuple(seen)


def _resolved(path: str) -> str | None:
    """Return the path with its `..` parts resolved, None where it leaves the root."""
    kept: list[str] = []
    for part in path.split("/"):
        if part != "..":
            kept.append(part)
        elif kept:
            kept.pop()
        else:
            return None
    return "/".join(kept) or None


def follow(path: str, target: str, *, relative: bool) -> str | None:
    """Return the path that a link at `path` leads to, None where it leaves the root."""
    if target.startswith(("/", "\\")) or _DRIVE.match(target):
        return None
    folder = path.rpartition("/")[0] if relative else ""
    return _resolved(clean(f"{folder}/{target}" if folder else target))


def collisions(names: Iterable[str]) -> tuple[tuple[str, str, str], ...]:
    """Return (code, name, other name) for distinct names that some file system or importer takes for one."""
    distinct = tuple(dict.fromkeys(names))
    found: list[tuple[str, str, str]] = []
    first: dict[str, str] = {}
    for name in distinct:
        known = first.setdefault(name.casefold(), name)
        if known is not name:
            found.append(("name-case-collision", name, known))
    if not all(name.isascii() for name in distinct):
        first = {}
        for name in distinct:
            known = first.setdefault(unicodedata.normalize("NFKC", name), name)
            if known is not name:
                found.append(("name-unicode-collision", name, known))
    folders: set[str] = set()
    for name in distinct:
        folder = name.rpartition("/")[0]
        while folder and folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    found += [("name-file-and-folder", name, name + "/") for name in distinct if name in folders]
    return tuple(found)
