"""Calls whose function is looked up by names from a table: a small interpreter calls `os.system` without naming it.

Where a computed callee comes out of `getattr`, every module and attribute that its tables name is tried against the
capability map; what the map knows is what the call may do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pratique.capabilities.mapfile import CapabilityMap
from pratique.link import Program, Ref, Values
from pratique.model import Node
from pratique.reach.operands import Operands

_LOOKUPS = frozenset({"builtins.getattr", "operator.attrgetter"})
_LOADERS = frozenset({"importlib.import_module", "builtins.__import__"})
_FUEL = 240
_MAX_NAMES = 64
_MAX_FOUND = 8


class Dispatch:
    """Names what computed callees may be."""

    def __init__(
        self, program: Program, values: Values, operands: Operands, map_of: Callable[[str], CapabilityMap]
    ) -> None:
        self._program = program
        self._values = values
        self._operands = operands
        self._map_of = map_of
        called = {node.name for scope in program.scopes for node in scope.nodes if node.op == "call"}
        self._looks_up = not _LOOKUPS.isdisjoint(called)
        self._kept: dict[Ref, tuple[str, ...]] = {}

    def calls(self, scope: int, node: Node) -> Iterator[Node]:
        """Yield a computed call under every mapped name that its tables give it."""
        callee = next((arg.node for arg in node.args if arg.key == "func"), -1) if self._looks_up else -1
        if node.name or callee < 0:
            return
        if (scope, callee) not in self._kept:
            self._kept[scope, callee] = tuple(self._names((scope, callee)))
        args = tuple(arg for arg in node.args if arg.key != "func")
        for name in self._kept[scope, callee]:
            yield Node("call", name, args, node.line, node.col, None, False, node.guard, -1, ("table", "dynamic-name"))

    def _names(self, callee: Ref) -> Iterator[str]:
        attributes: dict[str, None] = {}
        modules: dict[str, None] = {}
        for scope, ordinal in self._values.walk(callee, fuel=_FUEL).visited():
            node = self._program.scopes[scope].nodes[ordinal]
            if node.op == "call" and node.name in _LOOKUPS:
                attributes.update(self._texts(scope, node, ("1", "0") if node.name != "builtins.getattr" else ("1",)))
            elif node.op == "call" and node.name in _LOADERS:
                modules.update(self._texts(scope, node, ("0", "name")))
            elif node.op == "name" and node.name[:1] not in (".", "^", "?"):
                modules[node.name] = None
        known = self._map_of(self._program.language_of(callee[0]))
        wanted = (f"{module}.{name}" for module in list(modules)[:_MAX_NAMES] for name in list(attributes)[:_MAX_NAMES])
        found = [name for name in wanted if known.lookup_call(name)]
        yield from found[:_MAX_FOUND]

    def _texts(self, scope: int, node: Node, keys: tuple[str, ...]) -> dict[str, None]:
        given = [(scope, arg.node) for arg in node.args if arg.key in keys]
        texts = [text.text for ref in given for text in self._operands.texts(ref)]
        return dict.fromkeys(text for text in texts if text.isascii() and text.replace(".", "").isidentifier())
