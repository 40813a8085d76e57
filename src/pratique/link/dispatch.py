"""What runs on objects of known classes: overriding methods, whatever name a base's code calls them by."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pratique.link.calls import Linker

_MAX_METHODS = 64
"""Methods that one call on an object is followed through."""


def overriding(linker: Linker, owner: int, method: int) -> tuple[int, ...]:
    """Return the methods that running `method` on an `owner` runs, though a base's code names its own.

    Both are global scope numbers. Only calls on `self` are followed, from one method of the object to the next.
    """
    local = linker.program.scopes[owner]
    kept = linker.overridden.get((owner, method))
    if kept is None or kept[0] is not local:
        kept = linker.overridden[owner, method] = local, tuple(_overriding(linker, owner, method))
    return kept[1]


def _overriding(linker: Linker, owner: int, method: int) -> dict[int, None]:
    found: dict[int, None] = {}
    stack, seen = [method], {method}
    while stack and len(seen) < _MAX_METHODS:
        for name, static in _calls(linker, stack.pop()):
            target = linker.method(owner, name)
            if target >= 0 and target not in seen:
                seen.add(target)
                stack.append(target)
                if target != static:
                    found.setdefault(target)
    return found


def _calls(linker: Linker, method: int) -> tuple[tuple[str, int], ...]:
    local = linker.program.scopes[method]
    kept = linker.own_calls.get(method)
    if kept is None or kept[0] is not local:
        kept = linker.own_calls[method] = local, tuple(_on_self(linker, method))
    return kept[1]


def _on_self(linker: Linker, method: int) -> Iterator[tuple[str, int]]:
    """Yield what a method calls, or reads as a property, on its own object: the name and what it means by itself."""
    program = linker.program
    local, unit = program.scopes[method], program.unit_of[method]
    if local.methods_of < 0 or not local.params:
        return
    for node in local.nodes:
        if node.op not in ("call", "attr"):
            continue
        receiver = next((arg.node for arg in node.args if arg.key == ("self" if node.op == "call" else "")), -1)
        if receiver < 0 or local.nodes[receiver].op != "param" or local.nodes[receiver].name != local.params[0]:
            continue
        name = node.name.rsplit(".", 1)[-1]
        if node.op == "call":
            yield name, linker.names.resolve(unit, node.name).scope
        elif name in program.methods:
            yield name, -1
