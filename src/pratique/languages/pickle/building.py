"""Opcodes that fill containers, name globals and call them."""

from __future__ import annotations

import ast
from typing import Final

from pratique.languages.bytecode import syntax
from pratique.languages.pickle.machine import LINE, MARK, Handlers, Machine, Value
from pratique.languages.pickle.opcodes import Opcode

HANDLERS: Final = Handlers()


@HANDLERS.does(b")]}\x8f")
def _empty(m: Machine, one: Opcode) -> None:
    if one.code == ord("}"):
        m.push(m.made(ast.Dict(keys=[], values=[]), []))
    else:
        m.push(m.made(syntax.sequence({41: "tuple", 93: "list"}.get(one.code, "set"), [], LINE), []))


@HANDLERS.does(b"tl\x91")
def _collect(m: Machine, one: Opcode) -> None:
    values = m.marked()
    kind = {116: "tuple", 108: "list"}.get(one.code, "set")
    m.push(m.made(syntax.sequence(kind, values if kind == "tuple" else m.kept(values), LINE), values))


@HANDLERS.does(b"\x85\x86\x87")
def _tuple(m: Machine, one: Opcode) -> None:
    values = [m.pop() for _ in range(one.code - 0x84)][::-1]
    m.push(m.made(syntax.sequence("tuple", values, LINE), values))


@HANDLERS.does(b"d")
def _dict(m: Machine, _one: Opcode) -> None:
    values = m.marked()
    m.push(m.made(ast.Dict(keys=[], values=[]), []))
    _add_pairs(m, values)


@HANDLERS.does(b"ae\x90")
def _append(m: Machine, one: Opcode) -> None:
    values = [m.pop()] if one.code == ord("a") else m.marked()
    owner = m.stack[-1] if m.stack else None
    kept = m.kept(values)
    if isinstance(owner, (ast.List, ast.Set)):
        owner.elts.extend(kept)
        m.stack[-1] = m.grown(owner, kept)
    elif isinstance(owner, ast.expr) and kept:
        m.stack[-1] = m.named(owner)
        method = "extend" if one.code != 0x90 else "update"
        m.effect(syntax.call(syntax.attribute(m.stack[-1], method, LINE), [syntax.sequence("list", kept, LINE)], LINE))


@HANDLERS.does(b"su")
def _set_items(m: Machine, one: Opcode) -> None:
    _add_pairs(m, [m.pop(), m.pop()][::-1] if one.code == ord("s") else m.marked())


def _add_pairs(m: Machine, values: list[ast.expr]) -> None:
    owner = m.stack[-1] if m.stack else None
    pairs = list(zip(values[0::2], values[1::2], strict=False))
    if isinstance(owner, ast.Dict):
        kept = [pair for pair in pairs if m.kept(list(pair))]
        owner.keys.extend(key for key, _ in kept)
        owner.values.extend(value for _, value in kept)
        m.stack[-1] = m.grown(owner, values)
    elif isinstance(owner, ast.expr):
        owner = m.stack[-1] = m.named(owner)
        for key, value in pairs:
            m.body.append(syntax.assign(syntax.subscript(owner, key, LINE, store=True), value, LINE))


# --- globals and calls


@HANDLERS.does(b"ci")
def _global(m: Machine, one: Opcode) -> None:
    module, _, name = one.arg.decode("utf-8", "replace").partition("\n")
    args = m.marked() if one.code == ord("i") else None
    found = m.load(module, name)
    if args is None:
        m.push(found)
    else:
        m.call(found, args)


@HANDLERS.does(b"\x93")
def _stack_global(m: Machine, _one: Opcode) -> None:
    name, module = m.pop(), m.pop()
    texts = [
        one.value if isinstance(one, ast.Constant) and isinstance(one.value, str) else None for one in (module, name)
    ]
    if texts[0] is not None and texts[1] is not None:
        clean = [text.encode("utf-8", "replace").decode() for text in texts if text is not None]
        m.push(m.load(clean[0], clean[1]))
    else:
        m.push(m.computed(module, name))


@HANDLERS.does(b"R\x81")
def _reduce(m: Machine, _one: Opcode) -> None:
    args = m.pop()
    m.call(m.take(), args)


@HANDLERS.does(b"\x92")
def _new_object(m: Machine, _one: Opcode) -> None:
    keywords, args = m.pop(), m.pop()
    m.call(m.take(), args, keywords)


@HANDLERS.does(b"o")
def _object(m: Machine, _one: Opcode) -> None:
    found: list[Value] = []
    while m.stack:
        value = m.stack.pop()
        if value is MARK:
            break
        found.append(value)
    if found:
        func = found.pop()
        m.call(func, [m.expression(value) for value in reversed(found)])


@HANDLERS.does(b"b")
def _build(m: Machine, _one: Opcode) -> None:
    """Give an object its state: attributes, or what its `__setstate__` makes of them."""
    state = m.pop()
    owner = m.stack[-1] if m.stack else None
    if isinstance(owner, (ast.Tuple, ast.List, ast.Dict)) or not isinstance(owner, ast.expr):
        m.effect(state)
        return
    owner = m.stack[-1] = m.named(owner)
    pairs = zip(state.keys, state.values, strict=True) if isinstance(state, ast.Dict) else ()
    for key, value in pairs:
        if isinstance(value, ast.Name) and isinstance(key, ast.Constant) and isinstance(key.value, str):
            m.body.append(syntax.assign(syntax.attribute(owner, key.value or "?", LINE, store=True), value, LINE))
    m.effect(syntax.call(syntax.attribute(owner, "__setstate__", LINE), [state], LINE))
