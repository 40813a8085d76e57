"""Where a value comes from: one bounded walk backwards over the value graph of the whole artifact.

The walk crosses assignments, containers and what is put into them later, attributes, globals of any module, parameters
(back to the arguments of every caller) and results (into what the callee returns, and from there only back to the call
it came in by). It stops at sources and at folded constants.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from pratique.capabilities.mapfile import CapabilityMap
from pratique.link.calls import CallGraph
from pratique.link.names import Names
from pratique.link.objects import Objects
from pratique.link.program import PUTS, Program, Ref
from pratique.model import HOLE, Node

Context = tuple[Ref, ...]
"""Call sites that the walk went into, innermost last: it leaves a callee only through the one it entered by."""
State = tuple[int, int, Context]
MAX_CONTEXT = 4
MAX_GUESSED_CALLS = 64
"""Calls on unknown receivers that are taken for calls of one method; what further ones pass is not followed."""
FUEL = 3_000
"""Nodes visited for one question. Running out is reported by `Walk.exhausted`."""
_MAX_KIN = 16
_ROOTS = frozenset({"pack", "param", "call", "name", "attr", "free", "op", "const"})


@dataclass(frozen=True, slots=True)
class Leaf:
    """Where a walk ended."""

    kind: str
    """source, param, const, load, func"""
    ref: Ref
    state: State


@dataclass(slots=True)
class Walk:
    """What one question found."""

    leaves: list[Leaf] = field(default_factory=list)
    parents: dict[State, State | None] = field(default_factory=dict)
    guesses: set[State] = field(default_factory=set)
    """States that were reached over a guess (a method of an unknown receiver)."""
    exhausted: bool = False

    def chain(self, state: State) -> list[State]:
        """Return the states from a leaf to where the walk started: the direction in which the value travels."""
        states, at = [], state
        while at is not None:
            states.append(at)
            at = self.parents[at]  # type: ignore[assignment]
        return states

    def texts(self, program: Program) -> tuple[str, ...]:
        """Return the distinct folded strings among the leaves, in order."""
        found: dict[str, None] = {}
        for leaf in self.leaves:
            if leaf.kind == "const":
                value = program.node(leaf.ref).value
                if isinstance(value, bytes):
                    value = value[:4096].decode("latin-1")
                if isinstance(value, str) and value:
                    found.setdefault(value)
        return tuple(found)


class Values:
    """Answers questions about values. Inputs of a node are computed once."""

    def __init__(
        self,
        program: Program,
        names: Names,
        objects: Objects,
        graph: CallGraph,
        map_of: Callable[[str], CapabilityMap],
    ) -> None:
        self._program = program
        self._names = names
        self._objects = objects
        self._graph = graph
        self._map_of = map_of
        self._related: dict[int, tuple[int, ...]] = {}
        self._mutations: dict[int, dict[int, list[int]]] = {}
        self._returns: dict[int, tuple[int, ...]] = {}
        self._arriving: dict[tuple[int, str], dict[Ref, list[tuple[int, bool]]]] = {}

    def walk(self, ref: Ref, *, fuel: int = FUEL, past_sources: bool = False) -> Walk:
        """Walk backwards from a value. `past_sources` goes on through what sources are given (for operand texts)."""
        found = Walk()
        start: State = (*ref, ())
        found.parents[start] = None
        queue = deque([start])
        while queue:
            if len(found.parents) > fuel:
                found.exhausted = True
                break
            state = queue.popleft()
            kind, following = self._expand(state, past_sources=past_sources)
            if kind:
                found.leaves.append(Leaf(kind, state[:2], state))
            guess = state in found.guesses
            for following_state, guessed in following:
                if following_state not in found.parents:
                    found.parents[following_state] = state
                    if guess or guessed:
                        found.guesses.add(following_state)
                    queue.append(following_state)
        return found

    def _expand(self, state: State, *, past_sources: bool) -> tuple[str, list[tuple[State, bool]]]:
        """Return (leaf kind or "", states to visit with whether each is a guess)."""
        scope, ordinal, _ = state
        node = self._program.scopes[scope].nodes[ordinal]
        whole = node.known and not (isinstance(node.value, str) and HOLE in node.value)
        if node.op == "call":
            if self.is_source(scope, node) and not past_sources:
                return "source", []
            return ("const" if node.known else ""), [] if whole else self._call(state, node)
        if node.op == "item" and self._item_source(scope, node):
            return "source", []
        if node.op == "name":
            loads = self._map_of(self._program.language_of(scope)).lookup_load(self.outside(scope, node.name))
            if any(line.source for line in loads):
                return "source", []
        if whole:
            return "const", []
        kind = "const" if node.known else {"param": "param", "func": "func", "name": "load"}.get(node.op, "")
        return kind, [*self._inputs(state, node), *self._put_into(state, node)]

    def outside(self, scope: int, name: str) -> str:
        """Return the name as capability maps know it, "" when it means something inside the artifact."""
        return self._names.resolve(self._program.unit_of[scope], name).external if name else ""

    def is_source(self, scope: int, node: Node) -> bool:
        """Return whether a call's result is a value that flows start from."""
        name = self.outside(scope, node.name)
        return bool(name) and any(
            line.source for line in self._map_of(self._program.language_of(scope)).lookup_call(name)
        )

    def _item_source(self, scope: int, node: Node) -> bool:
        container = next((arg.node for arg in node.args if arg.key == ""), -1)
        if container < 0:
            return False
        name = self.outside(scope, self._program.scopes[scope].nodes[container].name)
        lookup = self._map_of(self._program.language_of(scope)).lookup_load
        return bool(name) and any(line.source for line in lookup(f"{name}[]"))

    def _inputs(self, state: State, node: Node) -> Iterator[tuple[State, bool]]:
        scope, ordinal, context = state
        if node.op == "param":
            yield from self._arguments(state, node)
        elif node.op == "name":
            yield from self._stored(scope, node.name)
        elif node.op == "free":
            owner = self._program.scope_id(self._program.unit_of[scope], node.key)
            for stored in self._program.free_stores.get((owner, node.name), ()):
                yield (*stored, ()), False
        elif node.op == "attr":
            yield from self._attribute(state, node)
        for arg in node.args:
            if node.op == "item" and arg.key == "key":
                continue
            yield (scope, arg.node, context), False
        del ordinal

    def _stored(self, scope: int, name: str) -> Iterator[tuple[State, bool]]:
        """Values assigned to a global of this or another module of the artifact."""
        unit = self._program.unit_of[scope]
        if name[:1] == "." and (unit, name[1:]) in self._program.global_stores:
            variable: tuple[int, str] | None = (unit, name[1:])
        else:
            variable = self._names.resolve(unit, name).variable
        for stored in self._program.global_stores.get(variable, ()) if variable else ():
            yield (*stored, ()), False
        if variable is None and name[:1] != "?":
            owners, attribute = self._objects.of_name(unit, name)
            for owner in owners:
                yield from self._held(owner, attribute)

    def _held(self, owner: int, attribute: str) -> Iterator[tuple[State, bool]]:
        """Values that an attribute of a class's objects has; methods of its bases and derived classes set it too."""
        for one in (owner, *self._kin(owner)):
            for stored in self._program.attr_stores.get((one, attribute), ()):
                yield (*stored, ()), False

    def _kin(self, owner: int) -> tuple[int, ...]:
        """Return the bases and the derived classes of a class, as far as they are the artifact's."""
        if owner not in self._related:
            bases: list[int] = []
            stack = [owner]
            while stack and len(bases) < _MAX_KIN:
                at = stack.pop()
                for base in self._program.scopes[at].bases:
                    target = self._names.resolve(self._program.unit_of[at], base).scope
                    if target >= 0 and target not in bases and target != owner:
                        bases.append(target)
                        stack.append(target)
            self._related[owner] = (*bases, *self._objects.subclasses(owner))
        return self._related[owner]

    def _attribute(self, state: State, node: Node) -> Iterator[tuple[State, bool]]:
        """Values assigned to an attribute of the same object, as far as its class is known."""
        scope = state[0]
        owner = self._program.class_of(scope)
        receiver = next((arg.node for arg in node.args if arg.key == ""), -1)
        if receiver >= 0:
            made = self._program.scopes[scope].nodes[receiver]
            known = self._objects.classes((scope, receiver))
            for one in known:
                yield from self._held(one, node.name)
            if known or made.op not in {"param", "free"}:
                return
        if owner >= 0:
            yield from self._held(owner, node.name)

    def _arguments(self, state: State, node: Node) -> Iterator[tuple[State, bool]]:
        """From a parameter back to what callers pass: to the one the walk came in by, else to all."""
        scope, _, context = state
        incoming = self._incoming(scope, node.name)
        if context:
            caller = context[-1]
            for value, guess in incoming.get(caller, ()):
                yield (caller[0], value, context[:-1]), guess
            return
        yield from self._handed_arguments(scope, node, self._program.scopes[scope].params)
        for (at, _), values in incoming.items():
            for value, guess in values:
                yield (at, value, ()), guess

    def _incoming(self, scope: int, param: str) -> dict[Ref, list[tuple[int, bool]]]:
        """Return, by call, the values that land in a parameter, each with whether the call is a guess."""
        if (scope, param) not in self._arriving:
            callee = self._program.scopes[scope]
            sites = list(self._graph.sites.get(scope, ()))
            if callee.methods_of >= 0:
                guessed = self._graph.hubs.get(callee.name.rsplit(".", 1)[-1], ())
                sites += [(*ref, 1) for ref in guessed[:MAX_GUESSED_CALLS]]
            found: dict[Ref, list[tuple[int, bool]]] = {}
            for caller, ordinal, bound in sites:
                call = self._program.node((caller, ordinal))
                values = [
                    (arg.node, call.name[:1] == "?")
                    for arg in call.args
                    if _binds(arg.key, param, callee.params, bound)
                ]
                if values:
                    found[caller, ordinal] = values
            self._arriving[scope, param] = found
        return self._arriving[scope, param]

    def _handed_arguments(self, scope: int, node: Node, params: tuple[str, ...]) -> Iterator[tuple[State, bool]]:
        """Yield what a function gets from the call it was handed to: `submit(f, x)`, `Thread(target=f, args=(x,))`."""
        for caller, ordinal, key, bound in self._graph.handed.get(scope, ()):
            nodes = self._program.scopes[caller].nodes
            first = int(key) + 1 if key.isdigit() else None
            for arg in nodes[ordinal].args:
                if first is not None and arg.key.isdigit() and int(arg.key) >= first:
                    given = [(str(int(arg.key) - first), arg.node)]
                elif arg.key in ("args", "kwargs") or (first is None and arg.key.isdigit()):
                    given = [(str(at), one.node) for at, one in enumerate(nodes[arg.node].args) if one.key in ("", "v")]
                else:
                    continue
                for position, value in given:
                    if _binds(position, node.name, params, bound) or arg.key == "kwargs":
                        yield (caller, value, ()), False

    def _call(self, state: State, node: Node) -> list[tuple[State, bool]]:
        """Into what the callee returns, or through the arguments of a call that leaves the artifact."""
        scope, ordinal, context = state
        target = self._names.resolve(self._program.unit_of[scope], node.name) if node.name else None
        entered = (*context[-(MAX_CONTEXT - 1) :], (scope, ordinal))
        if target is not None and target.scope >= 0 and self._program.scopes[target.scope].kind == "function":
            return [((target.scope, value, entered), False) for value in self.returns(target.scope)]
        following: list[tuple[State, bool]] = []
        if target is not None and target.hub:
            for method in self._program.methods[target.hub][:8]:
                following += [((method, value, entered), True) for value in self.returns(method)]
        outside = target.external if target is not None else ""
        carried = self._map_of(self._program.language_of(scope)).through(outside) if outside else None
        for arg in node.args:
            if carried is None or arg.key in carried:
                following.append(((scope, arg.node, context), False))
        return following + list(self._put_into(state, node))

    def returns(self, scope: int) -> tuple[int, ...]:
        """Return the ordinals of the values that a function returns or yields."""
        if scope not in self._returns:
            nodes = self._program.scopes[scope].nodes
            self._returns[scope] = tuple(
                arg.node for node in nodes if node.op in ("return", "yield") for arg in node.args if arg.key == ""
            )
        return self._returns[scope]

    def _put_into(self, state: State, node: Node) -> Iterator[tuple[State, bool]]:
        """Yield what is later appended to, stored in or written to this very object, in the same scope."""
        scope, ordinal, context = state
        if node.op in _ROOTS:
            if scope not in self._mutations:
                self._mutations[scope] = self._find_mutations(scope)
            for value in self._mutations[scope].get(ordinal, ()):
                yield (scope, value, context), False

    def _find_mutations(self, scope: int) -> dict[int, list[int]]:
        nodes = self._program.scopes[scope].nodes
        found: dict[int, list[int]] = defaultdict(list)
        for node in nodes:
            puts = node.op == "call" and node.name.rsplit(".", 1)[-1] in PUTS
            if not puts and not (node.op == "store" and (node.name[:1] == "@" or node.name == "[]")):
                continue
            receiver = next((arg.node for arg in node.args if arg.key == "self"), -1)
            if receiver < 0:
                continue
            values = [arg.node for arg in node.args if arg.key not in ("self", "func")]
            for root in _roots(nodes, receiver):
                found[root].extend(values)
        return found


def _roots(nodes: tuple[Node, ...], ordinal: int) -> list[int]:
    """Return the objects that a receiver may be: phis are looked through."""
    stack, seen, roots = [ordinal], {ordinal}, []
    while stack and len(seen) < 64:
        at = stack.pop()
        if nodes[at].op != "phi":
            roots.append(at)
            continue
        for arg in nodes[at].args:
            if arg.node not in seen:
                seen.add(arg.node)
                stack.append(arg.node)
    return roots


def _binds(key: str, param: str, params: tuple[str, ...], bound: int) -> bool:
    """Return whether a call's argument `key` lands in `param`."""
    bare = param.lstrip("*")
    names = [name.lstrip("*") for name in params]
    if bare not in names:
        return False
    at = names.index(bare)
    if key in ("self", "func"):
        return key == "self" and bound == 1 and at == 0
    if key == "*":
        return not params[at].startswith("**") and at >= bound
    if key == "**":
        return at >= bound
    if key.isdigit():
        index = int(key) + bound
        return index == at or (params[at].startswith("*") and not params[at].startswith("**") and index >= at)
    return key == bare or (params[at].startswith("**") and key not in names)
