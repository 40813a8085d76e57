"""Constants that take the place of what a caller gave: an address of the author's own where the caller's should be."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.capabilities import classify
from pratique.link import Program, Ref, Values, Walk
from pratique.model import Node

_FUEL = 200
_MAX_GUARDS = 16


class Swaps:
    """Finds the wallet addresses that replace a parameter on the way to a sink."""

    def __init__(self, program: Program, values: Values) -> None:
        self._program = program
        self._values = values

    def of(self, walk: Walk) -> Iterator[tuple[Ref, str]]:
        """Yield constants, with their text, that stand in for a parameter where a condition that is not its own holds.

        `to = to or TREASURY` and `if to is None` fill a gap; `if amount > 1` takes what was given away.
        """
        for ref in walk.visited():
            node = self._program.node(ref)
            if node.op == "phi" and len(node.args) > 1:
                yield from self._at(ref, node)

    def _at(self, ref: Ref, node: Node) -> Iterator[tuple[Ref, str]]:
        ways = [(ref[0], arg.node) for arg in node.args]
        given = {way: self._parameters(way) for way in ways}
        for way in ways:
            address = "" if given[way] else self._address(way)
            others = frozenset[Ref]().union(*(given[one] for one in ways if one != way))
            if address and others and self._decided(way, node.guard) and not others & self._asked(way, node.guard):
                yield way, address

    def _parameters(self, ref: Ref) -> frozenset[Ref]:
        """Return the parameters that a value comes from."""
        leaves = self._values.walk(ref, fuel=_FUEL).leaves
        names = ((one.ref, self._program.node(one.ref).name) for one in leaves if one.kind == "param")
        return frozenset(one for one, name in names if name not in ("self", "cls"))

    def _address(self, ref: Ref) -> str:
        for leaf in self._values.walk(ref, fuel=_FUEL).leaves:
            value = self._program.node(leaf.ref).value if leaf.kind == "const" else None
            if isinstance(value, str) and classify.text(value) == "wallet-address":
                return value
        return ""

    def _guards(self, ref: Ref, until: int) -> Iterator[int]:
        """Yield the conditions under which a value is chosen, inside of the guard of what is chosen from."""
        scope = self._program.scopes[ref[0]]
        at = self._program.node(ref).guard
        for _ in range(_MAX_GUARDS):
            if at in (0, until):
                return
            guard = scope.guards[at]
            if guard.cond >= 0:
                yield guard.cond
            at = guard.parent

    def _decided(self, ref: Ref, until: int) -> bool:
        return any(True for _ in self._guards(ref, until))

    def _asked(self, ref: Ref, until: int) -> frozenset[Ref]:
        """Return the parameters that those conditions ask about."""
        found = (self._parameters((ref[0], cond)) for cond in self._guards(ref, until))
        return frozenset[Ref]().union(*found)
