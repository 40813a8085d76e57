"""Layers that change nothing of what was linked join a program without linking the rest again.

Most decoded code stands apart: it uses names of the file that it was found in, and gives none back. Whether one does
not is told afterwards, by what linking it wrote into the tables of the rest; a program where that happened is thrown
away and built anew with all units.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence, Sized

from pratique.capabilities.mapfile import CapabilityMap
from pratique.link.calls import Linker
from pratique.link.computed import Computed
from pratique.link.program import Program, Unit, add
from pratique.link.shared import place
from pratique.link.values import Values


def grow(linker: Linker, values: Values, units: Sequence[Unit], map_of: Callable[[str], CapabilityMap]) -> int | None:
    """Add the units, and the calls of units, that the program does not have yet; return its first new scope.

    None where one of them has to do with the rest: the program is no use any more, and is to be built anew.
    """
    program = linker.program
    number, first = len(program.units), len(program.scopes)
    fresh = units[number:]
    if not all(_is_apart(program, unit) for unit in fresh):
        return None
    before, noted = _written(linker, number, first), (len(program.elsewhere), len(program.outer))
    for unit in fresh:
        add(program, unit)
    if _is_asked(linker, number, first) or _is_derived(linker, first):
        return None
    place(program, linker.names, linker.objects, *noted)
    linker.grow(first)
    linker.link(number)
    for known in range(number):
        if units[known] is not program.units[known]:
            linker.run_layer(known, units[known].also[len(program.units[known].also) :])
            program.units[known] = units[known]
    values.grown()
    Computed(program, values, linker, map_of).resolve(first)
    return first if _written(linker, number, first) == before else None


def _is_apart(program: Program, unit: Unit) -> bool:
    """Tell whether a unit is a layer, or a file that nobody imports and that has not been read as something else."""
    place = unit.file.segments
    return unit.home is not None or not (
        program.modules.is_module(place) or any(place == one.file.segments for one in program.units)
    )


def _is_asked(linker: Linker, number: int, first: int) -> bool:
    """Tell whether somebody asked for a name, and did not find it, that a unit from `number` on gives to its file.

    Or for a method that a new class gives to its objects. The questions are gone through once for all new units.
    """
    program, names = linker.program, linker.names
    given: dict[str, set[int]] = defaultdict(set)
    """Name to the files that get it."""
    for at in range(number, len(program.units)):
        home = program.units[at].home
        for name in program.bound(at):
            if home is not None and not names.binds(home, name):
                given[name].add(home)
    methods = {name for name, scopes in program.methods.items() if scopes[-1] >= first and name[:2] != "__"}
    for unit, name in names.unresolved() if given or methods else ():
        if name[:1] == "?":
            if name[2:] in methods:
                return True
            continue
        parts = name.replace("()", "").replace("[]", "").replace(".*", "").split(".")
        if given.keys().isdisjoint(parts):
            continue
        if name[:1] == "." and given.get(parts[1], set()) & {unit, program.units[unit].home}:
            if not names.binds(unit, parts[1]):
                return True
            continue
        split = program.modules.longest(unit, ".".join(parts))
        if split is not None and given.get(split[1].split(".")[0], set()) & {split[0], program.units[split[0]].home}:
            return True
    return False


def _is_derived(linker: Linker, first: int) -> bool:
    """Tell whether a new class is derived from one that was there: objects of that may be objects of this."""
    program = linker.program
    return any(
        0 <= linker.names.resolve(program.unit_of[scope], base).scope < first
        for scope in range(first, len(program.scopes))
        for base in program.scopes[scope].bases
    )


def _written(linker: Linker, number: int, first: int) -> tuple[int, ...]:
    """Count what the tables hold of units before `number` and scopes before `first`."""
    program, graph = linker.program, linker.graph
    by_unit: tuple[Mapping[tuple[int, str], Sized], ...] = (program.global_stores, program.puts)
    by_scope: tuple[Mapping[tuple[int, str], Sized], ...] = (program.attr_stores, program.free_stores)
    by_callee: tuple[Mapping[int, Sized], ...] = (graph.sites, graph.handed, graph.given, graph.wrapped, graph.sent,
                                                  graph.returned, graph.patched, graph.brought)  # fmt: skip
    return (
        *(sum(len(kept) for (unit, _), kept in table.items() if unit < number) for table in by_unit),
        *(sum(len(kept) for (scope, _), kept in table.items() if scope < first) for table in by_scope),
        *(sum(len(kept) for scope, kept in table.items() if scope < first) for table in by_callee),
        sum(unit < number for unit, _ in program.foreign),
        sum(len(kept) for kept in graph.hubs.values()),
    )
