"""Displays, unpacking and formatted text."""

from __future__ import annotations

import ast
from typing import Final

from pratique.languages.bytecode import syntax
from pratique.languages.bytecode.instructions import Instruction
from pratique.languages.bytecode.operations import does
from pratique.languages.bytecode.walker import Walker

_CONVERSIONS: Final = (-1, 115, 114, 97)
"""What `!s`, `!r` and `!a` are in `ast`."""


# --- displays


@does("BUILD_TUPLE", "BUILD_LIST", "BUILD_SET")
def _build(w: Walker, one: Instruction) -> None:
    parts = w.pops(one.arg)
    w.push(w.made(syntax.sequence(one.name[6:].lower(), parts, w.line), *parts))


@does("BUILD_MAP")
def _build_map(w: Walker, one: Instruction) -> None:
    parts = w.pops(2 * one.arg if w.minor >= (3, 5) else 0)
    w.push(w.made(syntax.mapping(parts), *parts))


@does("BUILD_CONST_KEY_MAP")
def _build_keyed(w: Walker, one: Instruction) -> None:
    keys = w.pop()
    parts = w.pops(one.arg)
    found = keys.elts if isinstance(keys, ast.Tuple) else []
    if len(found) != len(parts):
        found = [w.unknown() for _ in parts]
    w.push(w.made(ast.Dict(keys=list(found), values=parts), *parts))


@does("STORE_MAP")
def _store_map(w: Walker, _one: Instruction) -> None:
    value, key = w.pops(2)
    _add_pair(w, 1, key, value)


@does("MAP_ADD")
def _map_add(w: Walker, one: Instruction) -> None:
    first, second = w.pops(2)
    key, value = (first, second) if w.minor >= (3, 8) else (second, first)
    _add_pair(w, one.arg, key, value)


def _add_pair(w: Walker, depth: int, key: ast.expr, value: ast.expr) -> None:
    owner = w.stack[-depth] if 0 < depth <= len(w.stack) else None
    if isinstance(owner, ast.Dict):
        owner.keys.append(key)
        owner.values.append(value)
    elif isinstance(owner, ast.Name):
        w.emit(syntax.assign(syntax.subscript(owner, key, w.line, store=True), value, w.line))
    else:
        w.effect(value)


@does("LIST_APPEND", "SET_ADD")
def _append(w: Walker, one: Instruction) -> None:
    _add(w, one.arg, w.pop(), "append" if one.name == "LIST_APPEND" else "add")


@does("LIST_EXTEND", "SET_UPDATE")
def _extend(w: Walker, one: Instruction) -> None:
    value = w.pop()
    owner = w.stack[-one.arg] if 0 < one.arg <= len(w.stack) else None
    if isinstance(value, (ast.Tuple, ast.List, ast.Set)) and isinstance(owner, (ast.List, ast.Set)):
        owner.elts.extend(value.elts)
        return
    _add(w, one.arg, value, "extend" if one.name == "LIST_EXTEND" else "update", starred=True)


def _add(w: Walker, depth: int, value: ast.expr, method: str, *, starred: bool = False) -> None:
    owner = w.stack[-depth] if 0 < depth <= len(w.stack) else None
    if isinstance(owner, (ast.List, ast.Set)):
        owner.elts.append(syntax.place(ast.Starred(value=value, ctx=ast.Load()), w.line) if starred else value)
    elif isinstance(owner, ast.Name):
        w.effect(syntax.call(syntax.attribute(owner, method, w.line), [value], w.line))
    else:
        w.effect(value)


@does("DICT_UPDATE", "DICT_MERGE")
def _merge(w: Walker, one: Instruction) -> None:
    value = w.pop()
    owner = w.stack[-one.arg] if 0 < one.arg <= len(w.stack) else None
    if isinstance(owner, ast.Dict):
        owner.keys.append(None)
        owner.values.append(value)
    else:
        _add(w, one.arg, value, "update")


@does("LIST_TO_TUPLE")
def _to_tuple(w: Walker, _one: Instruction) -> None:
    value = w.pop()
    w.push(syntax.sequence("tuple", value.elts, w.line) if isinstance(value, ast.List) else value)


@does(*(f"BUILD_{kind}_UNPACK{tail}" for kind in ("TUPLE", "LIST", "SET", "MAP") for tail in ("", "_WITH_CALL")))
def _unpacked(w: Walker, one: Instruction) -> None:
    parts = w.pops(one.arg & 0xFF)
    kind = one.name.split("_")[1].lower()
    if kind == "map":
        pairs: list[tuple[ast.expr | None, ast.expr]] = []
        for part in parts:
            known = isinstance(part, ast.Dict)
            pairs += (
                zip(part.keys, part.values, strict=True) if isinstance(part, ast.Dict) and known else [(None, part)]
            )
        w.push(w.made(ast.Dict(keys=[key for key, _ in pairs], values=[value for _, value in pairs]), *parts))
        return
    items: list[ast.expr] = []
    for part in parts:
        if isinstance(part, (ast.Tuple, ast.List)):
            items += part.elts
        else:
            items.append(syntax.place(ast.Starred(value=part, ctx=ast.Load()), w.line))
    w.push(w.made(syntax.sequence(kind, items, w.line), *parts))


@does("UNPACK_SEQUENCE", "UNPACK_EX")
def _unpack(w: Walker, one: Instruction) -> None:
    before, after = (one.arg, -1) if one.name == "UNPACK_SEQUENCE" else (one.arg & 0xFF, one.arg >> 8)
    count = min(before + after + 1, 1024)
    value = w.pop()
    names = [w.session.fresh() for _ in range(count)]
    targets = [syntax.name(text, w.line, store=True) for text in names]
    if after >= 0 and before < count:
        targets[before] = syntax.place(ast.Starred(value=targets[before], ctx=ast.Store()), w.line)
    w.emit(syntax.assign(syntax.place(ast.Tuple(elts=targets, ctx=ast.Store()), w.line), value, w.line))
    for text in reversed(names):
        w.push(syntax.name(text, w.line))


# --- text


@does("FORMAT_VALUE", "FORMAT_SIMPLE", "FORMAT_WITH_SPEC", "BUILD_INTERPOLATION")
def _format(w: Walker, one: Instruction) -> None:
    has_spec = one.name == "FORMAT_WITH_SPEC" or (one.name == "FORMAT_VALUE" and one.arg & 4)
    spec = w.pop() if has_spec else None
    if one.name == "BUILD_INTERPOLATION":
        w.pops(2 if one.arg & 1 else 1)
    conversion = _CONVERSIONS[one.arg & 3] if one.name == "FORMAT_VALUE" else -1
    value = w.pop()
    text = ast.JoinedStr(values=[spec]) if isinstance(spec, ast.Constant) and isinstance(spec.value, str) else None
    if text is not None:
        syntax.place(text, w.line)
    part = syntax.place(ast.FormattedValue(value=value, conversion=conversion, format_spec=text), w.line)
    w.push(w.made(ast.JoinedStr(values=[part]), value))


@does("CONVERT_VALUE")
def _convert_value(w: Walker, one: Instruction) -> None:
    value = w.pop()
    function = ("str", "str", "repr", "ascii")[one.arg & 3]
    w.push(w.made(syntax.call(syntax.name(function, w.line), [value], w.line), value))


@does("BUILD_STRING")
def _build_string(w: Walker, one: Instruction) -> None:
    parts = w.pops(one.arg)
    values: list[ast.expr] = []
    for part in parts:
        if isinstance(part, ast.JoinedStr):
            values.extend(part.values)
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            values.append(part)
        else:
            values.append(syntax.place(ast.FormattedValue(value=part, conversion=-1, format_spec=None), w.line))
    w.push(w.made(ast.JoinedStr(values=values), *parts))
