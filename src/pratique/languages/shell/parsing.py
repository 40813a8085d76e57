"""Parsing with fuel: tree-sitter takes quadratic time to recover from some texts, which are then read in pieces."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Parser, Tree

MAX_ERRORS = 400
"""Hundreds of operations that the parser may spend while it recovers from errors."""
MAX_PIECES = 200
"""Pieces that a text is read in when the whole of it cannot be parsed, or lines that were not understood in place."""
MAX_PIECE = 2_048
"""Bytes of one piece."""
MIN_CHUNK, MAX_CHUNK = 8 << 10, 32 << 10
"""Bytes that are parsed at once: some texts take quadratic time even where nothing is wrong with them."""
_ENDS = (
    re.compile(rb"^(?:fi|\}|done|esac)[ \t]*\n", re.MULTILINE),
    re.compile(rb"^[ \t]*\n", re.MULTILINE),
    re.compile(rb"\n"),
)
"""Where a long text is best cut: behind what ends at the margin, at an empty line, at a line's end."""
MAX_OPERATORS = 600
"""Operators of one line: recovering from an error behind more of them takes quadratic time and memory."""
_OPERATORS = re.compile(rb"[][|&;()<>{}]")
_BORDERS = re.compile(rb"[;&|\s]")
_BLOCK = 1 << 16


def parse(parser: Parser, source: bytes) -> Tree | None:
    """Parse a text; None when it runs out of fuel. Fuel counts the parser's operations, never time."""
    spent = 0

    def progress(_offset: int, error: bool) -> bool:
        nonlocal spent
        spent += error
        return spent > MAX_ERRORS

    try:
        return parser.parse(lambda offset, _point: source[offset : offset + _BLOCK], progress_callback=progress)
    except ValueError:
        return None


def chunks(source: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (lines before it, text) of the parts that a text is parsed in: one, if it is not long."""
    at = line = 0
    while at < len(source) or not at:
        end = len(source) if len(source) - at <= MAX_CHUNK else _cut(source, at)
        yield line, source[at:end]
        line += source.count(b"\n", at, end)
        at = max(end, at + 1)


def _cut(source: bytes, at: int) -> int:
    for ends in (*_ENDS, _BORDERS):
        found = [match.end() for match in ends.finditer(source, at + MIN_CHUNK, at + MAX_CHUNK)]
        if found:
            return found[-1]
    return at + MAX_CHUNK


def dense(source: bytes) -> tuple[bytes, set[int]]:
    """Return the text with empty lines for those of too many operators, and which those are (1-based)."""
    found: set[int] = set()
    lines = source.split(b"\n")
    for index, line in enumerate(lines):
        if len(line) > MAX_OPERATORS and len(_OPERATORS.findall(line)) > MAX_OPERATORS:
            found.add(index + 1)
            lines[index] = b""
    return (b"\n".join(lines) if found else source), found


def pieces(source: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (1-based line, text) of the lines, long ones cut where a word ends."""
    for number, line in enumerate(source.split(b"\n"), 1):
        at = 0
        while len(line) - at > MAX_PIECE:
            border = max((found.end() for found in _BORDERS.finditer(line, at, at + MAX_PIECE)), default=at + MAX_PIECE)
            yield number, line[at:border]
            at = border
        if line[at:].strip():
            yield number, line[at:]
