"""Constants that only the joined files tell: an operation whose inputs another module, or another layer, writes."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from pratique.languages.python.evaluate import (
    UNKNOWN,
    Fuel,
    Known,
    ResolvedName,
    Result,
    binop,
    call,
    method,
    subscript,
)
from pratique.link.names import Names
from pratique.link.program import Program, Ref
from pratique.model import HOLE, Node

FUEL = 200_000
"""Evaluator steps for one program."""


def fold(program: Program, names: Names, outside: Callable[[int, str], str], scopes: Iterable[int]) -> None:
    """Fold, in their order, the nodes of scopes whose inputs are known; the program's scopes are replaced."""
    fuel = Fuel(FUEL)
    for scope in scopes:
        nodes = list(program.scopes[scope].nodes)
        for ordinal, node in enumerate(nodes):
            if node.op in ("name", "call", "op", "item") and not node.known:
                made = _result(program, names, outside, (scope, ordinal), nodes, fuel)
                if made is not UNKNOWN and isinstance(made.value, str | bytes | int | float) and not made.holed:
                    value, codecs = made.value, (*node.codecs, *made.codecs)
                    nodes[ordinal] = msgspec.structs.replace(node, value=value, known=True, codecs=codecs)
        program.scopes[scope] = msgspec.structs.replace(program.scopes[scope], nodes=tuple(nodes))


def _result(
    program: Program,
    names: Names,
    outside: Callable[[int, str], str],
    ref: Ref,
    nodes: list[Node],
    fuel: Fuel,
) -> Result:
    scope, node = ref[0], nodes[ref[1]]
    if node.op == "name":
        variable = names.resolve(program.unit_of[scope], node.name).variable if node.name[:1] in ".^" else None
        stored = program.global_stores.get(variable, ()) if variable else ()
        return _known(program.node(stored[0])) if len(stored) == 1 and variable not in program.foreign else UNKNOWN
    inputs = [_known(nodes[arg.node]) for arg in node.args if arg.key != "func"]
    if not inputs or UNKNOWN in inputs:
        return UNKNOWN
    if node.op in ("op", "item"):
        if len(inputs) != 2 or node.name == "[":
            return UNKNOWN
        return binop(node.name, inputs[0], inputs[1], fuel) if node.op == "op" else subscript(inputs[0], inputs[1])
    held = next((arg.node for arg in node.args if arg.key == "self"), -1)
    args = [_known(nodes[arg.node]) for arg in node.args if arg.key.isdigit()]
    kwargs = {arg.key: _known(nodes[arg.node]) for arg in node.args if arg.key.isidentifier() and arg.key != "self"}
    if held >= 0:
        receiver = _known(nodes[held])
        return (
            method(receiver, node.name.rpartition(".")[2], args, kwargs, fuel) if receiver is not UNKNOWN else UNKNOWN
        )
    name = outside(scope, node.name)
    return call(name, args, kwargs, fuel) if name else UNKNOWN


def _known(node: Node) -> Result:
    if node.known:
        return Known(node.value, node.codecs, isinstance(node.value, str) and HOLE in node.value)
    if node.op == "name" and node.name[:1] not in (".", "^", "?"):
        return Known(ResolvedName(node.name))
    return UNKNOWN
