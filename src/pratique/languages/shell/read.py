"""From bytes to facts: decode, parse with tree-sitter, lower."""

from __future__ import annotations

import functools
import re
from typing import Protocol

from tree_sitter import Language, Node, Parser

from pratique.languages.shell.graph import Book, Steps, run
from pratique.languages.shell.parsing import MAX_PIECES, chunks, dense, parse, pieces
from pratique.languages.shell.statements import Script
from pratique.languages.shell.whole import cut, facts_of, text_of
from pratique.model import Facts

LANGUAGE = "shell"
_WINDOWS = re.compile(
    r"(?i)%[a-z_]\w{1,40}%|(?:^|[\s\"'])[a-z]:\\|(?:^|[&|]\s*)(?:start|del|copy|xcopy|move|reg|schtasks|attrib|rmdir|rd|"
    r"wmic|certutil|bitsadmin|taskkill|netsh|sc|vssadmin|mshta|rundll32|"
    r"regsvr32|cscript|wscript|explorer|msiexec|set|call|@echo|md|type|net|icacls|takeown)(?=\s)"
)


_BRACES = re.compile(rb"(?<![^\s;|&(`])\{([^\s{};|&()'\"`,]*,[^\s{};|&()'\"`]{0,4096})\}(?=[\s;|&)`]|$)")

_IFS = re.compile(rb"\$IFS(?:\$\d|(?!\w))|\$\{IFS\}\$\d")
"""The grammar tears words at a bare `$IFS`; a `$9` behind it is empty and only ends the name."""


def _spaced(match: re.Match[bytes]) -> bytes:
    """`{cat,/etc/passwd}` is two words; the grammar takes it for a group of commands."""
    return b" " + match[1].replace(b",", b" ") + b" "


@functools.cache
def _parser() -> Parser:
    import tree_sitter_bash

    return Parser(Language(tree_sitter_bash.language()))


def read(data: bytes, depth: str, front_end: str) -> Facts:
    """Return the facts of one shell script or command line; short as they are, always in full. Never raises."""
    return facts_of(data, LANGUAGE, depth, front_end, _read)


class Lowering(Protocol):
    """A script of either language that tree-sitter parses."""

    book: Book
    source: bytes
    offset: int
    torn: dict[int, None]

    def declare(self, root: Node) -> None:
        """Collect the functions there are."""

    def program(self, root: Node) -> Steps:
        """Lower a part of the script."""

    def line(self, source: bytes, number: int, root: Node) -> Steps:
        """Lower one line by itself."""


def lower(script: Lowering, parser: Parser, source: bytes) -> None:
    """Parse and lower a text; lines that the grammar does not understand in their place, once more by themselves."""
    book = script.book
    thin, missing = dense(source)
    trees = [(before, text, parse(parser, text)) for before, text in chunks(thin)]
    for _, text, tree in trees:
        if tree is not None:
            script.source = text
            script.declare(tree.root_node)
    for before, text, tree in trees:
        if tree is not None:
            script.source, script.offset = text, before
            run(script.program(tree.root_node), book)
        else:
            book.limit("the grammar does not understand the text: it was read in pieces")
            missing.update(range(before + 1, before + text.count(b"\n") + 2))
    torn = [(line, piece) for line, piece in pieces(source) if line in missing or line in script.torn]
    if not missing and len(torn) == 1 and b"\n" not in source.strip():
        return
    for number, piece in torn[:MAX_PIECES]:
        part = parse(parser, piece)
        if part is not None:
            run(script.line(piece, number, part.root_node), book)
        else:
            book.limit("part of the text is outside the grammar")
    if len(torn) > MAX_PIECES:
        book.limit(f"only {MAX_PIECES} of {len(torn)} lines outside the grammar were read by themselves")


def _read(data: bytes, book: Book) -> None:
    source = _IFS.sub(b"${IFS}", _BRACES.sub(_spaced, text_of(data).encode("utf-8", "replace")))
    source = cut(source, book)
    script = Script(source, book)
    lower(script, _parser(), source)
    head = source[:8192].decode("utf-8", "replace")
    if source[:2] != b"#!" and head.count("\n") < 3 and _WINDOWS.search(head):
        # A command line handed to the system's shell may be meant for that of Windows.
        graph = book.scopes[0]
        text = graph.const(source.decode("utf-8", "replace"), (1, 0))
        graph.call("shell.windows", [("0", text)], (1, 0))
