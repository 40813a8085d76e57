"""Values that are one of a few constants: each alternative is computed on its own, so that each is spelled out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pratique.languages.python.evaluate import Known
from pratique.languages.python.lower.body import Body, scalar
from pratique.model import Arg

OPEN = ("phi", "item")
"""Operations whose value may be one of a few."""
MAX = 32
"""Alternatives of one value; beyond, it is not known."""


def alternatives(b: Body, n: int, at: Any) -> tuple[int, ...]:
    """Return the ordinals of the texts that a value is one of; none where anything else is possible."""
    node = b.nodes[n]
    if node.op == "phi":
        found = [arg.node for arg in node.args]
        if 1 < len(found) <= MAX and all(_is_text(b.vals.get(o)) for o in found):
            return tuple(found)
    elif node.op == "item" and n not in b.vals and node.args:
        container = b.vals.get(node.args[0].node)
        values = _values(container)
        if 0 < len(values) <= MAX and all(type(value) is str for value in values):
            return tuple([b.const(value, at) for value in dict.fromkeys(values)])
    return ()


def _is_text(val: Known | None) -> bool:
    return val is not None and (type(val.value) is str or (isinstance(val.value, str) and scalar(val.value)[1]))


def _values(container: Known | None) -> list[Any]:
    if container is None or container.holed:
        return []
    value = container.value
    if type(value) is dict:
        return list(value.values())
    return list(value) if type(value) in (list, tuple) and len(value) <= MAX else []


def each(b: Body, args: list[Arg], make: Callable[[list[Arg]], int], at: Any) -> int | None:
    """Make a value once for each alternative of the one argument that has some; None where not just one has."""
    open_args = [arg.node for arg in args if b.nodes[arg.node].op in OPEN]
    chosen = -1
    options: tuple[int, ...] = ()
    for n in dict.fromkeys(open_args):
        found = alternatives(b, n, at)
        if found:
            if options:
                return None
            chosen, options = n, found
    if not options:
        return None
    return b.phi(
        [make([Arg(arg.key, option) if arg.node == chosen else arg for arg in args]) for option in options], at
    )
