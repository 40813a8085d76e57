"""Lowering: a syntax tree of Python to the value graph of facts.

The module body is read first, with class bodies where they stand; function bodies wait until everything around them
is known, and each is read on its own. Nothing here recurses with the input: deep expressions are read from the inside
outwards, long chains in a loop, deep blocks after the rest of their scope.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pratique.languages.python.evaluate import Known, docstring
from pratique.languages.python.lower import (
    branches,
    calls,
    definitions,
    expressions,
    inline,
    lookups,
    passing,
    reflection,
    statements,
)
from pratique.languages.python.lower.body import Body
from pratique.languages.python.lower.columns import in_characters
from pratique.languages.python.lower.definitions import mentioned
from pratique.languages.python.lower.unit import NODES, Pending, Unit
from pratique.model import Import, Scope, Span

__all__ = ["Lowered", "lower", "mentioned"]
GLOBAL = re.compile(r"^[ \t]+global[ \t]", re.MULTILINE)
HANDLERS = (branches, calls, definitions, expressions, inline, lookups, passing, reflection, statements)
"""The modules that fill the tables of handlers when they are imported."""


@dataclass(frozen=True, slots=True)
class Lowered:
    """What lowering gives."""

    scopes: tuple[Scope, ...]
    imports: tuple[Import, ...]
    limits: tuple[str, ...]


def lower(
    tree: ast.Module,
    text: str,
    *,
    fuel: int = NODES,
    wanted: Callable[[str], bool] | None = None,
    given: Mapping[tuple[int, int, str], str | bytes] | None = None,
) -> Lowered:
    """Lower a module, the lines of its text ending with a line feed.

    `wanted` chooses function bodies by qualified name, the others become holes; None: all are read.
    `given` says what calls give that read files, by line, column and resolved name.
    """
    unit = Unit(fuel=fuel, doc=docstring(tree.body))
    unit.tree = tree
    unit.given = {place: Known(value, ("file",)) for place, value in (given or {}).items()}
    lines = text.split("\n") if wanted is not None or not text.isascii() else []
    module = Body(unit, unit.reserve(), None, "module", "", Span(1, 0, text.count("\n") + 1))
    if GLOBAL.search(text):
        unit.reassigned = {name for part in ast.walk(tree) if type(part) is ast.Global for name in part.names}
    statements.block(module, tree.body)
    definitions.run_late(module)
    unit.spent += len(module.nodes)
    while unit.pending:
        pending = _next(unit)
        if unit.spent > unit.nodes or (wanted is not None and not wanted(pending.name)):
            lines = lines or text.split("\n")
            definitions.skip_body(pending, unit, lines)
        else:
            definitions.lower_body(pending, unit)
    if unit.fuel.exhausted:
        unit.limits["more steps of constant evaluation than are taken"] = None
    scopes = tuple(body.finish() for body in unit.scopes if body is not None)
    if not text.isascii():
        scopes = in_characters(scopes, lines)
    lowered = Lowered(scopes, tuple(unit.imports), tuple(unit.limits))
    unit.close()
    return lowered


def _next(unit: Unit) -> Pending:
    """Take a body: constructors first, since other methods use what they set, then in order."""
    if not unit.sorted:
        unit.sorted = True
        ordered = sorted(unit.pending, key=_rank)
        unit.pending.clear()
        unit.pending.extend(ordered)
    return unit.pending.popleft()


def _rank(pending: Pending) -> int:
    node = pending.node
    if isinstance(node, ast.Lambda):
        return 2
    if pending.owner is not None and node.name == "__init__":
        return 0
    return 1 if any(type(statement) is ast.Global for statement in node.body) else 2
