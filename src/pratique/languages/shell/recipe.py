"""Facts of files that hold command lines and no program of their own: one call for each, in one scope."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence

from pratique.languages.shell.graph import Book
from pratique.languages.shell.whole import text_of
from pratique.model import Facts

MAX_SOURCE = 4 << 20
"""Characters that are read."""
MAX_COMMANDS = 20_000


def source(data: bytes, book: Book) -> str:
    """Return the text of a file, as much of it as is read."""
    text = text_of(data)
    if len(text) > MAX_SOURCE:
        book.limit(f"truncated: only the first {MAX_SOURCE} characters were read")
    return text[:MAX_SOURCE]


def facts(
    language: str, front_end: str, depth: str, book: Book, text: str, commands: Iterable[tuple[int, str]]
) -> Facts:
    """Return the facts of a file that runs these command lines, each with its 1-based line."""
    graph = book.scope(-1, "module", "", 1)
    for number, (line, command) in enumerate(commands):
        if number >= MAX_COMMANDS:
            book.limit(f"only {MAX_COMMANDS} commands were read")
            break
        graph.call(f"{language}.runs", [("0", graph.const(command, (line, 0)))], (line, 0))
    return book.facts(language, front_end, depth, text.count("\n") + 1)


def quoted(words: Sequence[str]) -> str:
    """Return a command line that a shell would split into these words."""
    return " ".join(shlex.quote(word) for word in words)
