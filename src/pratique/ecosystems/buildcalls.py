"""Finds the calls of build languages (meson, CMake) in text: enough to see which files they name."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKENS = {
    "'": re.compile(r"[()]|'(?:\\.|[^'\\\n])*'|#[^\n]*"),
    '"': re.compile(r'[()]|"(?:\\.|[^"\\])*"|#[^\n]*', re.DOTALL),
}
_STRING = re.compile(r"'((?:\\.|[^'\\\n])*)'")


def calls(text: str, opening: re.Pattern[str], quote: str) -> Iterator[tuple[int, str]]:
    """Yield (1-based line, text between the brackets) of each outermost call that `opening`, which ends in `(`, begins.

    A bracket that is never closed takes the rest of the text, so each character is looked at once.
    """
    line, counted, found = 1, 0, opening.search(text)
    while found:
        line += text.count("\n", counted, found.start())
        counted = found.start()
        end = _closing(text, found.end(), _TOKENS[quote])
        yield line, text[found.end() : end]
        found = opening.search(text, end)


def _closing(text: str, start: int, tokens: re.Pattern[str]) -> int:
    depth = 1
    for found in tokens.finditer(text, start):
        depth += {"(": 1, ")": -1}.get(found.group(), 0)
        if depth == 0:
            return found.start()
    return len(text)


def strings(text: str) -> tuple[str, ...]:
    """Return the single-quoted strings of a piece of meson."""
    return tuple(_STRING.findall(text))
