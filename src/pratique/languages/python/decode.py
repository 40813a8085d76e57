"""Bytes of a Python file to its text, as CPython would read it (PEP 263, PEP 3120, Parser/tokenizer.c)."""

from __future__ import annotations

import codecs
import re
import warnings
from typing import Final

import msgspec

from pratique.languages.python.codec_names import text_codec

COOKIE: Final = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
BLANK: Final = re.compile(rb"^[ \t\f]*(?:[#\r\n]|$)")
LINE_END: Final = re.compile(rb"\r\n|\r|\n")
HEAD: Final = 1 << 16
"""Bytes that the first two lines may take."""
SLOW: Final = frozenset({"idna", "punycode"})
SLOW_BYTES: Final = 1 << 15
"""How much of a codec whose time grows with the square is decoded."""
BOMS: Final = (
    (codecs.BOM_UTF8, "utf_8"),
    (codecs.BOM_UTF32_LE, "utf_32"),
    (codecs.BOM_UTF32_BE, "utf_32"),
    (codecs.BOM_UTF16_LE, "utf_16"),
    (codecs.BOM_UTF16_BE, "utf_16"),
)


class Decoded(msgspec.Struct, frozen=True):
    """A decoded file."""

    text: str
    """Lines end with `\\n`; no byte order mark."""
    encoding: str
    """The codec's name in the standard library: `utf_8`, `latin_1`, `utf_7`."""
    problems: tuple[str, ...] = ()
    """Slugs, some with a detail after a colon: `invalid-bytes`, `unknown-encoding:NAME`, `nul-byte`, `bom:NAME`,
    `bom-conflict:NAME`, `long-first-line`, `truncated`."""


def decode(data: bytes) -> Decoded:
    """Decode a source file. Never raises; what CPython would refuse is decoded as far as it goes, with a problem."""
    problems: list[str] = []
    encoding, body = _encoding(data, problems)
    if encoding in SLOW and len(body) > SLOW_BYTES:
        body = body[:SLOW_BYTES]
        problems.append("truncated")
    text = _text(body, encoding, problems)
    if "\0" in text:
        problems.append("nul-byte")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return Decoded(text, encoding, tuple(problems))


def cookie(data: bytes) -> str:
    """Return the encoding that one of the first two lines declares, "" for none."""
    at = 0
    for _ in range(2):
        end = LINE_END.search(data, at, at + HEAD)
        line = data[at : end.start() if end else at + HEAD]
        found = COOKIE.match(line)
        if found:
            return found[1].decode("latin-1")
        if end is None or not BLANK.match(line):
            return ""
        at = end.end()
    return ""


def _encoding(data: bytes, problems: list[str]) -> tuple[str, bytes]:
    marked = next(((mark, name) for mark, name in BOMS if data.startswith(mark)), None)
    if marked is not None and marked[1] != "utf_8":
        problems.append(f"bom:{marked[1]}")  # CPython sees NUL bytes and refuses; other readers may not
        return marked[1], data
    body = data[len(codecs.BOM_UTF8) :] if marked else data
    if LINE_END.search(body, 0, HEAD) is None and len(body) > HEAD:
        problems.append("long-first-line")
    declared = cookie(body)
    if not declared:
        return "utf_8", body
    name = _python_name(declared)
    if name is None:
        problems.append(f"unknown-encoding:{declared[:64]}")
        return "utf_8" if marked else "latin_1", body
    if marked and name != "utf_8":
        problems.append(f"bom-conflict:{name}")
        return "utf_8", body
    return name, body


def _python_name(declared: str) -> str | None:
    """Return the codec a cookie means: CPython takes `utf-8-whatever` and `latin-1-whatever` for the plain ones."""
    spelled = declared[:12].lower().replace("_", "-")
    if spelled == "utf-8" or spelled.startswith("utf-8-"):
        return "utf_8"
    if spelled.startswith(("latin-1-", "iso-8859-1-", "iso-latin-1-")):
        return "latin_1"
    name = text_codec(declared)
    return {"utf_8_sig": "utf_8", "iso8859_1": "latin_1"}.get(name, name) if name else None


def _text(body: bytes, encoding: str, problems: list[str]) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return codecs.decode(body, encoding)
        except (UnicodeError, ValueError):
            problems.append("invalid-bytes")
        try:
            return codecs.decode(body, encoding, "replace")
        except (UnicodeError, ValueError):
            return body.decode("latin-1")
