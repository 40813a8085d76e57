"""From bytes to facts: decode, parse with tree-sitter, lower."""

from __future__ import annotations

import base64
import binascii
import functools
import re

from tree_sitter import Language, Parser

from pratique.languages.powershell.statements import Script
from pratique.languages.shell.graph import Book
from pratique.languages.shell.read import lower
from pratique.languages.shell.whole import cut, facts_of, text_of
from pratique.model import Facts

LANGUAGE = "powershell"
_ENCODED = re.compile(r"[A-Za-z0-9+/\s]{8,}={0,2}\s*")
_PARAM = re.compile(rb"(?i)\bparam\s*\(")
_MAX_PARAMS = 200

_BARE = re.compile(
    rb"@\"\n.*?\n\"@|@'\n.*?\n'@|\"(?:[^\"`]|`.|\"\")*\"|'[^']*'|#[^\n]*"
    rb"|(?<=[\s,=(])\$(?:(?i:env):\w+|\w+(?=\\))(?:[\\/][\w.\\/*-]*)+",
    re.DOTALL,
)


def _quoted(match: re.Match[bytes]) -> bytes:
    r"""Put `$env:TEMP\a.exe` into quotes: the grammar has no bare paths that start with a variable."""
    return b'"' + match[0] + b'"' if match[0][:1] == b"$" else match[0]


@functools.cache
def _parser() -> Parser:
    import tree_sitter_powershell

    return Parser(Language(tree_sitter_powershell.language()))


def read(data: bytes, depth: str, front_end: str) -> Facts:
    """Return the facts of one script or command line; short as they are, always in full. Never raises."""
    return facts_of(data, LANGUAGE, depth, front_end, _read)


def _read(data: bytes, book: Book) -> None:
    text = text_of(data)
    hidden = decoded(text)
    if hidden is not None:
        # What `-EncodedCommand` is given; the decoded text is code that this one runs.
        graph = book.scope(-1, "module", "", 1)
        graph.call("powershell.encoded", [("0", graph.const(hidden, (1, 0), ("base64", "utf-16")))], (1, 0))
        return
    source = separated(_BARE.sub(_quoted, text.encode("utf-8", "replace")))
    source = cut(source, book)
    script = Script(source, book)
    lower(script, _parser(), source)


def decoded(text: str) -> str | None:
    """Return the text that base64 of UTF-16 stands for, None when it is something else."""
    packed = text.strip().strip("\"'")
    if not _ENCODED.fullmatch(packed):
        return None
    packed = re.sub(r"\s|=+$", "", packed)
    try:
        raw = base64.b64decode(packed + "=" * (-len(packed) % 4))
        spelled = raw[: len(raw) & ~1].decode("utf-16-le")
    except (binascii.Error, ValueError):
        return None
    plain = sum(letter.isascii() and (letter.isprintable() or letter in "\r\n\t") for letter in spelled)
    return spelled if spelled and plain * 10 >= len(spelled) * 9 else None


def separated(source: bytes) -> bytes:
    """Put a semicolon where a statement follows `param(…)` on the same line: the grammar needs one."""
    out, at = [], 0
    for _, found in zip(range(_MAX_PARAMS), _PARAM.finditer(source), strict=False):
        depth, end = 1, found.end()
        while depth and end < min(len(source), found.end() + 8192):
            depth += {0x28: 1, 0x29: -1}.get(source[end], 0)
            end += 1
        if not depth and end >= at and source[end : end + 1] not in (b"", b"\n", b";"):
            out += [source[at:end], b";"]
            at = end + (source[end : end + 1] in (b" ", b"\t"))
    return b"".join([*out, source[at:]])
