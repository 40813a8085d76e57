"""The whole file: pieces that CPython's parser takes are parsed by it, the rest is converted, errors are searched."""

from __future__ import annotations

import ast
import re
import warnings
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final, Literal

from tree_sitter import Language, Node, Parser

from pratique.languages.python.grammar import expressions, literals, statements
from pratique.languages.python.grammar.machine import Converter, Machine, Steps, each, expression, named

REFUSED: Final = (SyntaxError, ValueError, MemoryError, RecursionError)
MAX_LATER: Final = 20_000
"""Subtrees converted on their own because they lay too deep."""
PYTHON3: Final = re.compile(r"\basync\s+def\b|\bnonlocal\b|:=|\)\s*->|\b[fF][rR]?[\"']")
MAX_PIECES: Final = 200_000
"""Pieces of errors in one text, past which no version of Python can be meant: what was found until then is dropped."""
TRIED: Final = 40
"""Bytes that one try of CPython's parser counts for, besides its text."""
COMPOUND: Final = frozenset({"block", "module", "ERROR"})


@lru_cache(maxsize=1)
def _parser() -> Parser:
    import tree_sitter_python

    return Parser(Language(tree_sitter_python.language()))


def tree(source: bytes) -> Node:
    """Return the root node of the grammar's tree."""
    return _parser().parse(source).root_node


def convert(text: str) -> tuple[ast.Module, Literal["python3", "python2", "mixed"], tuple[str, ...]]:
    """Return a tree, the dialect, and what was wrong (`error-nodes:N`, `unread-errors:N`, `too-deep:N`, `nul-byte`)."""
    problems: list[str] = []
    if "\0" in text:
        problems.append("nul-byte")
        text = text.replace("\0", " ")
    machine = Machine(text.encode("utf-8", "replace"), TABLE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            made: list[ast.stmt] = machine.run(tree(machine.source))
            made += _deeper(machine, problems)
        except _Hopeless:
            return ast.Module(body=[], type_ignores=[]), "python3", (*problems, f"unread-errors:{machine.errors}")
    if machine.errors:
        problems.append(f"error-nodes:{machine.errors}")
    python3 = machine.python3 or PYTHON3.search(text) is not None
    dialect: Literal["python3", "python2", "mixed"] = "python3"
    if machine.python2:
        dialect = "mixed" if python3 else "python2"
    return ast.Module(body=made, type_ignores=[]), dialect, tuple(problems)


def _deeper(machine: Machine, problems: list[str]) -> list[ast.stmt]:
    """Convert what lay too deep, each subtree as a statement of its own."""
    made: list[ast.stmt] = []
    done = 0
    while machine.later and done < MAX_LATER:
        node = machine.later.pop()
        done += 1
        made += as_statements(machine, machine.run(node), node)
    if done:
        problems.append(f"too-deep:{done}")
    if machine.later:
        problems.append(f"unread-deep:{len(machine.later)}")
    return made


def as_statements(machine: Machine, value: Any, node: Node) -> list[ast.stmt]:
    """Return a converter's result as statements; a bare constant says nothing."""
    if isinstance(value, ast.expr):
        return (
            []
            if isinstance(value, ast.Constant) and value.value is ...
            else [machine.place(ast.Expr(value=value), node)]
        )
    return [one for one in value if isinstance(one, ast.stmt)] if isinstance(value, list) else []


def block(machine: Machine, node: Node) -> Steps:
    """Read a module or a body, statement by statement."""
    made: list[ast.stmt] = []
    for child in named(node):
        parsed = _offered(machine, child)
        made += as_statements(machine, (yield child), child) if parsed is None else parsed
    return made


def _offered(machine: Machine, node: Node) -> list[ast.stmt] | None:
    """Offer one statement to CPython's parser; None when it refuses, or when enough was offered."""
    length = node.end_byte - node.start_byte
    if node.type in {"ERROR", "print_statement", "exec_statement"} or machine.tries < 0:
        return None
    machine.tries -= length + TRIED
    row, col = node.start_point
    line_start = node.start_byte - col
    indent = machine.source[line_start : node.start_byte]
    alone = col > 0 and not indent.strip()
    source = machine.source[node.start_byte : node.end_byte]
    try:
        module = ast.parse(b"if 1:\n" + indent + source if alone else source)
    except REFUSED:
        return None
    found = module.body
    if alone:
        found = [one for head in module.body if isinstance(head, ast.If) for one in head.body]
    _shift(found, row - 1 if alone else row, 0 if alone else col)
    return found


def _shift(found: list[ast.stmt], rows: int, cols: int) -> None:
    if not rows and not cols:
        return
    for top in found:
        for one in ast.walk(top):
            if isinstance(one, (ast.expr, ast.stmt, ast.excepthandler, ast.arg, ast.keyword, ast.alias, ast.pattern)):
                if one.lineno == 1:
                    one.col_offset += cols
                if one.end_lineno == 1 and one.end_col_offset is not None:
                    one.end_col_offset += cols
                one.lineno += rows
                one.end_lineno = (one.end_lineno or one.lineno) + rows


def generic(machine: Machine, node: Node) -> Steps:
    """Read `T[A, B]` in an annotation."""
    head, *rest = named(node) or [node]
    made = expression((yield head), machine, head) if rest else machine.place(ast.Constant(value=...), node)
    keys: list[ast.expr] = yield from each(machine, [one for part in rest for one in named(part)])
    key = keys[0] if len(keys) == 1 else machine.place(ast.Tuple(elts=keys, ctx=ast.Load()), node)
    return machine.place(ast.Subscript(value=made, slice=key, ctx=ast.Load()), node)


class _Hopeless(Exception):
    """More pieces of errors than the reading of one text goes through."""


def error(machine: Machine, node: Node) -> Steps:
    """Search an error: what CPython's parser takes when it stands alone, else statements and calls in pieces."""
    machine.errors += 1
    machine.pieces += 1 + node.child_count
    if machine.pieces > MAX_PIECES:
        raise _Hopeless
    kept, rows = _islands(machine, node)
    groups: list[tuple[ast.expr | None, list[ast.expr]]] = [(None, [])]
    previous = ""
    for child in node.children:
        if child.start_point[0] in rows:
            continue
        current = groups[-1][1]
        after = bool(current) and previous in PRIMARY
        if child.type == "(":
            groups.append((current.pop() if after else None, []))
        elif child.type == ")" and len(groups) > 1:
            _close(machine, groups, child)
        elif child.is_named and child.type != "comment":
            offered = _offered(machine, child) if child.type.endswith(("statement", "definition")) else None
            value = offered if offered is not None else (yield child)
            if isinstance(value, ast.expr):
                current.append(_continued(machine, child, value, current, previous))
            else:
                kept += as_statements(machine, value, child)
        previous = child.type
    while len(groups) > 1:
        _close(machine, groups, node)
    loose = [one for one in groups[0][1] if not isinstance(one, (ast.Constant, ast.Name))]
    return [*kept, *(machine.place(ast.Expr(value=one), node) for one in loose)]


def _continued(machine: Machine, node: Node, value: ast.expr, current: list[ast.expr], previous: str) -> ast.expr:
    """Put an expression together with what stands before it: `a . b` and `a (b)` in pieces."""
    if current and previous == "." and isinstance(value, ast.Name):
        return machine.place(ast.Attribute(value=current.pop(), attr=value.id, ctx=ast.Load()), node)
    if current and previous in PRIMARY and node.type in {"parenthesized_expression", "argument_list", "tuple"}:
        args = value.elts if isinstance(value, ast.Tuple) else [value]
        return machine.place(ast.Call(func=current.pop(), args=args, keywords=[]), node)
    return value


def _islands(machine: Machine, node: Node) -> tuple[list[ast.stmt], set[int]]:
    """Offer the statements that begin in the first column within an error; return them and the rows they cover.

    One open bracket would otherwise swallow the rest of a file that a newer Python than ours may well run.
    """
    found: list[ast.stmt] = []
    rows: set[int] = set()
    first, last = node.start_point[0], node.end_point[0]
    if last == first:
        return found, rows
    text = machine.source[node.start_byte - node.start_point[1] : node.end_byte]
    starts = [start.start() for start in ISLAND.finditer(text)]
    for here, after in pairwise([*starts, len(text)]):
        piece = text[here:after]
        if machine.tries < 0:
            break
        machine.tries -= len(piece) + TRIED
        try:
            parsed = ast.parse(piece).body
        except REFUSED:
            continue
        row = first + text.count(b"\n", 0, here)
        rows.update(range(row, row + piece.count(b"\n") + 1))
        _shift(parsed, row, 0)
        found += parsed
    return found, rows


ISLAND: Final = re.compile(rb"^(?!else\b|elif\b|except\b|finally\b)[A-Za-z_@]", re.MULTILINE)
PRIMARY: Final = frozenset({"identifier", "attribute", "call", "subscript", ")", "parenthesized_expression"})


def _close(machine: Machine, groups: list[tuple[ast.expr | None, list[ast.expr]]], node: Node) -> None:
    called, inner = groups.pop()
    if called is not None:
        groups[-1][1].append(machine.place(ast.Call(func=called, args=inner, keywords=[]), node))
    else:
        groups[-1][1].extend(inner)


def other(machine: Machine, node: Node) -> Steps:
    """Read a node that has no converter: what is inside it, as one expression or as statements."""
    made: list[ast.stmt] = []
    values: list[ast.expr] = []
    for child in named(node):
        value = yield child
        if isinstance(value, ast.expr):
            values.append(value)
        else:
            made += as_statements(machine, value, child)
    if made:
        return [*made, *(machine.place(ast.Expr(value=one), node) for one in values)]
    if len(values) == 1:
        return values[0]
    return (
        machine.place(ast.Tuple(elts=values, ctx=ast.Load()), node)
        if values
        else machine.place(ast.Constant(value=...), node)
    )


TABLE: Final[dict[str, Converter]] = {
    **literals.CONVERTERS,
    **expressions.CONVERTERS,
    **statements.CONVERTERS,
    "module": block,
    "block": block,
    "ERROR": error,
    "generic_type": generic,
    "*": other,
}
