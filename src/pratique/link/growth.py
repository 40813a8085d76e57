"""Layers that stand apart join a linked program without linking the rest again: command lines name nothing of it."""

from __future__ import annotations

from collections.abc import Sequence

from pratique.link.calls import Linker
from pratique.link.program import Unit, add

_APART = frozenset({"shell", "powershell", "batch"})
"""Languages whose layers share no names with the file that they were found in."""


def grow(linker: Linker, units: Sequence[Unit]) -> int | None:
    """Add the units, and the calls of units, that the program does not have yet; return its first new scope.

    None where one of them has to do with the rest: the program is then to be built anew.
    """
    program, names = linker.program, linker.names
    fresh, first = units[len(program.units) :], len(program.scopes)
    if program.twins or not all(_is_apart(unit) for unit in fresh):
        return None
    number = len(program.units)
    for unit in fresh:
        add(program, unit)
    for scope in range(first, len(program.scopes)):
        for name in {node.name for node in program.scopes[scope].nodes if node.name}:
            target = names.resolve(program.unit_of[scope], name.removesuffix("[]"))
            inside = target.scope >= first or (target.variable is not None and target.variable[0] >= number)
            if not inside and not (target.external and not target.hub):
                return None
    linker.link(number)
    for known in range(number):
        if units[known] is not program.units[known]:
            linker.run_layer(known, units[known].also[len(program.units[known].also) :])
            program.units[known] = units[known]
    return first


def _is_apart(unit: Unit) -> bool:
    """Tell whether a unit is a layer, in a language that knows no objects, whose calls all have a name."""
    scopes = unit.facts.scopes
    return (
        unit.home is not None
        and unit.facts.language in _APART
        and not any(scope.kind == "class" or scope.methods_of >= 0 for scope in scopes)
        and all(node.name or node.op != "call" for scope in scopes for node in scope.nodes)
    )
