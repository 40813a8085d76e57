"""From bytes to facts: decode, parse with tree-sitter, lower."""

from __future__ import annotations

import functools
import re

from tree_sitter import Language, Parser

from pratique.languages.shell.graph import Book, run
from pratique.languages.shell.statements import Script
from pratique.model import Facts, Scope, Span

LANGUAGE = "shell"
MAX_SOURCE = 4 << 20
"""Bytes that are parsed."""
MAX_TORN = 500
"""Lines that the grammar did not understand in their place, and that are read once more by themselves."""
MAX_LINE = 65_536
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
    book = Book()
    lines = data.count(b"\n") + (data[-1:] not in (b"", b"\n"))
    try:
        _read(data, book)
    except Exception as error:  # noqa: BLE001 - whatever goes wrong, a crash must not hide the file
        reason = f"reading stopped: {type(error).__name__}"
        empty = Scope(0, -1, "module", "", (), Span(1, 0, lines), hole=True)
        return Facts(
            language=LANGUAGE, front_end=front_end, depth=depth, scopes=(empty,), limits=(reason,), lines=lines
        )
    return book.facts(LANGUAGE, front_end, depth, lines)


def _read(data: bytes, book: Book) -> None:
    source = _IFS.sub(b"${IFS}", _BRACES.sub(_spaced, text_of(data).encode("utf-8", "replace")))
    if len(source) > MAX_SOURCE:
        book.limit(f"truncated: only the first {MAX_SOURCE} bytes were read")
        source = source[:MAX_SOURCE]
    script = Script(source, book)
    run(script.program(_parser().parse(source).root_node), book)
    lines = source.split(b"\n")
    for number in sorted(script.torn)[:MAX_TORN]:
        if len(lines) > 1 and number <= len(lines) and len(lines[number - 1]) <= MAX_LINE:
            torn = lines[number - 1]
            run(script.line(torn, number, _parser().parse(torn).root_node), book)
    if len(script.torn) > MAX_TORN:
        book.limit(f"only {MAX_TORN} of {len(script.torn)} lines outside the grammar were read by themselves")
    head = source[:8192].decode("utf-8", "replace")
    if source[:2] != b"#!" and head.count("\n") < 3 and _WINDOWS.search(head):
        # A command line handed to the system's shell may be meant for that of Windows.
        graph = book.scopes[0]
        text = graph.const(source.decode("utf-8", "replace"), (1, 0))
        graph.call("shell.windows", [("0", text)], (1, 0))


def text_of(data: bytes) -> str:
    """Decode a script: UTF-16 by its mark, else UTF-8, else byte by byte. Line ends become newlines."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\0", "")
