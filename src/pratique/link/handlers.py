"""Handlers: functions that a client of some service calls with what it receives, and clients with methods replaced.

A handler runs once something waits for what it handles: the scope that calls `client.run()`, not the registering one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING
from weakref import proxy

from pratique.model import Node

if TYPE_CHECKING:
    from pratique.link.calls import Linker
    from pratique.link.program import Ref

_WAITS = frozenset({
    "run", "start", "polling", "infinity_polling", "run_polling", "start_polling", "run_forever", "run_app",
    "loop_forever", "loop_start", "connect", "listen", "serve_forever", "consume", "start_consuming", "idle", "wait",
    "run_until_disconnected",
})  # fmt: skip
"""Methods of a client that wait for what it receives, or begin to."""
_ANY = "?"


class Handlers:
    """The handlers of an artifact, by the client that calls them."""

    def __init__(self, linker: Linker) -> None:
        self._linker: Linker = proxy(
            linker
        )  # it holds this: with a cycle, nothing of the program would be freed in time
        self._of: dict[str, dict[int, tuple[int, Node]]] = defaultdict(dict)
        """By client: the handler, and which scope registered it where."""
        self._linked: set[tuple[int, int]] = set()

    def register(self, scope: int, node: Node, target: int, api: str) -> bool:
        """Note that `target` is handed to `api`; False where that is no registration of a handler."""
        linker = self._linker
        known = linker.map_of(linker.program.language_of(scope))
        capability = known.brought(api)
        if capability:
            linker.graph.brought.setdefault(target, (capability, api))
            client = known.canonical(api).rpartition(".")[0]
            if client == _ANY or "()" not in client:
                linker.edge(scope, target, node, f"lets {api.lstrip('?.')} run {linker.program.scopes[target].name}()")
            else:
                self._of[client].setdefault(target, (scope, node))
        return bool(capability)

    def assigned(self, scope: int, node: Node, target: int) -> bool:
        """Note that `target` is assigned to an attribute of a client: `client.on_message = f`."""
        own = next((arg.node for arg in node.args if arg.key == "self"), -1)
        params = self._linker.program.scopes[scope].params[:1]
        held = self._linker.program.scopes[scope].nodes[own] if own >= 0 else None
        if node.name[:1] != "@" or (held is not None and held.op == "param" and (held.name,) == params):
            return False
        return self.register(scope, node, target, f"?.{node.name[1:]}")

    def methods(self, scope: int, node: Node, owner: int) -> None:
        """Note the methods of a class that take the place of a client's: they get what passes through it."""
        linker = self._linker
        for outside in self._bases(owner):
            for name, target in linker.defined(owner):
                if self.register(scope, node, target, f"{outside}().{name}"):
                    text = f"makes a {linker.program.scopes[owner].name}, which gets what is received"
                    linker.edge(scope, target, node, text)

    def replaced(self, owner: int) -> None:
        """Note the methods of a class that stand in the place of those by which an HTTP client sends.

        And those that a server will call, whether it is started here or not.
        """
        linker = self._linker
        known = linker.map_of(linker.program.language_of(owner))
        for outside in self._bases(owner):
            for name, target in linker.defined(owner):
                capability = known.brought(f"{outside}().{name}")
                if capability:
                    linker.graph.brought.setdefault(target, (capability, f"{outside}().{name}"))
                lines = known.lookup_call(f"{outside}().{name}")
                if any(line.capabilities[:1] == ("network.http",) for line in lines):
                    linker.graph.patched.setdefault(target, f"{outside}().{name}")

    def _bases(self, owner: int) -> Iterator[str]:
        """Yield the clients from outside that a class is derived from, as far as the map knows them."""
        linker, unit = self._linker, self._linker.program.unit_of[owner]
        known = linker.map_of(linker.program.language_of(owner))
        for base in linker.program.scopes[owner].bases:
            outside = linker.names.resolve(unit, base).external
            if outside and known.canonical(f"{outside}()") in known.clients():
                yield outside

    def connect(self) -> None:
        """Link every scope that waits for a client to the handlers of that client.

        One that a function defines and registers, and nobody here waits for, is run by who calls that function.
        """
        for scope, local in enumerate(self._linker.program.scopes if self._of else ()):
            for ordinal, node in enumerate(local.nodes):
                if node.op in ("call", "attr", "name") and node.name.rpartition(".")[2] in _WAITS:
                    client = self._client((scope, ordinal), node)
                    for target in [one for one in self._of.get(client, ()) if (scope, one) not in self._linked]:
                        self._linked.add((scope, target))
                        text = f"lets {client} run {self._linker.program.scopes[target].name}()"
                        self._linker.edge(scope, target, node, text)
        waited = {target for _, target in self._linked}
        for client, handlers in self._of.items():
            for target, (scope, node) in handlers.items():
                if target not in waited and self._linker.program.scopes[scope].kind == "function":
                    text = f"lets {client} run {self._linker.program.scopes[target].name}()"
                    self._linker.edge(scope, target, node, text)

    def _client(self, ref: Ref, node: Node) -> str:
        """Return the client whose method a node names, as the map knows it."""
        known = self._linker.map_of(self._linker.program.language_of(ref[0]))
        return known.canonical(self.spelled(ref[0], node) if node.op == "attr" else node.name).rpartition(".")[0]

    def spelled(self, scope: int, node: Node) -> str:
        """Return the dotted name of an attribute of what a call made, here or in a global; "" for any other."""
        program, unit = self._linker.program, self._linker.program.unit_of[scope]
        if node.op != "attr" or not node.args:
            return node.name
        held = program.scopes[scope].nodes[node.args[0].node]
        if held.op == "name":
            variable = self._linker.names.resolve(unit, held.name).variable
            stored = program.global_stores.get(variable, ()) if variable else ()
            held = program.node(stored[0]) if stored else held
        return f"{held.name}().{node.name}" if held.op == "call" and held.name else ""
