"""From a code object to a module's syntax: all code objects in it, one after the other."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any, Final

from pratique.languages.bytecode import calls, displays, flow, operations, syntax
from pratique.languages.bytecode.comprehensions import FUNCTIONS
from pratique.languages.bytecode.marshal import Code, Collection
from pratique.languages.bytecode.versions import Table
from pratique.languages.bytecode.walker import Function, Session, Walker

HANDLERS: Final = (calls, displays, flow, operations)
"""The modules that fill the table of handlers when they are imported."""
FUEL: Final = 400_000
"""Instructions and constants of one file."""
DEEPEST: Final = 30
"""Functions in functions."""


def lift(code: Code, table: Table, minor: tuple[int, int]) -> tuple[list[ast.stmt], tuple[str, ...]]:
    """Return the statements of a module and what could not be read of it."""
    session = Session(table, minor, FUEL)
    body: list[ast.stmt] = []
    session.lifted.add(id(code))
    session.pending.append((code, body, 0))
    while session.pending:
        _one(session, *session.pending.pop())
    return body, tuple(session.problems)


def _one(session: Session, code: Code, body: list[ast.stmt], depth: int) -> None:
    if session.fuel <= 0:
        session.problems["more instructions than are taken"] = None
        body.extend(names_of(code))
        return
    walker = Walker(session, code, body, depth)
    walker.run(operations.TABLE)
    for value in code.consts:  # code that no instruction makes a function of is read all the same
        if isinstance(value, Code) and id(value) not in session.lifted and depth < DEEPEST:
            walker.define(Function(value))
    if depth >= DEEPEST and any(isinstance(value, Code) for value in code.consts):
        session.problems[f"functions more than {DEEPEST} deep"] = None
        session.pending[:] = [one for one in session.pending if one[2] <= DEEPEST]
    for kind, keyword in (("global", ast.Global), ("nonlocal", ast.Nonlocal)):
        names = [text for text, declared in walker.declared.items() if declared == kind]
        if names:
            body.insert(0, syntax.place(keyword(names=names), code.firstlineno))
    if not body:
        body.append(syntax.place(ast.Pass(), code.firstlineno))


def lift_now(session: Session, code: Code, depth: int) -> list[ast.stmt] | None:
    """Return the body of a small function at once; None when it defines something or lies too deep."""
    if depth > DEEPEST or session.fuel <= 0:
        return None
    if any(isinstance(value, Code) and value.name not in FUNCTIONS for value in code.consts):
        return None
    before, body = len(session.pending), list[ast.stmt]()
    Walker(session, code, body, depth).run(operations.TABLE)
    if len(session.pending) > before:
        del session.pending[before:]
        return None
    session.lifted.add(id(code))
    return body


def names_of(code: Code) -> Iterator[ast.stmt]:
    """Yield what a code object mentions where its instructions were not read: names and constants."""
    line = code.firstlineno
    for text in code.names:
        yield syntax.expression(syntax.name(text or "?", line), line)
    for value in scalars(code.consts):
        yield syntax.assign(syntax.name("$const", line, store=True), syntax.const(value, line), line)


def scalars(value: Any, limit: int = 100_000) -> Iterator[str | bytes]:
    """Yield the texts and bytes in a constant, those of code objects apart."""
    stack = [value]
    while stack and limit > 0:
        limit -= 1
        one = stack.pop()
        if isinstance(one, (str, bytes)):
            yield one
        elif isinstance(one, Collection):
            stack.extend(reversed(one.items))
        elif isinstance(one, tuple):
            stack.extend(reversed(one))


def mentioned(code: Code) -> list[ast.stmt]:
    """Return a module that mentions the names and constants of a code object and all those inside it."""
    body: list[ast.stmt] = []
    stack, seen = [code], {id(code)}
    while stack and len(body) < FUEL:
        one = stack.pop()
        body.extend(names_of(one))
        for value in one.consts:
            if isinstance(value, Code) and id(value) not in seen:
                seen.add(id(value))
                stack.append(value)
    return body or [syntax.place(ast.Pass(), 1)]
