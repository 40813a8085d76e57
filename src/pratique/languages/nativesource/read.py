"""From C, C++ or Rust source to facts: the command lines that it starts by literals.

No parser: what is wanted are the few calls that start programs, and their texts are literals or they are not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.languages.shell.graph import Book
from pratique.languages.shell.recipe import facts, quoted, source
from pratique.model import Facts

_COMMENT = re.compile(r'("(?:[^"\\\n]|\\.)*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
_STARTS = re.compile(
    r"\b(system|_wsystem|popen|_popen|_wpopen|WinExec|execl[pe]?|execv[pe]{0,2}|_spawnl[pe]{0,2}|ShellExecute(?:Ex)?[AW]?"
    r"|Command\s*::\s*new)\s*\("
)
_LITERAL = re.compile(r'L?"((?:[^"\\\n]|\\.)*)"')
_JOINED = re.compile(r'"\s*(?:L?)"')
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|.)", re.DOTALL)
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}
_REACH = 2_000
"""Characters after the call's name in which its literals stand."""
_WHOLE = ("system", "_wsystem", "popen", "_popen", "_wpopen", "WinExec")
"""Their first argument is a whole command line."""


def read(data: bytes, depth: str, front_end: str) -> Facts:
    """Return the facts of one file; short as they are, always in full. Never raises."""
    book = Book()
    text = source(data, book)
    return facts("nativesource", front_end, depth, book, text, _commands(text))


def _commands(text: str) -> Iterator[tuple[int, str]]:
    if not _STARTS.search(text):
        return
    bare = _COMMENT.sub(lambda found: found[1] or "\n" * found[0].count("\n"), text)
    line, counted = 1, 0
    for found in _STARTS.finditer(bare):
        line += bare.count("\n", counted, found.start())
        counted = found.start()
        words = [_spelled(one) for one in _literals(bare, found)]
        if words:
            yield line, words[0] if found[1] in _WHOLE else quoted(_argv(found[1], words))


def _literals(text: str, call: re.Match[str]) -> list[str]:
    """Return the literals up to the statement's end."""
    body = text[call.end() : call.end() + _REACH]
    body = body[: _end(body)]
    return [found[1] for found in _LITERAL.finditer(_JOINED.sub("", body))]


def _end(body: str) -> int:
    """Return where the statement ends: at the first semicolon outside of a literal."""
    return next((found.start() for found in re.finditer(r'"(?:[^"\\\n]|\\.)*"|;', body) if found[0] == ";"), len(body))


def _argv(name: str, words: list[str]) -> list[str]:
    """Return the words of the started program; exec's first argument is its path and the second its own name."""
    return words[1:] if name.startswith(("exec", "_spawn")) and len(words) > 1 else words


def _spelled(literal: str) -> str:
    return _ESCAPE.sub(lambda found: _escape(found[1]), literal)


def _escape(text: str) -> str:
    if text[0] == "x" and len(text) == 3:
        return chr(int(text[1:], 16))
    if text.isdigit() and text != "0" and set(text) <= set("01234567"):
        return chr(int(text, 8))
    return _PLAIN.get(text, text)
