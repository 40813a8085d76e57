"""What of an object or a buffer is sure wherever it is seen: not what some function of the file sets or fills later."""

from __future__ import annotations

import ast
from typing import Any

from pratique.languages.python.evaluate import UNKNOWN, Instance, Known, Result, State
from pratique.languages.python.lower.unit import Unit

FILLED = (list, dict, set, bytearray)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_LEAVES = frozenset({
    ast.Name, ast.Constant, ast.Load, ast.Store, ast.Del, ast.alias, str, int, type(None), bool, float, bytes, complex,
    type(...), *ast.operator.__subclasses__(), *ast.unaryop.__subclasses__(), *ast.boolop.__subclasses__(),
    *ast.cmpop.__subclasses__(),
})  # fmt: skip
"""What stands in a tree, or in a field of it, and holds no nodes of interest: a whole file is walked through."""


def steady(unit: Unit, val: Known) -> Known | None:
    """Return a value as other scopes may see it; None where nothing of it is sure."""
    value = val.value
    if isinstance(value, State):
        return val if value.is_filled else None
    if not isinstance(value, Instance) or "_value_" in value.fields:
        return val
    one = Instance(value.cls, value.plain)
    one.fields = {name: UNKNOWN if _changes(unit, name, held) else held for name, held in value.fields.items()}
    return Known(one, val.codecs)


def _changes(unit: Unit, name: str, held: Result) -> bool:
    """Whether an attribute is set outside of constructors, or is an empty container that someone fills."""
    empty = held is not UNKNOWN and isinstance(held.value, FILLED) and not held.value
    return empty or name in _set_later(unit)


def _set_later(unit: Unit) -> frozenset[str]:
    """Return the attributes that functions of the file set, constructors apart."""
    if unit.set_later is None:
        found: set[str] = set()
        stack: list[tuple[ast.AST, bool]] = [(unit.tree, False)] if unit.tree is not None else []
        while stack:
            node, counts = stack.pop()
            kind = type(node)
            if kind in _FUNCTIONS:
                counts = getattr(node, "name", "") != "__init__"
            elif counts and kind is ast.Attribute and type(node.ctx) is ast.Store:  # type: ignore[attr-defined]
                found.add(node.attr)  # type: ignore[attr-defined]
            for field in kind._fields:
                held: Any = getattr(node, field, None)
                inner = held if type(held) is list else (held,)
                stack.extend([(child, counts) for child in inner if type(child) not in _LEAVES])
        unit.set_later = frozenset(found)
    return unit.set_later
