"""Text to an `ast` tree, whatever the text: what CPython's parser refuses, the tree-sitter grammar reads."""

from __future__ import annotations

import ast
import warnings
from typing import Final, Literal

import msgspec

Dialect = Literal["python3", "python2", "mixed"]
REFUSED: Final = (SyntaxError, ValueError, MemoryError, RecursionError)
MAX_TEXT: Final = 32 << 20
"""Characters that are parsed; a tree takes about fifty times its text in memory."""


class Parsed(msgspec.Struct, frozen=True):
    """A tree of the text."""

    tree: ast.Module
    dialect: Dialect = "python3"
    problems: tuple[str, ...] = ()
    """Slugs, most with a detail after a colon: `refused-by-ast:WHY`, `too-long:N`, `too-deep:N`, `error-nodes:N`, …."""


def parse(text: str) -> Parsed:
    """Parse a whole file. Never raises."""
    problems: tuple[str, ...] = ()
    if len(text) > MAX_TEXT:
        problems = (f"too-long:{len(text)}",)
        text = text[:MAX_TEXT]
    try:
        return Parsed(strict(text), "python3", problems)
    except REFUSED as error:
        refused = f"refused-by-ast:{type(error).__name__}"
    from pratique.languages.python.grammar import convert

    tree, dialect, more = convert(text)
    return Parsed(tree, dialect, (*problems, refused, *more))


def strict(text: str) -> ast.Module:
    """Parse with CPython's own parser. Raises what `ast.parse` raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)
