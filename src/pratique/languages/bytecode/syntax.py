"""Builders of syntax: each returns a node of `ast` with its place filled in, as the lowering wants it."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any, TypeVar, cast

T = TypeVar("T", ast.expr, ast.stmt, ast.arg, ast.keyword, ast.alias, ast.excepthandler)


def place(node: T, line: int) -> T:
    """Give a node its line; there are no columns in bytecode."""
    node.lineno = line
    node.end_lineno = line
    node.col_offset = 0
    node.end_col_offset = 0
    return node


def name(text: str, line: int, *, store: bool = False) -> ast.expr:
    """Return a variable."""
    return place(ast.Name(id=text, ctx=ast.Store() if store else ast.Load()), line)


def const(value: Any, line: int) -> ast.expr:
    """Return a scalar."""
    return place(ast.Constant(value=value), line)


def attribute(value: ast.expr, text: str, line: int, *, store: bool = False) -> ast.expr:
    """Return an attribute of a value."""
    return place(ast.Attribute(value=value, attr=text, ctx=ast.Store() if store else ast.Load()), line)


def dotted(text: str, line: int) -> ast.expr:
    """Return a name with attributes: `a.b.c`."""
    first, *rest = text.split(".")
    made = name(first, line)
    for part in rest:
        made = attribute(made, part, line)
    return made


def subscript(value: ast.expr, key: ast.expr, line: int, *, store: bool = False) -> ast.expr:
    """Return an item of a value."""
    return place(ast.Subscript(value=value, slice=key, ctx=ast.Store() if store else ast.Load()), line)


def call(func: ast.expr, args: Iterable[ast.expr], line: int, keywords: Iterable[ast.keyword] = ()) -> ast.expr:
    """Return a call."""
    return place(ast.Call(func=func, args=list(args), keywords=list(keywords)), line)


def keyword(key: str | None, value: ast.expr, line: int) -> ast.keyword:
    """Return a keyword argument; None unpacks."""
    return place(ast.keyword(arg=key, value=value), line)


def mapping(parts: list[ast.expr]) -> ast.Dict:
    """Make a dictionary of keys and values in turn; what damaged code leaves without a value is spread into it."""
    keys: list[ast.expr | None] = list(parts[0::2])
    values = parts[1::2]
    if len(values) < len(keys):
        values.append(parts[-1])
        keys[-1] = None
    return ast.Dict(keys=keys, values=values)


def sequence(kind: str, items: Iterable[ast.expr], line: int) -> ast.expr:
    """Return a display of kind tuple, list or set."""
    if kind == "set":
        return place(ast.Set(elts=list(items)), line)
    made = (
        ast.Tuple(elts=list(items), ctx=ast.Load()) if kind == "tuple" else ast.List(elts=list(items), ctx=ast.Load())
    )
    return place(made, line)


def unknown(line: int) -> ast.expr:
    """Return a value that nothing is known about: an operation that never folds."""
    return place(ast.BinOp(left=const(None, line), op=ast.MatMult(), right=const(None, line)), line)


def expression(value: ast.expr, line: int) -> ast.stmt:
    """Return an expression as a statement."""
    return place(ast.Expr(value=value), line)


def assign(target: ast.expr, value: ast.expr, line: int) -> ast.stmt:
    """Return an assignment."""
    return place(ast.Assign(targets=[target], value=value), line)


def importing(module: str, attr: str | None, alias: str | None, level: int, line: int) -> ast.stmt:
    """Return `import module as alias` or `from module import attr as alias`."""
    if attr is None:
        return place(ast.Import(names=[place(ast.alias(name=module, asname=alias), line)]), line)
    names = [place(ast.alias(name=attr, asname=alias if alias != attr else None), line)]
    return place(ast.ImportFrom(module=module or None, names=names, level=level), line)


def conditional(test: ast.expr, body: list[ast.stmt], line: int) -> ast.If:
    """Return an `if` whose branches are filled later."""
    made = ast.If(test=test, body=body, orelse=[])
    place(made, line)
    return made


def function(
    text: str, args: ast.arguments, body: list[ast.stmt], decorators: list[ast.expr], line: int, is_async: bool
) -> ast.stmt:
    """Return a function definition whose body is filled later."""
    kind = ast.AsyncFunctionDef if is_async else ast.FunctionDef
    made: Any = kind(name=text, args=args, body=body, decorator_list=decorators, returns=None)
    made.type_params = []
    place(made, line)
    return cast("ast.stmt", made)


def class_definition(
    text: str, bases: list[ast.expr], keywords: list[ast.keyword], body: list[ast.stmt], line: int
) -> ast.stmt:
    """Return a class definition whose body is filled later."""
    made: Any = ast.ClassDef(name=text, bases=bases, keywords=keywords, body=body, decorator_list=[])
    made.type_params = []
    place(made, line)
    return cast("ast.stmt", made)


def parameters(
    positional: Iterable[str], star: str, kwonly: Iterable[str], stars: str, defaults: list[ast.expr], line: int
) -> ast.arguments:
    """Return a signature; "" where there is no `*args` or `**kwargs`."""
    args = [place(ast.arg(arg=one), line) for one in positional]
    only = [place(ast.arg(arg=one), line) for one in kwonly]
    return ast.arguments(
        posonlyargs=[], args=args, vararg=place(ast.arg(arg=star), line) if star else None, kwonlyargs=only,
        kw_defaults=[None] * len(only), kwarg=place(ast.arg(arg=stars), line) if stars else None,
        defaults=defaults[-len(args) :] if args else [],
    )  # fmt: skip
