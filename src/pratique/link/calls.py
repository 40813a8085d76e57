"""The call graph: which scope runs which, where, and how sure that is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from pratique.capabilities.mapfile import CapabilityMap
from pratique.link import hooks, implicit, operators
from pratique.link.handlers import Handlers
from pratique.link.names import Names
from pratique.link.objects import Objects
from pratique.link.program import Program, Ref
from pratique.model import Arg, Import, Node, Scope

_VALUE_METHODS = (
    frozenset(dir(str)) | frozenset(dir(list)) | frozenset(dir(dict)) | frozenset(dir(bytes)) | frozenset(dir(set))
)
"""Methods of built-in values: a call of one on a value we made ourselves is not a call of the artifact's method."""
KEEPS = frozenset({"functools.partial", "functools.partialmethod", "builtins.staticmethod", "builtins.classmethod"})
"""Calls whose result is the function that they are given."""
_MAY_BE_CALLED = frozenset({"func", "name", "attr", "call", "phi", "pack"})
"""Operations whose value may be a function or a class."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A scope runs another one."""

    target: int
    line: int
    text: str
    firm: bool
    """False: a guess (unknown receiver, escaping function value)."""
    guard: int
    """The caller's guard under which it happens."""
    script: bool = False
    """The target runs as `__main__`."""


@dataclass(slots=True)
class CallGraph:
    """Edges by caller, call sites by callee."""

    edges: list[list[Edge]]
    sites: dict[int, list[tuple[int, int, int]]] = field(default_factory=lambda: defaultdict(list))
    """Callee to (caller, ordinal, number of leading parameters bound by the receiver)."""
    handed: dict[int, list[tuple[int, int, str, int]]] = field(default_factory=lambda: defaultdict(list))
    """Callee handed to a call as an argument to (caller, ordinal, key of that argument, parameters bound)."""
    given: dict[int, list[tuple[Ref, int, int]]] = field(default_factory=lambda: defaultdict(list))
    """Callee to (place, parameter's index, the value's ordinal there): what no call expression passes."""
    results: dict[Ref, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Operator or subscript to the methods whose results it has."""
    wrapped: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Function that runs in the place of others to those: it gets what they are given."""
    sent: dict[int, list[Ref]] = field(default_factory=lambda: defaultdict(list))
    """Generator to the values that it is sent."""
    patched: dict[int, str] = field(default_factory=dict)
    """Function to the outside name in whose place it is put."""
    brought: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Handler to the capability that brings what its parameters hold, and what it was registered with."""
    setters: set[int] = field(default_factory=set)
    """The setters of properties."""
    returned: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Function to the functions that it returns."""
    hubs: dict[str, list[Ref]] = field(default_factory=lambda: defaultdict(list))
    """Method name to the calls on unknown receivers that may mean any method so named."""


class Linker:
    """Builds the call graph of a program."""

    def __init__(
        self, program: Program, names: Names, objects: Objects, map_of: Callable[[str], CapabilityMap]
    ) -> None:
        self.program = program
        self.names = names
        self.objects = objects
        self.map_of = map_of
        self.graph = CallGraph(edges=[[] for _ in program.scopes])
        self.dunders: dict[int, list[str]] = defaultdict(list)
        """Class to its special methods."""
        self.properties: set[int] = set()
        self.setters: dict[str, dict[int, int]] = defaultdict(dict)
        """Of properties, by name and class."""
        self.described: dict[str, dict[int, list[int]]] = defaultdict(dict)
        """By attribute and the class that has it, the own classes of the objects that stand for it."""
        self.handlers = Handlers(self)
        self.own_calls: dict[int, tuple[Scope, tuple[tuple[str, int], ...]]] = {}
        """Method, as it was when asked, to what it calls on its own object, and what that means by itself."""
        self.overridden: dict[tuple[int, int], tuple[Scope, tuple[int, ...]]] = {}
        """Class and method to the methods that run in the place of a base's, and the class as it was when asked."""
        self.methods: dict[tuple[int, str], int] = {}
        """Class and name to the method that its objects have."""
        self.by_making: dict[int, tuple[tuple[str, int], ...]] = {}
        """Class to the special methods of its objects."""
        self._edges: set[tuple[int, int, int, bool, bool]] = set()
        """What is in the graph already, by caller, target, guard, and whether it is sure and a script."""
        self.made: set[tuple[int, int, int, bool]] = set()
        """Scopes and the classes that they make objects of (~class: hand objects on), the guard, whether it is sure."""
        self.grow(0)

    def grow(self, first: int) -> None:
        """Take note of the classes among the scopes from `first` on."""
        for scope in range(first, len(self.program.scopes)):
            self._special_methods(scope, self.program.scopes[scope])
        self.graph.setters.update(one for table in self.setters.values() for one in table.values())
        implicit.descriptors(self, first)

    def _special_methods(self, number: int, scope: Scope) -> None:
        """Note which class a dunder method belongs to, and the properties of a class with their setters."""
        unit = self.program.unit_of[number]
        if scope.methods_of >= 0:
            name = scope.name.rsplit(".", 1)[-1]
            if (name.startswith("__") and name.endswith("__")) or name in implicit.ON_CALL:
                self.dunders[self.program.base[unit] + scope.methods_of].append(name)
        for node in scope.nodes if scope.kind == "class" else ():
            if node.op == "enter" and node.key >= 0:
                decorators = [scope.nodes[arg.node].name for arg in node.args if arg.key == "deco"]
                defined = self.program.scope_id(unit, node.key)
                if any(one in implicit.PROPERTIES for one in decorators):
                    self.properties.add(defined)
                elif any(one.endswith(".setter") for one in decorators):
                    self.setters[node.name][number] = defined

    def link(self, first: int = 0) -> CallGraph:
        """Add every edge that names alone tell. Computed callees are added by `add_call` once values are known.

        `first` is the first unit that is not linked yet.
        """
        program = self.program
        start = program.base[first] if first < len(program.base) else len(program.scopes)
        self.graph.edges.extend([] for _ in range(len(self.graph.edges), len(program.scopes)))
        for number, unit in enumerate(program.units[first:], first):
            for item in unit.facts.imports:
                self._import(number, item)
            if unit.parent is not None:
                self.run_layer(number, (unit.parent, *unit.also))
        for scope in range(start, len(program.scopes)):
            for ordinal, node in enumerate(program.scopes[scope].nodes):
                if node.op == "call":
                    self._call(scope, ordinal, node)
                elif node.op == "name" and node.name[:1] in (".", "^"):
                    implicit.global_attribute(self, scope, node)
                elif node.op in implicit.HANDLERS:
                    implicit.HANDLERS[node.op](self, scope, node)
                if node.op in ("op", "item", "store") and (not node.known or node.name == "with"):
                    operators.link(self, scope, ordinal, node)
        self.handlers.connect()
        if self.program.twins:
            self._twins()
        return self.graph

    def _twins(self) -> None:
        """Let whatever runs a definition run those of the same name in files of the same name, too."""
        program = self.program
        for edges in self.graph.edges:
            for edge in tuple(edges):
                unit = program.unit_of[edge.target]
                name = program.scopes[edge.target].name
                for twin in program.twins.get(unit, ()):
                    target = program.definitions[twin].get(name, -1) if name else program.base[twin]
                    other = replace(edge, target=target)
                    if target >= 0 and program.units[twin].facts.scopes and other not in edges:
                        edges.append(other)

    def edge(
        self,
        caller: int,
        target: int,
        node: Node,
        text: str,
        *,
        firm: bool = True,
        script: bool = False,
        always: bool = False,
    ) -> None:
        """Add an edge at a node's line, under its guard: `always` where the node stands in another scope.

        A second one of the same kind would reach nothing new.
        """
        guard = 0 if always else node.guard
        key = (caller, target, guard, firm, script)
        if key not in self._edges:
            self._edges.add(key)
            self.graph.edges[caller].append(Edge(target, node.line, text, firm, guard, script))

    def runs(self, place: Ref, method: int, given: tuple[int, ...], text: str) -> None:
        """Link a method that a node runs by itself: `given` are the values after its object, -1 where none is."""
        if method < 0:
            return
        self.edge(place[0], method, self.program.node(place), text)
        self.graph.results[place].append(method)
        for index, value in enumerate(given):
            if value >= 0:
                self.graph.given[method].append((place, index + 1, value))

    def run_layer(self, number: int, calls: Iterable[Ref]) -> None:
        """Link a decoded layer to the calls that run it."""
        for call in calls:
            self.edge(call[0], self.program.base[number], self.program.node(call), "runs the decoded layer")

    def _import(self, number: int, item: Import) -> None:
        program = self.program
        caller = program.scope_id(number, item.scope)
        wanted = [item.module]
        if item.name and item.name != "*":
            wanted.append(f"{item.module}.{item.name}" if item.module.strip("^") else item.module + item.name)
        seen = set()
        for dotted in wanted:
            split = program.modules.longest(number, dotted)
            if split is None:
                continue
            for unit in (*program.modules.parents(split[0]), split[0]):
                if unit not in seen and unit != number:
                    seen.add(unit)
                    shown = program.modules.name_of(unit) or program.units[unit].file.path
                    edge = Edge(program.base[unit], item.line, f"imports {shown}", True, item.guard)
                    self.graph.edges[caller].append(edge)

    def _call(self, scope: int, ordinal: int, node: Node) -> None:
        unit = self.program.unit_of[scope]
        if node.name:
            target = self.names.resolve(unit, node.name)
            if target.scope >= 0:
                self.add_call(scope, ordinal, target.scope, firm=True)
            elif target.hub:
                self._hub(scope, ordinal, node, target.hub)
            elif node.name[:1] in (".", "^") or self.program.modules.longest(unit, node.name) is not None:
                self._by_variable(scope, ordinal, node)
        if node.name.endswith((".send", ".asend")):
            self._sent(scope, node)
        if node.name.endswith((".enter_context", ".enter_async_context")) and node.args:
            operators.entered(self, (scope, ordinal), node.args[-1].node)
        self.callbacks(scope, ordinal, node)

    def _sent(self, scope: int, node: Node) -> None:
        """Note what a generator of the artifact is sent."""
        held = next((arg.node for arg in node.args if arg.key == "self"), -1)
        given = next((arg.node for arg in node.args if arg.key == "0"), -1)
        if given < 0:
            return
        if held >= 0:
            makers = self.objects.makers([(scope, held)])
        else:
            head = self.names.resolve(self.program.unit_of[scope], node.name.rpartition(".")[0])
            stored = self.program.global_stores.get(head.variable, ()) if head.variable else ()
            makers = self.objects.makers(list(stored))
        for maker in makers:
            self.graph.sent[maker].append((scope, given))

    def _hub(self, scope: int, ordinal: int, node: Node, method: str) -> None:
        receiver = next((arg.node for arg in node.args if arg.key == "self"), None)
        if method in _VALUE_METHODS and receiver is not None:
            made = self.program.scopes[scope].nodes[receiver]
            if made.known or made.op in ("pack", "op", "const", "func"):
                return
        if receiver is not None:
            self._on_known(scope, ordinal, self.objects.classes((scope, receiver)), method)
        self.graph.hubs[method].append((scope, ordinal))

    def _by_variable(self, scope: int, ordinal: int, node: Node) -> None:
        """Link the call of what a class holds, or of a method of a global object: `engine.start()`, `Class.note()`."""
        unit, (head, _, method) = self.program.unit_of[scope], node.name.rpartition(".")
        receiver = next((arg.node for arg in node.args if arg.key == "self"), -1)
        if receiver >= 0 and method in self.program.methods:
            self._on_known(scope, ordinal, self.objects.classes((scope, receiver)), method)
            return
        if not head.strip(".^"):
            return
        if method in self.program.methods:
            self._on_known(scope, ordinal, *self.objects.of_name(unit, node.name))
        if (owner := self.names.resolve(unit, head.removesuffix("()")).scope) >= 0:
            for value in self.program.attr_stores.get((owner, method), ()):
                for target in self.callables(value):
                    self.add_call(scope, ordinal, target, firm=True)

    def _on_known(self, scope: int, ordinal: int, owners: tuple[int, ...], method: str) -> None:
        """Link the call of a method on an object that is an instance of one of these classes."""
        for owner in owners:
            target = self.method(owner, method)
            if target >= 0:
                self.add_call(scope, ordinal, target, firm=True)
                implicit.overrides(self, scope, self.program.node((scope, ordinal)), owner, target)

    def add_call(self, scope: int, ordinal: int, target: int, *, firm: bool) -> None:
        """Record that the call at (scope, ordinal) runs `target`; a class is instantiated."""
        program, node = self.program, self.program.node((scope, ordinal))
        callee = program.scopes[target]
        if callee.kind == "class":
            implicit.instantiate(self, scope, ordinal, target, firm=firm)
            return
        bound = int(callee.methods_of >= 0 and self._bound(scope, node))
        self.graph.sites[target].append((scope, ordinal, bound))
        self.edge(
            scope, target, node, f"calls {callee.name or program.units[program.unit_of[target]].file.path}()", firm=firm
        )
        if bound:
            receiver = next((arg.node for arg in node.args if arg.key == "self"), -1)
            owner = self.class_made((scope, receiver)) if receiver >= 0 else -1
            if owner >= 0:
                implicit.overrides(self, scope, node, owner, target, firm=firm)

    def _bound(self, scope: int, node: Node) -> bool:
        """Return whether a call of a method hands it its object by itself: `x.m()`, not `Class.m(x)`."""
        if ")." in node.name or node.name[:1] == "?" or not node.name:
            return True
        head = node.name.rpartition(".")[0]
        return self.names.resolve(self.program.unit_of[scope], head).variable is not None

    def callbacks(self, scope: int, ordinal: int, node: Node) -> None:
        """Functions handed to a call: run later for certain where the map says so, else perhaps."""
        called = (
            frozenset(self.map_of(self.program.language_of(scope)).lookup_callback(node.name))
            if node.name
            else frozenset()
        )
        for arg in node.args:
            if arg.key in ("self", "func"):
                continue
            firm = arg.key in called or "*" in called
            implicit.handed_object(self, scope, node, arg.node, firm=firm)
            for target in self.callables((scope, arg.node)):
                callee = self.program.scopes[target].name
                text = f"hands {callee}() to {node.name.lstrip('.?') or 'a call'}"
                if firm and self.handlers.register(scope, node, target, node.name):
                    continue
                if self.program.scopes[target].kind == "class":
                    self.handlers.methods(scope, node, target)
                if self.program.scopes[target].kind != "class":
                    runs = firm and node.name not in KEEPS  # what is kept runs where the result is called
                    self.edge(scope, target, node, text, firm=runs)
                    if firm:
                        bound = int(self.program.scopes[target].methods_of >= 0)
                        self.graph.handed[target].append((scope, ordinal, arg.key, bound))
            if firm:
                self._runner(scope, node, arg)
        if node.name.endswith(".setup") and self.program.units[self.program.unit_of[scope]].home is not None:
            implicit.setup_commands(self, scope, node)
        hooks.note(self, scope, node)
        if node.name.startswith(("sys.meta_path", "sys.path_hooks")):
            implicit.import_hooks(self, scope, node)

    def _runner(self, scope: int, node: Node, runner: Arg) -> None:
        """Link what an outside runner is handed along with it: `Thread(target=asyncio.run, args=(main(),))`."""
        nodes = self.program.scopes[scope].nodes
        name = self.handlers.spelled(scope, nodes[runner.node])
        if not name or not self.map_of(self.program.language_of(scope)).lookup_callback(name):
            return
        for arg in node.args:
            parts = nodes[arg.node].args if nodes[arg.node].op == "pack" else (arg,)
            for one in parts if arg.key not in ("self", "func", runner.key) else ():
                for target in self.callables((scope, one.node)):
                    if self.program.scopes[target].kind != "class":
                        self.edge(scope, target, node, f"hands {self.program.scopes[target].name}() to {name}")

    def callables(self, ref: Ref) -> Iterable[int]:
        """Return the scopes that a value stands for when it is a function, a class or a bound method."""
        return self._callables(ref) if self.program.node(ref).op in _MAY_BE_CALLED else ()

    def _callables(self, ref: Ref) -> Iterator[int]:
        program = self.program
        stack, seen = [ref], {ref}
        while stack and len(seen) < 32:
            scope, ordinal = stack.pop()
            node = program.node((scope, ordinal))
            unit = program.unit_of[scope]
            if node.op == "func" and node.key >= 0:
                yield program.scope_id(unit, node.key)
            elif node.op == "name":
                target = self.names.resolve(unit, node.name).scope
                if target >= 0:
                    yield target
            elif node.op == "attr":
                owner = program.class_of(scope)
                if owner >= 0:
                    target = self.names.resolve(unit, f".{program.scopes[owner].name}().{node.name}").scope
                    if target >= 0:
                        yield target
            elif node.op == "call" and node.name and (maker := self.names.resolve(unit, node.name).scope) >= 0:
                for one in self.program.scopes[maker].nodes if program.scopes[maker].kind == "function" else ():
                    if one.op == "return" and one.args and (step := (maker, one.args[0].node)) not in seen:
                        seen.add(step)
                        stack.append(step)
            elif node.op in ("phi", "pack") or (node.op == "call" and node.name in KEEPS):
                for arg in node.args:
                    step = (scope, arg.node)
                    if step not in seen:
                        seen.add(step)
                        stack.append(step)

    def method(self, owner: int, name: str) -> int:
        """Return the global scope of a method of a class or its bases, else -1."""
        found = self.methods.get((owner, name))
        if found is None:
            asked = f".{self.program.scopes[owner].name}().{name}"
            found = self.methods[owner, name] = self.names.resolve(self.program.unit_of[owner], asked).scope
        return found

    def defined(self, owner: int) -> Iterator[tuple[str, int]]:
        """Yield the plain methods of a class, which those who know its base may call, with their scopes."""
        base = self.program.base[self.program.unit_of[owner]]
        for at, one in enumerate(self.program.units[self.program.unit_of[owner]].facts.scopes):
            name = one.name.rsplit(".", 1)[-1]
            if one.methods_of == owner - base and name[:1] != "_":
                yield name, base + at

    def class_made(self, ref: Ref) -> int:
        """Return the class of the artifact that a call instantiates, else -1."""
        node = self.program.node(ref)
        if node.op != "call" or not node.name:
            return -1
        target = self.names.resolve(self.program.unit_of[ref[0]], node.name).scope
        return target if target >= 0 and self.program.scopes[target].kind == "class" else -1
