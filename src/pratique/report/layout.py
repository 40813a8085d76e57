"""Columns of a terminal: how wide text is, cutting, padding and wrapping it. Text in is already escaped."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator


def columns(text: str) -> int:
    """Return how many columns the text takes: wide characters two, combining marks none."""
    return len(text) if text.isascii() else sum(_columns(char) for char in text)


def _columns(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def pad(text: str, width: int) -> str:
    """Return the text with blanks up to `width` columns."""
    return text + " " * max(0, width - columns(text))


def head(text: str, width: int) -> str:
    """Return as much of the beginning as fits into `width` columns."""
    if columns(text) <= width:
        return text
    taken, used = [], 0
    for char in text:
        used += _columns(char)
        if used > width:
            break
        taken.append(char)
    return "".join(taken)


def cut(text: str, width: int) -> str:
    """Return the text, ended with `…` where it is wider than `width` columns."""
    return text if columns(text) <= width else head(text, max(0, width - 1)) + "…"


def cut_middle(text: str, width: int) -> str:
    """Return the text with `…` in the middle where it is too wide: of a place, its end (file and line) says most."""
    if columns(text) <= width:
        return text
    first = head(text, max(1, (width - 1) // 3))
    last = head(text[::-1], max(1, width - 1 - columns(first)))[::-1]
    return f"{first}…{last}"


def wrap(text: str, width: int) -> Iterator[str]:
    """Yield lines of at most `width` columns, broken at blanks, and inside a word only where it is wider than a line.

    A width of 0 leaves the text on one line.
    """
    if not width or columns(text) <= width:
        yield text
        return
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if columns(longer) <= width:
            line = longer
            continue
        if line:
            yield line
        line = word
        while columns(line) > width:
            first = head(line, max(2, width))
            yield first
            line = line[len(first) :]
    if line:
        yield line
