"""What of an object or a buffer is sure wherever it is seen: not what some function of the file sets or fills later."""

from __future__ import annotations

import ast

from pratique.languages.python.evaluate import UNKNOWN, Instance, Known, Result, State
from pratique.languages.python.lower.unit import Unit

FILLED = (list, dict, set, bytearray)


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
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                counts = getattr(node, "name", "") != "__init__"
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and counts:
                found.add(node.attr)
            stack.extend((child, counts) for child in ast.iter_child_nodes(node))
        unit.set_later = frozenset(found)
    return unit.set_later
