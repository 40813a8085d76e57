"""What a name means where it stands: local, of an enclosing scope, of the module, built in, or from a star import."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pratique.languages.python.evaluate import Known
from pratique.languages.python.lower import names
from pratique.languages.python.lower.body import Body, Bound, Summary


def name_load(b: Body, node: ast.Name) -> int:
    """Lower a name that is read."""
    bound = b.env.get(node.id)
    if bound is None:
        bound = outer(b, node.id, node)
    return b.load(bound, node) if type(bound) is str else bound  # type: ignore[return-value]


def owner_of(b: Body, name: str) -> Body | None:
    """Return the enclosing scope, from the next one outwards, that binds a name."""
    declared = b.declared.get(name)
    if declared is not None:
        return declared
    scope = b.parent
    while scope is not None:
        if scope.kind != "class" and (name in scope.history or name in scope.env):
            return scope
        scope = scope.parent
    return b if b.kind == "module" and name in b.history else None


def outer(b: Body, name: str, at: Any) -> Bound:
    """Return what a name means that this scope has not bound: a resolved name, or the ordinal of a new node."""
    if name in b.closed:
        return _closed(b, name, at)
    scope = owner_of(b, name)
    if scope is None:
        return _unbound(b, name, at)
    summary = scope.summary(name)
    if summary is None:
        return _unbound(b, name, at)
    return _seen(b, scope, name, summary, at)


def _seen(b: Body, scope: Body, name: str, summary: Summary, at: Any) -> Bound:
    refs = summary.refs
    if refs and summary.whole and not summary.marks and all("(" not in ref for ref in refs):
        return refs[0] if len(refs) == 1 else b.phi(refs, at)
    key = (f"~{name}" if scope.kind == "function" else f".{name}", b.guard)
    n = b.loads.get(key)
    if n is not None:
        return n
    if scope.kind == "function":
        scope.captured[name] = None
        n = b.emit_scope("free", name, (), at, scope.id, summary.val)
    else:
        n = b.emit_known("name", f".{name}", (), at, summary.val)
    b.loads[key] = n
    if refs:
        b.name_all(n, refs)
    if summary.marks:
        b.marks[n] = summary.marks
    if summary.origin is not None:
        b.origin[n] = summary.origin
    return n


def _closed(b: Body, name: str, at: Any) -> Bound:
    """Return a variable of a comprehension around this lambda."""
    bound = b.closed[name]
    parent = b.parent
    if parent is None or type(bound) is not int:
        return bound
    n = b.emit_scope("free", name, (), at, parent.id, parent.vals.get(bound))
    ref = parent.refs.get(bound)
    if ref is not None:
        b.name_all(n, parent.alts.get(bound) or (ref,))
    b.env[name] = n
    return n


def _unbound(b: Body, name: str, at: Any) -> Bound:
    if name == "__builtins__":
        return "builtins"
    if name in names.BUILTINS:
        return f"builtins.{name}"
    stars = names.strongest([f"{module}.*.{name}" for module in b.unit.stars])
    if stars and not name.startswith("__"):
        return stars[0] if len(stars) == 1 else b.phi(stars, at)
    for frame in reversed(b.loops):
        if name in frame:  # a later round of the loop sees what an earlier one left
            if frame[name] < 0:
                frame[name] = b.reserve()
            return frame[name]
    key = (f".{name}", b.guard)
    n = b.loads.get(key)
    if n is None:
        val = Known(b.unit.doc) if name == "__doc__" and b.unit.doc is not None else None
        n = b.loads[key] = b.emit_known("name", f".{name}", (), at, val)
    return n


def name_without_node(b: Body, name: str) -> str | None:
    """Return the resolved name that a variable stands for, leaving no trace."""
    bound = b.env.get(name)
    if type(bound) is str:
        return bound
    if bound is not None:
        return b.refs.get(bound)  # type: ignore[arg-type]
    scope = owner_of(b, name)
    summary = scope.summary(name) if scope is not None else None
    if summary is not None:
        return summary.refs[0] if summary.refs else None
    if name == "__builtins__":
        return "builtins"
    return f"builtins.{name}" if name in names.BUILTINS else None


def static_name(b: Body, node: ast.expr, local: Mapping[str, str] = MappingProxyType({})) -> str | None:
    """Return the resolved name of a chain of names, attributes and calls, leaving no trace.

    `local` says what names mean that only the function around the chain knows.
    """
    tail: list[str] = []
    current = node
    while len(tail) < 40:
        if type(current) is ast.Attribute:
            tail.append("." + current.attr)
            current = current.value
        elif type(current) is ast.Call:
            tail.append("()")
            current = current.func
        else:
            break
    ref = None
    if type(current) is ast.Name:
        ref = local.get(current.id) or name_without_node(b, current.id)
    if ref is None:
        return None
    for part in reversed(tail):
        name = names.called(ref) if part == "()" else names.join(ref, part[1:])
        if name is None:
            return None
        ref = name
    return ref
