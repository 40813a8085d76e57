"""From a makefile to facts: the lines of its recipes, and what it runs while it is read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.languages.shell.graph import Book
from pratique.languages.shell.recipe import facts, source
from pratique.model import Facts

MAX_ROUNDS = 8
"""How deep variables are replaced in variables."""
MAX_LINE = 20_000
"""Characters of one expanded line."""
_ASSIGNED = re.compile(r"^\s*(?:export\s+|override\s+)*([\w.-]+)\s*(?:[:?+]|::)?=\s*(.*)$")
_VARIABLE = re.compile(r"\$\(([\w.-]+)\)|\$\{([\w.-]+)\}|\$(\w)")
_SHELL = re.compile(r"\$\(shell\s+((?:[^()]|\([^()]*\))*)\)|^\s*[\w.-]+\s*!=\s*(.*)$")


def read(data: bytes, depth: str, front_end: str) -> Facts:
    """Return the facts of one file; short as they are, always in full. Never raises."""
    book = Book()
    text = source(data, book)
    return facts("make", front_end, depth, book, text, _commands(text))


def _commands(text: str) -> Iterator[tuple[int, str]]:
    lines = list(_logical(text))
    values = {found[1]: found[2] for _, line in lines if not line.startswith("\t") and (found := _ASSIGNED.match(line))}
    for number, line in lines:
        for found in _SHELL.finditer(line):
            yield number, _expanded(found[1] or found[2], values)
        if line.startswith("\t") and (command := line.strip().lstrip("@-+ ")):
            yield number, _expanded(command, values)


def _logical(text: str) -> Iterator[tuple[int, str]]:
    """Yield each line with its number, joined with those that continue it."""
    held, start = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        start = start or number
        if line.endswith("\\"):
            held += line[:-1] + " "
            continue
        yield start, held + line
        held, start = "", 0
    if held:
        yield start, held


def _expanded(line: str, values: dict[str, str]) -> str:
    for _ in range(MAX_ROUNDS):
        made = _VARIABLE.sub(lambda found: values.get(found[1] or found[2] or found[3], found[0]), line)
        if made == line or len(made) > MAX_LINE:
            break
        line = made
    return line.replace("$$", "$")
