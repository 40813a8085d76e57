"""A whole text of a command language to facts: decoded, cut to what is parsed, and never lost to a crash."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from pratique.languages.shell.graph import Book
from pratique.model import Facts, Scope, Span

Text = TypeVar("Text", str, bytes)
MAX_SOURCE = 1 << 20
"""Bytes, or characters, of one text that are read."""


def facts_of(data: bytes, language: str, depth: str, front_end: str, fill: Callable[[bytes, Book], None]) -> Facts:
    """Return the facts that `fill` enters into a book; where it fails, an unread file with the reason."""
    book = Book()
    lines = data.count(b"\n") + (data[-1:] not in (b"", b"\n"))
    try:
        fill(data, book)
    except Exception as error:  # noqa: BLE001 - whatever goes wrong, a crash must not hide the file
        reason = f"reading stopped: {type(error).__name__}"
        empty = Scope(0, -1, "module", "", (), Span(1, 0, lines), hole=True)
        return Facts(
            language=language, front_end=front_end, depth=depth, scopes=(empty,), limits=(reason,), lines=lines
        )
    return book.facts(language, front_end, depth, lines)


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


def cut(source: Text, book: Book) -> Text:
    """Return as much of a text as is read."""
    if len(source) > MAX_SOURCE:
        what = "bytes" if isinstance(source, bytes) else "characters"
        book.limit(f"truncated: only the first {MAX_SOURCE} {what} were read")
    return source[:MAX_SOURCE]
