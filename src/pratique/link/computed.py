"""Calls whose callee is a value: taken from a container, given back by a call, handed to a function that calls it.

What the value walk finds is written into the program: an edge for a function of the artifact, the name for one from
outside. A function that only calls what it is handed (`def apply(f, *args): return f(*args)`) is looked through at
each of its calls, so that every call keeps its own arguments.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

import msgspec

from pratique.capabilities.mapfile import CapabilityMap
from pratique.link import folding
from pratique.link.calls import Linker
from pratique.link.program import Program, Ref
from pratique.link.values import Values
from pratique.link.walks import Walk
from pratique.model import Arg, Node

_FUEL = 64
"""Values visited to find out which function a computed callee is."""
_ROUNDS = 3
"""Passes: each may uncover more."""
_MAX_NAMES = 6
"""Functions from outside that one computed callee may be."""


class Computed:
    """Resolves the computed callees of a linked program, in place."""

    def __init__(
        self, program: Program, values: Values, linker: Linker, map_of: Callable[[str], CapabilityMap]
    ) -> None:
        self._program = program
        self._values = values
        self._linker = linker
        self._map_of = map_of
        self._done: set[tuple[Ref, int]] = set()
        self._changed: dict[int, dict[int, Node]] = defaultdict(dict)
        self._named: set[Ref] = set()
        """Calls that got their name here: what is called on their results is named anew as well."""

    def resolve(self, first: int = 0) -> None:
        """Add edges and names, in the scopes from `first` on, until nothing new is found, within bounds."""
        scopes = range(first, len(self._program.scopes))
        for scope in scopes:
            self._globals(scope)
        self._write()
        for _ in range(_ROUNDS):
            before = len(self._done)
            for ref in self._computed(scopes):
                self._one(ref)
            for scope in scopes:
                self._look_through(scope)
            for scope in {scope for scope, _ in self._named}:
                self._results(scope)
            if self._changed:
                self._write()
                self._values.forget()
            elif len(self._done) > before:
                self._values.called()
            else:
                break
        self._fold(scopes)

    def _fold(self, within: range) -> None:
        """Fold again where calls got names, and in what shares its names with other files."""
        program = self._program
        joined = {number for number, unit in enumerate(program.units) if unit.home is not None or program.stars[number]}
        touched = {scope for scope, _ in self._named}
        scopes = [scope for scope in within if scope in touched or program.unit_of[scope] in joined]
        if scopes:
            folding.fold(program, self._linker.names, self._values.outside, scopes)
            self._values.forget()

    def _globals(self, scope: int) -> None:
        """Spell out what is reached through a global that only the joined files tell to be an outside module."""
        known: dict[int, str] = {}
        nodes, unit = self._program.scopes[scope].nodes, self._program.unit_of[scope]
        for ordinal, node in enumerate(nodes):
            held = next((arg.node for arg in node.args if arg.key in ("", "self")), -1)
            if node.op == "name" and node.name[:1] == "." and not node.known:
                name = self._linker.names.resolve(unit, node.name).external
                if name and name[0] not in ".^?":
                    known[ordinal] = name
            elif node.op == "attr" and held in known:
                known[ordinal] = f"{known[held]}.{node.name}"
                self._changed[scope][ordinal] = msgspec.structs.replace(node, op="name", name=known[ordinal], args=())
            elif node.op == "call" and held in known and node.name[:2] == "?.":
                name = f"{known[held]}.{node.name[2:]}"
                args = tuple(arg for arg in node.args if arg.key != "self")
                self._changed[scope][ordinal] = msgspec.structs.replace(node, name=name, args=args)
                self._named.add((scope, ordinal))

    def _computed(self, scopes: range) -> list[Ref]:
        """Return the calls whose callee is a value."""
        return [
            (scope, ordinal)
            for scope in scopes
            for ordinal, node in enumerate(self._program.scopes[scope].nodes)
            if node.op == "call" and (not node.name or node.name[-1] == ")" or self._is_kept(scope, node))
        ]

    def _is_kept(self, scope: int, node: Node) -> bool:
        """Tell whether a call's name is that of a variable, or of an attribute that its object was made with."""
        if node.name[0] in ".^":
            return self._linker.names.resolve(self._program.unit_of[scope], node.name).variable is not None
        return ")." in node.name and bool(self._made_with(scope, node))

    def _made_with(self, scope: int, node: Node) -> list[Ref]:
        """Return what an outside object was given by the name of the attribute: `SimpleNamespace(go=f).go(x)`."""
        attribute = node.name.rpartition(".")[2]
        held = next((arg.node for arg in node.args if arg.key == "self"), -1)
        made = self._program.scopes[scope].nodes[held] if held >= 0 else None
        if made is None or made.op != "call":
            return []
        return [(scope, arg.node) for arg in made.args if arg.key == attribute]

    def _callees(self, scope: int, node: Node) -> list[Ref]:
        found = [(scope, arg.node) for arg in node.args if arg.key == "func"]
        if found or not node.name:
            return found
        variable = self._linker.names.resolve(self._program.unit_of[scope], node.name).variable
        if variable is not None:
            return list(self._program.global_stores.get(variable, ()))
        return self._made_with(scope, node)

    def _one(self, ref: Ref) -> None:
        scope, ordinal = ref
        node = self._program.node(ref)
        names: dict[str, int] = {}
        for callee in self._callees(scope, node):
            walk = self._values.walk(callee, fuel=_FUEL)
            for leaf in walk.leaves:
                for target in self._linker.callables(leaf.ref):
                    if (ref, target) not in self._done:
                        self._done.add((ref, target))
                        self._linker.add_call(scope, ordinal, target, firm=not walk.guessed(leaf))
            names.update(self._names(walk, scope))
        self._name(ref, node, names, tuple(arg for arg in node.args if arg.key not in ("func", "self")))

    def _name(self, ref: Ref, node: Node, names: dict[str, int], args: tuple[Arg, ...]) -> None:
        """Let a call go by the first of the outside names that a map knows."""
        if node.name and self._known(ref[0], self._values.outside(ref[0], node.name)):
            return
        for name, receiver in list(names.items())[:_MAX_NAMES]:
            if self._known(ref[0], name):
                held = (Arg("self", receiver),) if receiver >= 0 else ()
                self._changed[ref[0]][ref[1]] = msgspec.structs.replace(node, name=name, args=(*held, *args))
                self._named.add(ref)
                return

    def _results(self, scope: int) -> None:
        """Name the methods that are called on what a newly named call gives."""
        nodes = self._program.scopes[scope].nodes
        for ordinal, node in enumerate(nodes):
            held = next((arg.node for arg in node.args if arg.key == "self"), -1) if node.op == "call" else -1
            if held < 0 or (scope, ordinal) in self._named:
                continue
            makers = [arg.node for arg in nodes[held].args] if nodes[held].op == "phi" else [held]
            for maker in makers:
                if (scope, maker) in self._named:
                    made = self._changed[scope].get(maker, nodes[maker])
                    name = f"{self._values.outside(scope, made.name)}().{node.name.rpartition('.')[2]}"
                    self._name((scope, ordinal), node, {name: held}, tuple(a for a in node.args if a.key != "self"))

    def _known(self, scope: int, name: str) -> bool:
        known = self._map_of(self._program.language_of(scope))
        return bool(name) and bool(known.lookup_call(name) or known.lookup_callback(name))

    def _names(self, walk: Walk, scope: int) -> Iterator[tuple[str, int]]:
        """Yield the outside functions that a value may be, each with its receiver in this scope, or -1."""
        for state in walk.parents:
            at = walk.numbers.ref(state)
            node = self._program.node(at)
            if state in walk.guesses:
                continue
            if node.op == "name" and node.name:
                name = self._values.outside(at[0], node.name)
                if name:
                    yield name, -1
            elif node.op == "attr" and node.args:
                made = self._program.scopes[at[0]].nodes[node.args[0].node]
                head = self._values.outside(at[0], made.name) if made.op == "call" and made.name else ""
                receiver = node.args[0].node if at[0] == scope else -1
                yield (f"{head}().{node.name}" if head else f"?.{node.name}"), receiver

    def _look_through(self, scope: int) -> None:
        """Write the calls of a function that only calls what it is handed as the calls that it makes."""
        inner = self._forwarded(scope)
        if inner is None:
            return
        node = self._program.node((scope, inner))
        for caller, ordinal, bound in tuple(self._linker.graph.sites.get(scope, ())):
            site = self._program.node((caller, ordinal))
            if ordinal in self._changed[caller] or (not site.name.startswith((".", "^")) and site.name):
                continue
            given, rest, named = self._bind(scope, site, bound)
            function = next((arg.node for arg in node.args if arg.key == "func"), -1)
            names: dict[str, int] = {node.name: -1} if node.name else {}
            if function >= 0:
                handed = given.get(self._program.scopes[scope].nodes[function].name)
                callee = (scope, function) if handed is None else (caller, handed)
                names.update(self._names(self._values.walk(callee, fuel=_FUEL), caller))
            args = tuple(self._passed(scope, node, given, rest, named))
            self._name((caller, ordinal), msgspec.structs.replace(site, name=""), names, args)
        self._changed = defaultdict(dict, {at: nodes for at, nodes in self._changed.items() if nodes})

    def _forwarded(self, scope: int) -> int | None:
        """Return the call that a function makes of its own parameters alone and whose result it gives back, if any."""
        local = self._program.scopes[scope]
        if local.kind != "function" or not any(param[:1] == "*" for param in local.params):
            return None
        params = {at for at, node in enumerate(local.nodes) if node.op == "param"}
        calls = [
            at
            for at, node in enumerate(local.nodes)
            if node.op == "call" and any(arg.key == "*" for arg in node.args) and {a.node for a in node.args} <= params
        ]
        if not calls:
            return None
        given = {arg.node for node in local.nodes if node.op == "return" for arg in node.args}
        parts = {arg.node for at in given if local.nodes[at].op == "phi" for arg in local.nodes[at].args}
        joined = {at for at in given if local.nodes[at].op == "phi"}
        return calls[-1] if not (given - joined | parts) - set(calls) else None

    def _bind(self, scope: int, site: Node, bound: int) -> tuple[dict[str, int], list[int], list[Arg]]:
        """Return what a call gives to each named parameter, to `*args`, and what is left over by keyword."""
        params = self._program.scopes[scope].params
        plain = []
        for param in params:
            if param[:1] == "*":
                break
            plain.append(param)
        keywords = {param for param in params if param[:1] != "*"}
        given: dict[str, int] = {}
        rest: list[int] = []
        named: list[Arg] = []
        for arg in site.args:
            if arg.key.isdigit():
                at = int(arg.key) + bound
                if at < len(plain):
                    given[plain[at]] = arg.node
                else:
                    rest.append(arg.node)
            elif arg.key in keywords:
                given[arg.key] = arg.node
            elif arg.key not in ("self", "func"):
                named.append(arg)
        return given, rest, named

    def _passed(
        self, scope: int, node: Node, given: dict[str, int], rest: list[int], named: list[Arg]
    ) -> Iterator[Arg]:
        """Yield the arguments of the inner call, as values of the caller."""
        nodes = self._program.scopes[scope].nodes
        position = 0
        for arg in node.args:
            if arg.key == "*":
                for value in rest:
                    yield Arg(str(position), value)
                    position += 1
            elif arg.key == "**":
                yield from named
            elif arg.key != "func" and (value := given.get(nodes[arg.node].name, -1)) >= 0:
                yield Arg(arg.key, value)
                position += arg.key.isdigit()

    def _write(self) -> None:
        """Put the changed calls into the program's scopes; the facts of the files stay as they are."""
        for scope, changed in self._changed.items():
            local = self._program.scopes[scope]
            nodes = tuple(changed.get(at, node) for at, node in enumerate(local.nodes))
            self._program.scopes[scope] = msgspec.structs.replace(local, nodes=nodes)
            for ordinal, node in changed.items():
                if node.op == "call":
                    self._linker.callbacks(scope, ordinal, node)
        self._changed = defaultdict(dict)
