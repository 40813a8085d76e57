"""From a CMake file to facts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.ecosystems.buildcalls import calls
from pratique.languages.shell.graph import Book
from pratique.languages.shell.recipe import facts, quoted, source
from pratique.model import Facts

_RUNS = re.compile(
    r"\b(?:execute_process|add_custom_command|add_custom_target|exec_program|ExternalProject_Add)\s*\(", re.IGNORECASE
)
_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|\[(=*)\[(.*?)\]\2\]|#[^\n]*|([^\s"()#]+)', re.DOTALL)
_STARTS = frozenset({
    "COMMAND", "DOWNLOAD_COMMAND", "UPDATE_COMMAND", "PATCH_COMMAND", "CONFIGURE_COMMAND", "BUILD_COMMAND",
    "INSTALL_COMMAND", "TEST_COMMAND",
})  # fmt: skip
_COMMENT = re.compile(r'("(?:[^"\\]|\\.)*")|#\[(=*)\[.*?\]\2\]|#[^\n]*', re.DOTALL)
_KEYWORD = re.compile(r"[A-Z][A-Z_]{3,}$")


def read(data: bytes, depth: str, front_end: str) -> Facts:
    """Return the facts of one file; short as they are, always in full. Never raises."""
    book = Book()
    text = source(data, book)
    return facts("cmake", front_end, depth, book, text, _commands(text))


def _commands(text: str) -> Iterator[tuple[int, str]]:
    bare = _COMMENT.sub(lambda found: found[1] or "\n" * found[0].count("\n"), text)
    for line, body in calls(bare, _RUNS, '"'):
        found = [one for words in _split(body) if (one := quoted(words))]
        # the commands of one execute_process are a pipeline
        if found:
            yield line, " | ".join(found)


def _split(body: str) -> list[list[str]]:
    """Return the words of each command in a call: from COMMAND to the next keyword."""
    found: list[list[str]] = []
    inside = False
    for match in _TOKEN.finditer(body):
        string, _, bracket, bare = match.groups()
        if bare in _STARTS:
            found.append([])
            inside = True
        elif bare is not None and _KEYWORD.match(bare):
            inside = False
        elif inside and (word := next((one for one in (string, bracket, bare) if one is not None), None)) is not None:
            found[-1].append(re.sub(r'\\(["\\$;@])', r"\1", word))
    return found
