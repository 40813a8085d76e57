"""From a meson build file to facts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.ecosystems.buildcalls import calls, strings
from pratique.languages.shell.graph import Book
from pratique.languages.shell.recipe import facts, quoted, source
from pratique.model import Facts

_RUNS = re.compile(r"\b(?:run_command|custom_target|run_target|generator|configure_file|vcs_tag|test)\s*\(")
_COMMAND = re.compile(r"\bcommand\s*:\s*(\[[^\]]*\]|'(?:\\.|[^'\\\n])*')")
_LONG = re.compile(r"'''(.*?)'''", re.DOTALL)
_COMMENT = re.compile(r"('(?:\\.|[^'\\\n])*')|#[^\n]*")
_ESCAPE = re.compile(r"\\(n|t|'|\\)")


def read(data: bytes, depth: str, front_end: str) -> Facts:
    """Return the facts of one file; short as they are, always in full. Never raises."""
    book = Book()
    text = source(data, book)
    return facts("meson", front_end, depth, book, text, _commands(text))


def _commands(text: str) -> Iterator[tuple[int, str]]:
    plain = _LONG.sub(lambda found: "'" + re.sub(r"([\\'])", r"\\\1", found[1]).replace("\n", r"\n") + "'", text)
    bare = _COMMENT.sub(lambda found: found[1] or "", plain)
    for line, body in calls(bare, _RUNS, "'"):
        named = _COMMAND.search(body)
        words = [_ESCAPE.sub(_spelled, word) for word in strings(named[1] if named else body)]
        if words:
            yield line, quoted(words)


def _spelled(found: re.Match[str]) -> str:
    return {"n": "\n", "t": "\t"}.get(found[1], found[1])
