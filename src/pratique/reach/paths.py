"""Which values name what a call reads."""

from __future__ import annotations

from collections.abc import Callable

from pratique.capabilities.mapfile import CapabilityMap
from pratique.link import Program, Ref, Values
from pratique.reach.operands import Operands


class Paths:
    """Finds the paths that calls are given."""

    def __init__(
        self, program: Program, values: Values, operands: Operands, map_of: Callable[[str], CapabilityMap]
    ) -> None:
        self._program = program
        self._values = values
        self._operands = operands
        self._map_of = map_of

    def of(self, ref: Ref) -> list[Ref]:
        """Return the values that name what a call reads, each once."""
        node = self._program.node(ref)
        name = self._values.outside(ref[0], node.name)
        found: list[Ref] = []
        for line in self._map_of(self._program.language_of(ref[0])).lookup_call(name) if name else ():
            for key in line.role("path"):
                given = self._operands.argument(ref[0], node, key)
                if given is not None:
                    found += self._operands.made_with(given, "path") if key == "self" else [given]
        return list(dict.fromkeys(found))
