"""The columns of the published table: derived from the label's own types, one level flat, the same in every release."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

from pratique.dataset.records import Label


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One column of labels.parquet."""

    name: str
    path: tuple[str, ...]
    """Where its values stand in a line of labels.jsonl."""
    sql: str
    """DuckDB's type."""
    doc: str


def columns(kind: type[msgspec.Struct] = Label) -> tuple[Column, ...]:
    """Return the columns in the order of the label's fields; fields of a nested struct become columns of their own."""
    return tuple(_columns(kind))


def table_type(kind: type[msgspec.Struct] = Label) -> dict[str, str]:
    """Return the type of each field of a line, for a reader of JSON lines."""
    return {name: sql_type(hint) for name, hint in get_type_hints(kind).items()}


def sql_type(hint: Any) -> str:
    """Return DuckDB's type for an annotation of a struct: texts, numbers, truths, tuples and structs of them."""
    hint = _plain(hint)
    if get_origin(hint) is tuple:
        return f"{sql_type(get_args(hint)[0])}[]"
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        inner = ", ".join(f'"{name}" {sql_type(one)}' for name, one in get_type_hints(hint).items())
        return f"STRUCT({inner})"
    known = {bool: "BOOLEAN", int: "BIGINT", float: "DOUBLE", str: "VARCHAR"}
    return known[str if get_origin(hint) is Literal else hint]


def _columns(kind: type[msgspec.Struct]) -> Iterator[Column]:
    for name, hint in get_type_hints(kind).items():
        bare = _plain(hint)
        if isinstance(bare, type) and issubclass(bare, msgspec.Struct):
            docs = field_docs(bare)
            for inner, one in get_type_hints(bare).items():
                yield Column(name=f"{name}_{inner}", path=(name, inner), sql=sql_type(one), doc=docs.get(inner, ""))
        else:
            yield Column(name=name, path=(name,), sql=sql_type(hint), doc=field_docs(kind).get(name, ""))


def field_docs(kind: type[msgspec.Struct]) -> dict[str, str]:
    """Return the texts that stand under a struct's fields in its source, on one line each."""
    import ast
    import inspect
    import textwrap

    (body,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    assert isinstance(body, ast.ClassDef)
    found = {}
    for field, after in zip(body.body, body.body[1:], strict=False):
        match field, after:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                found[name] = " ".join(text.split())
    return found


def _plain(hint: Any) -> Any:
    """Return `X` of `X | None`."""
    if get_origin(hint) in (Union, types.UnionType):
        return next(one for one in get_args(hint) if one is not type(None))
    return hint
