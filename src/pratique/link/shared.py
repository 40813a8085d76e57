"""What one module puts into objects and globals of another: noted where those who read it look."""

from __future__ import annotations

from pratique.link.names import Names
from pratique.link.objects import Objects
from pratique.link.program import Program, Ref


def place(program: Program, names: Names, objects: Objects, named: int = 0, held_by: int = 0) -> None:
    """Add to the tables of a program what was stored through names and objects of other scopes.

    `named` and `held_by`: so many of either were added before.
    """
    for unit, name, value in program.elsewhere[named:]:
        _by_name(program, names, objects, (unit, name), value)
    for held, attribute, value in program.outer[held_by:]:
        for owner in objects.classes(held):
            _add(program.attr_stores[owner, attribute], value)
    objects.forget()


def _by_name(program: Program, names: Names, objects: Objects, name: tuple[int, str], value: Ref) -> None:
    put = name[1].endswith("[]")
    name = (name[0], name[1].removesuffix("[]"))
    target = names.resolve(*name)
    if target.variable is not None:
        _add(program.global_stores[target.variable], value)
        if put:
            _add(program.puts[target.variable], value)
        program.foreign.add(target.variable)
        return
    owners, attribute = objects.of_name(*name)
    for owner in owners:
        _add(program.attr_stores[owner, attribute], value)
    head = name[1].rpartition(".")[0]
    variable = names.resolve(name[0], head).variable if head.strip(".^") else None
    if variable is not None and not owners:
        _add(program.global_stores[variable], value)


def _add(kept: list[Ref], value: Ref) -> None:
    if value not in kept[-8:]:
        kept.append(value)
