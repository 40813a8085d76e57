"""The machine that runs converters: generators on an explicit stack, so that nesting costs memory, never recursion.

A converter takes a grammar node and yields the nodes it needs converted; each `yield` gives the result. It returns an
expression or a list of statements.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Generator, Sequence
from types import GeneratorType
from typing import Any, Final, TypeAlias, TypeVar

from tree_sitter import Node

MAX_NESTING: Final = 400
"""Converters waiting for each other. What lies deeper is converted on its own, after the statement that holds it."""

Steps: TypeAlias = Generator[Node, Any, Any]
Converter: TypeAlias = Callable[["Machine", Node], Any]
T = TypeVar("T", bound=ast.AST)


class Machine:
    """One conversion: the source, the converters, and what was noticed on the way."""

    def __init__(self, source: bytes, table: dict[str, Converter]) -> None:
        self.source = source
        self.table = table
        self.later: list[Node] = []
        """Subtrees that lay too deep."""
        self.python2 = False
        self.python3 = False
        self.errors = 0
        self.pieces = 0
        """Of errors, with themselves."""
        self.tries = 8 * len(source) + 1_000_000
        """Bytes that may still be offered to CPython's parser, piece by piece."""

    def run(self, node: Node) -> Any:
        """Convert one node."""
        stack: list[Steps] = []
        value = self._start(node, stack)
        while stack:
            try:
                wanted = stack[-1].send(value)
            except StopIteration as done:
                stack.pop()
                value = done.value
                continue
            if len(stack) > MAX_NESTING:
                self.later.append(wanted)
                value = self.place(ast.Constant(value=...), wanted)
            else:
                value = self._start(wanted, stack)
        return value

    def _start(self, node: Node, stack: list[Steps]) -> Any:
        found = self.table.get(node.type, self.table["*"])(self, node)
        if isinstance(found, GeneratorType):
            stack.append(found)
            return None
        return found

    def text(self, node: Node) -> str:
        """Return the source of a node."""
        return self.source[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def place(self, made: T, node: Node) -> T:
        """Give a made node the place of a grammar node."""
        row, col = node.start_point
        made.lineno = row + 1  # type: ignore[attr-defined]
        made.col_offset = col  # type: ignore[attr-defined]
        end_row, end_col = node.end_point
        made.end_lineno = end_row + 1  # type: ignore[attr-defined]
        made.end_col_offset = end_col  # type: ignore[attr-defined]
        return made

    def name(self, text: str, node: Node) -> ast.Name:
        """Make a load of a name."""
        return self.place(ast.Name(id=text, ctx=ast.Load()), node)

    def call(
        self, function: str, args: Sequence[ast.expr], node: Node, keywords: Sequence[ast.keyword] = ()
    ) -> ast.Call:
        """Make a call of a name."""
        return self.place(ast.Call(func=self.name(function, node), args=list(args), keywords=list(keywords)), node)


def expression(value: Any, machine: Machine, node: Node) -> ast.expr:
    """Return `value` if it is an expression; statements where one was expected are kept by the caller's later pass."""
    if isinstance(value, ast.expr):
        return value
    machine.later.append(node)
    return machine.place(ast.Constant(value=...), node)


def each(machine: Machine, nodes: Sequence[Node]) -> Steps:
    """Convert expressions in order."""
    made: list[ast.expr] = []
    for child in nodes:
        value = yield child
        made.append(expression(value, machine, child))
    return made


def storing(target: ast.expr, ctx: type[ast.Store | ast.Del] = ast.Store) -> Any:
    """Mark an expression, and the targets inside it, as stored to or deleted."""
    stack = [target]
    while stack:
        one = stack.pop()
        if isinstance(one, (ast.Tuple, ast.List)):
            stack.extend(one.elts)
        elif isinstance(one, ast.Starred):
            stack.append(one.value)
        if isinstance(one, (ast.Tuple, ast.List, ast.Starred, ast.Name, ast.Attribute, ast.Subscript)):
            one.ctx = ctx()
    return target


def fields(node: Node, name: str) -> list[Node]:
    """Return the named children of one field."""
    return [child for child in node.children_by_field_name(name) if child.is_named]


def named(node: Node) -> list[Node]:
    """Return the named children without comments."""
    return [child for child in node.children if child.is_named and child.type not in {"comment", "line_continuation"}]


def has_token(node: Node, token: str) -> bool:
    """Whether one of the direct children is this keyword or sign."""
    return any(child.type == token for child in node.children)
