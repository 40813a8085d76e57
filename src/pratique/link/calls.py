"""The call graph: which scope runs which, where, and how sure that is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from pratique.capabilities.mapfile import CapabilityMap
from pratique.link.names import HUB_LIMIT, Names
from pratique.link.program import Program, Ref
from pratique.model import Import, Node

_ON_INSTANCE = ("__new__", "__init__", "__post_init__", "__del__", "__enter__", "__exit__", "__aenter__", "__aexit__")
_ON_INSTANCE_MAYBE = ("__call__", "__iter__", "__next__", "__getattr__", "__getattribute__", "__str__", "__repr__",
                      "__bool__", "__len__", "__eq__", "__hash__", "__getitem__", "__await__")  # fmt: skip
_RUNS_RUN = frozenset({"threading.Thread", "threading.Timer", "multiprocessing.Process", "multiprocessing.context.Process",
                       "PyQt5.QtCore.QThread", "PySide6.QtCore.QThread"})  # fmt: skip
_WRAPPERS = ("functools.", "contextlib.", "abc.", "typing.", "dataclasses.", "types.", "enum.", "asyncio.coroutine")
"""Decorators that give back a wrapped function: defining one runs nothing of it."""
_VALUE_METHODS = (
    frozenset(dir(str)) | frozenset(dir(list)) | frozenset(dir(dict)) | frozenset(dir(bytes)) | frozenset(dir(set))
)
"""Methods of built-in values: a call of one on a value we made ourselves is not a call of the artifact's method."""


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


@dataclass(slots=True)
class CallGraph:
    """Edges by caller, call sites by callee."""

    edges: list[list[Edge]]
    sites: dict[int, list[tuple[int, int, int]]] = field(default_factory=lambda: defaultdict(list))
    """Callee to (caller, ordinal, number of leading parameters bound by the receiver)."""
    crowded: list[Ref] = field(default_factory=list)
    """Calls on unknown receivers with more candidates than `HUB_LIMIT`."""


class Linker:
    """Builds the call graph of a program."""

    def __init__(self, program: Program, names: Names, map_of: Callable[[str], CapabilityMap]) -> None:
        self._program = program
        self._names = names
        self._map_of = map_of
        self.graph = CallGraph(edges=[[] for _ in program.scopes])

    def link(self) -> CallGraph:
        """Add every edge that names alone tell. Computed callees are added by `add_call` once values are known."""
        for number, unit in enumerate(self._program.units):
            for item in unit.facts.imports:
                self._import(number, item)
            if unit.parent is not None:
                caller, ordinal = unit.parent
                node = self._program.node(unit.parent)
                self._edge(caller, self._program.base[number], node, "runs the decoded layer")
                del ordinal
        for scope in range(len(self._program.scopes)):
            for ordinal, node in enumerate(self._program.scopes[scope].nodes):
                handler = _HANDLERS.get(node.op)
                if handler is not None:
                    handler(self, scope, ordinal, node)
        return self.graph

    def _edge(self, caller: int, target: int, node: Node, text: str, *, firm: bool = True) -> None:
        self.graph.edges[caller].append(Edge(target, node.line, text, firm, node.guard))

    def _import(self, number: int, item: Import) -> None:
        program = self._program
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
        unit = self._program.unit_of[scope]
        if node.name:
            target = self._names.resolve(unit, node.name)
            if target.scope >= 0:
                self.add_call(scope, ordinal, target.scope, firm=True)
            elif target.hub:
                self._hub(scope, ordinal, node, target.hub)
        self._callbacks(scope, node)

    def _hub(self, scope: int, ordinal: int, node: Node, method: str) -> None:
        receiver = next((arg.node for arg in node.args if arg.key == "self"), None)
        if method in _VALUE_METHODS and receiver is not None:
            made = self._program.scopes[scope].nodes[receiver]
            if made.known or made.op in ("pack", "op", "const", "func"):
                return
        candidates = self._program.methods[method]
        if len(candidates) > HUB_LIMIT:
            self.graph.crowded.append((scope, ordinal))
        for candidate in candidates:
            self.add_call(scope, ordinal, candidate, firm=False)

    def add_call(self, scope: int, ordinal: int, target: int, *, firm: bool) -> None:
        """Record that the call at (scope, ordinal) runs `target`; a class is instantiated."""
        program, node = self._program, self._program.node((scope, ordinal))
        callee = program.scopes[target]
        if callee.kind == "class":
            self._instantiate(scope, ordinal, target, firm=firm)
            return
        bound = 1 if callee.methods_of >= 0 and (")." in node.name or node.name[:1] == "?" or not node.name) else 0
        self.graph.sites[target].append((scope, ordinal, bound))
        self._edge(
            scope, target, node, f"calls {callee.name or program.units[program.unit_of[target]].file.path}()", firm=firm
        )

    def _instantiate(self, scope: int, ordinal: int, owner: int, *, firm: bool) -> None:
        program, node = self._program, self._program.node((scope, ordinal))
        unit, local = program.unit_of[owner], program.scopes[owner]
        for names, sure in ((_ON_INSTANCE, firm), (_ON_INSTANCE_MAYBE, False)):
            for name in names:
                method = self._names.resolve(unit, f".{local.name}().{name}").scope
                if method >= 0:
                    self.graph.sites[method].append((scope, ordinal, 1))
                    self._edge(scope, method, node, f"makes a {local.name} ({name})", firm=sure)
        if any(base in _RUNS_RUN for base in local.bases):
            method = self._names.resolve(unit, f".{local.name}().run").scope
            if method >= 0:
                self._edge(scope, method, node, f"starts {local.name}.run()", firm=firm)

    def _callbacks(self, scope: int, node: Node) -> None:
        """Functions handed to a call: run later for certain where the map says so, else perhaps."""
        called = (
            frozenset(self._map_of(self._program.language_of(scope)).lookup_callback(node.name))
            if node.name
            else frozenset()
        )
        for arg in node.args:
            if arg.key in ("self", "func"):
                continue
            for target in self.callables((scope, arg.node)):
                callee = self._program.scopes[target].name
                firm = arg.key in called or "*" in called
                text = f"hands {callee}() to {node.name.lstrip('.?') or 'a call'}"
                if self._program.scopes[target].kind != "class":
                    self._edge(scope, target, node, text, firm=firm)

    def callables(self, ref: Ref) -> Iterator[int]:
        """Yield the scopes that a value stands for when it is a function, a class or a bound method."""
        program = self._program
        stack, seen = [ref], {ref}
        while stack and len(seen) < 32:
            scope, ordinal = stack.pop()
            node = program.node((scope, ordinal))
            unit = program.unit_of[scope]
            if node.op == "func" and node.key >= 0:
                yield program.scope_id(unit, node.key)
            elif node.op == "name":
                target = self._names.resolve(unit, node.name).scope
                if target >= 0:
                    yield target
            elif node.op == "attr":
                owner = program.class_of(scope)
                if owner >= 0:
                    target = self._names.resolve(unit, f".{program.scopes[owner].name}().{node.name}").scope
                    if target >= 0:
                        yield target
            elif node.op in ("phi", "pack") or (node.op == "call" and node.name == "functools.partial"):
                for arg in node.args:
                    step = (scope, arg.node)
                    if step not in seen:
                        seen.add(step)
                        stack.append(step)

    def _enter(self, scope: int, ordinal: int, node: Node) -> None:
        """A definition: decorators and metaclasses run now, a class body runs now."""
        del ordinal
        program, unit = self._program, self._program.unit_of[scope]
        defined = program.scope_id(unit, node.key) if node.key >= 0 else -1
        if defined >= 0 and program.scopes[defined].kind == "class":
            self._edge(scope, defined, node, f"defines class {node.name}")
        lookup = self._map_of(program.language_of(scope)).lookup_callback
        for arg in node.args:
            value = program.scopes[scope].nodes[arg.node]
            if arg.key == "deco":
                for target in self.callables((scope, arg.node)):
                    if program.scopes[target].kind != "class":
                        self._edge(scope, target, node, f"decorates {node.name} with {program.scopes[target].name}()")
                if defined >= 0 and value.name and not value.name.startswith(_WRAPPERS) and lookup(value.name):
                    self._edge(scope, defined, node, f"hands {node.name}() to {value.name}")
            elif arg.key in ("base", "meta"):
                for hook in (
                    ("__init_subclass__",) if arg.key == "base" else ("__new__", "__init__", "__prepare__", "__call__")
                ):
                    target = self._names.resolve(unit, f"{value.name}.{hook}").scope if value.name else -1
                    if target >= 0:
                        self._edge(scope, target, node, f"defines class {node.name} ({hook})")

    def _escape(self, scope: int, ordinal: int, node: Node) -> None:
        """A function value that is returned or stored may be called by whoever gets it."""
        del ordinal
        for arg in node.args:
            if arg.key == "":
                for target in self.callables((scope, arg.node)):
                    if self._program.scopes[target].kind == "function" and node.name[:1] not in (".", "~"):
                        self._edge(scope, target, node, f"passes {self._program.scopes[target].name}() on", firm=False)

    def _attribute(self, scope: int, ordinal: int, node: Node) -> None:
        """Reading an attribute of `self` may run a property."""
        del ordinal
        owner = self._program.class_of(scope)
        if owner >= 0 and node.name in self._program.methods:
            name = f".{self._program.scopes[owner].name}().{node.name}"
            target = self._names.resolve(self._program.unit_of[scope], name).scope
            if target >= 0:
                self._edge(scope, target, node, f"reads {node.name}", firm=False)


_HANDLERS: dict[str, Callable[[Linker, int, int, Node], None]] = {
    "call": Linker._call,
    "enter": Linker._enter,
    "return": Linker._escape,
    "store": Linker._escape,
    "attr": Linker._attribute,
}
