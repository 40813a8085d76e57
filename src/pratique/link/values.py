"""Where a value comes from: one bounded walk backwards over the value graph of the whole artifact.

The walk crosses assignments, containers and what is put into them later, attributes, globals of any module, parameters
(back to the arguments of every caller) and results (into what the callee returns, and from there only back to the call
it came in by). It stops at sources and at folded constants.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from typing import TypeAlias

from pratique.capabilities.mapfile import CapabilityMap
from pratique.link.arguments import Arguments
from pratique.link.calls import KEEPS, CallGraph
from pratique.link.mutations import mutations
from pratique.link.names import Names
from pratique.link.objects import Objects
from pratique.link.program import PUTS, Program, Ref
from pratique.link.walks import ANY, MAX_CONTEXT, Leaf, Numbers, State, Walk
from pratique.model import HOLE, Node

FUEL = 3_000
"""Nodes visited for one question. Running out is reported by `Walk.exhausted`."""
_MAX_KIN = 16
_MAX_KNOWN = 200_000
"""States whose steps are kept, and states of walks that are."""
_GIVES = (
    "__enter__",
    "__aenter__",
    "__iter__",
    "__next__",
    "__aiter__",
    "__anext__",
    "__str__",
    "__bytes__",
    "__repr__",
)
_SPREAD = frozenset({"builtins.vars", "dataclasses.asdict", "dataclasses.astuple", "attr.asdict", "attrs.asdict"})
"""Calls that give the attributes of an object."""
_ROOTS = frozenset({"pack", "param", "call", "name", "attr", "free", "op", "const"})
_KEPT, _CLEARED, _ENTERED, _ASKED = range(4)
"""A step stays in its context, leaves all, enters a callee, or is asked for once the context is known."""
_Steps: TypeAlias = tuple[tuple[int, int, bool], ...]
"""How the context changes, number of the value, whether the step is a guess."""
_Plan: TypeAlias = tuple[str, bool, _Steps]
"""Kind of the leaf that a value is, or ""; whether all steps from it stay in their context or leave all; the steps."""


class Values:
    """Answers questions about values. Where walks go on from a value is worked out once."""

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
        self._unsteady: dict[int, frozenset[int]] = {}
        self._givers: dict[int, tuple[int, ...]] = {}
        self._aliases: dict[int, dict[int, list[tuple[int, str]]]] = {}
        self._related: dict[int, tuple[int, ...]] = {}
        self._mutations: dict[int, dict[int, list[int]]] = {}
        self._returns: dict[int, tuple[int, ...]] = {}
        self._arguments = Arguments(program, graph)
        self._numbers = Numbers(program)
        self._by_class: dict[int, list[str]] | None = None
        self._plans: tuple[dict[int, _Plan], dict[int, _Plan]] = ({}, {})
        """By number, for walks that end at sources and for those that go on."""
        self._known: dict[int, _Steps] = {}
        """Steps from states whose context decides them."""
        self._walks: tuple[dict[Ref, Walk], dict[Ref, Walk]] = ({}, {})
        """Walks that came to their end: more fuel leads no further."""
        self._walked = 0
        """States of these."""

    def called(self) -> None:
        """Take note of calls that the graph did not have."""
        self._known.clear()
        self._forget_walks()

    def forget(self) -> None:
        """Drop what was kept of calls: some of them got names."""
        self.called()
        self._arguments.forget()
        self._mutations.clear()
        for plans in self._plans:
            plans.clear()

    def _forget_walks(self) -> None:
        self._walked = 0
        for walks in self._walks:
            walks.clear()

    def grown(self) -> None:
        """Take note of scopes that were added to the program."""
        self._numbers = Numbers(self._program)
        self._by_class = None
        self.forget()

    def walk(self, ref: Ref, *, fuel: int = FUEL, past_sources: bool = False) -> Walk:
        """Walk backwards from a value. `past_sources` goes on through what sources are given (for operand texts)."""
        kept = self._walks[past_sources].get(ref)
        if kept is not None and len(kept.parents) <= fuel:
            return kept
        found = self._walk(ref, fuel, past_sources=past_sources)
        if not found.exhausted:
            self._walked += len(found.parents)
            if self._walked > _MAX_KNOWN:
                self._forget_walks()
            self._walks[past_sources][ref] = found
        return found

    def _walk(self, ref: Ref, fuel: int, *, past_sources: bool) -> Walk:
        numbers, plans = self._numbers, self._plans[past_sources]
        found, size = Walk(numbers), numbers.size
        parents, guesses = found.parents, found.guesses
        start = numbers.state(*ref, ())
        parents[start] = -1
        queue = deque([start])
        while queue:
            if len(parents) > fuel:
                found.exhausted = True
                break
            state = queue.popleft()
            value = state % size
            kept, guess = state - value, state in guesses
            plan = plans.get(value)
            if plan is None:
                plan = plans[value] = self._plan(numbers.ref(value), past_sources=past_sources)
            kind, plain, steps = plan
            if kind:
                found.leaves.append(Leaf(kind, numbers.ref(value), state))
            if not plain:
                known = self._known.get(state)
                steps = self._resolved(state, steps) if known is None else known
            for how, at, guessed in steps:
                following = at + kept if how == _KEPT else at
                if following not in parents:
                    if len(parents) > fuel:
                        break
                    parents[following] = state
                    queue.append(following)
                    if guess or guessed:
                        guesses.add(following)
        return found

    def _plan(self, ref: Ref, *, past_sources: bool) -> _Plan:
        """Work out where every walk goes on from a value, whatever its context."""
        kind, following = self._expand((*ref, ANY), past_sources=past_sources)
        steps = []
        for (scope, ordinal, context), guess in following:
            value = self._numbers.state(scope, ordinal, ())
            if context is ANY:
                steps.append((_ASKED if (scope, ordinal) == ref else _KEPT, value, guess))
            else:
                steps.append((_ENTERED if context else _CLEARED, value, guess))
        return kind, all(how in (_KEPT, _CLEARED) for how, _, _ in steps), tuple(steps)

    def _resolved(self, state: int, steps: _Steps) -> _Steps:
        """Return the steps from a state, whose context is known, by the states that they lead to."""
        numbers, found = self._numbers, []
        value = state % numbers.size
        for how, at, guess in steps:
            if how == _ASKED:
                ref = numbers.ref(value)
                given = self._arguments.into((*ref, numbers.context(state)), self._program.node(ref))
                found += [(_CLEARED, numbers.state(*one), guessed) for one, guessed in given]
            elif how == _ENTERED:
                found.append((_CLEARED, at + numbers.entered(state), guess))
            else:
                found.append((_CLEARED, at + state - value if how == _KEPT else at, guess))
        if len(self._known) > _MAX_KNOWN:
            self._known.clear()
        self._known[state] = kept = tuple(found)
        return kept

    def _expand(self, state: State, *, past_sources: bool) -> tuple[str, list[tuple[State, bool]]]:
        """Return (leaf kind or "", states to visit with whether each is a guess)."""
        scope, ordinal, _ = state
        node = self._program.scopes[scope].nodes[ordinal]
        whole = node.known and not (isinstance(node.value, str) and HOLE in node.value)
        if whole and node.op in ("name", "call", "op") and ordinal in self._changing(scope):
            whole = False
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
        kind = (
            "const"
            if node.known
            else {"param": "param", "func": "func", "name": "load", "attr": "field"}.get(node.op, "")
        )
        return kind, [*self._inputs(state, node), *self._put_into(state, node)]

    def _changing(self, scope: int) -> frozenset[int]:
        """Return the values of a scope that hang on what other functions fill or other modules assign.

        What a front end computed for them from one place alone is not all that they may be.
        """
        if scope not in self._unsteady:
            program, unit = self._program, self._program.unit_of[scope]
            found: set[int] = set()
            nodes = program.scopes[scope].nodes
            handed = {one.args[0].node for one in nodes if one.op == "attr" and one.name in PUTS and one.args}
            for ordinal, node in enumerate(nodes if program.puts or program.foreign or handed else ()):
                if node.op == "name":
                    variable = self._names.resolve(unit, node.name).variable
                    if variable is not None and (variable in program.foreign or variable in program.puts):
                        found.add(ordinal)
                elif any(arg.node in found or arg.node in handed for arg in node.args):
                    found.add(ordinal)
            self._unsteady[scope] = frozenset(found)
        return self._unsteady[scope]

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
        name += "()" if name and self._program.scopes[scope].nodes[container].op == "call" else ""
        lookup = self._map_of(self._program.language_of(scope)).lookup_load
        return bool(name) and any(line.source for line in lookup(f"{name}[]"))

    def _inputs(self, state: State, node: Node) -> Iterator[tuple[State, bool]]:
        scope, ordinal, context = state
        if node.op == "param":
            yield from self._arguments.into(state, node)
        elif node.op == "name":
            yield from self._stored(scope, node.name)
        elif node.op == "free":
            owner = self._program.scope_id(self._program.unit_of[scope], node.key)
            for stored in self._program.free_stores.get((owner, node.name), ()):
                yield (*stored, ()), False
        elif node.op == "attr":
            held = list(self._attribute(state, node))
            yield from held
            if held and self._is_own(state, node):
                return  # an object's other attributes are none of this one's business
        elif node.op == "op" and not node.args:
            yield from self._thrown(scope, node)
        for method in self._graph.results.get((scope, ordinal), ()):
            yield from self._given_back(method, state)
        for arg in node.args:
            if node.op == "item" and arg.key == "key":
                continue
            yield (scope, arg.node, context), False

    def _given_back(self, callee: int, state: State) -> Iterator[tuple[State, bool]]:
        """Yield what a function returns, entered at a node."""
        scope, ordinal, context = state
        entered = (*context[-(MAX_CONTEXT - 1) :], (scope, ordinal))
        for value in self.returns(callee):
            yield (callee, value, entered), False

    def _thrown(self, scope: int, node: Node) -> Iterator[tuple[State, bool]]:
        """Yield what a handler catches, and what a generator is sent."""
        if node.name == "yield":
            for sent in self._graph.sent.get(scope, ()):
                yield (*sent, ()), False
        elif node.name == "except":
            reached = [edge.target for edge in self._graph.edges[scope] if edge.firm][:_MAX_KIN]
            for at in (scope, *reached):
                for one in self._program.scopes[at].nodes:
                    if one.op == "raise" and one.args:
                        yield (at, one.args[0].node, ()), False

    def _stored(self, scope: int, name: str) -> Iterator[tuple[State, bool]]:
        """Values assigned to a global of this or another module of the artifact."""
        unit = self._program.unit_of[scope]
        if name[:1] == "." and (unit, name[1:]) in self._program.global_stores:
            variable: tuple[int, str] | None = (unit, name[1:])
        else:
            variable = self._names.resolve(unit, name).variable
        for stored in self._program.global_stores.get(variable, ()) if variable else ():
            yield (*stored, ()), False
        parent = self._program.units[unit].parent
        if parent is not None and name[:1] == ".":
            for arg in self._program.node(parent).args:
                if arg.key == f"={name[1:]}":
                    yield (parent[0], arg.node, ()), False
        if variable is None and name[:1] != "?":
            owners, attribute = self._objects.of_name(unit, name)
            for owner in owners:
                yield from self._held(owner, attribute)

    def _held(self, owner: int, attribute: str) -> Iterator[tuple[State, bool]]:
        """Values that an attribute of a class's objects has; methods of its bases and derived classes set it too."""
        for one in self.kin(owner):
            for stored in self._program.attr_stores.get((one, attribute), ()):
                yield (*stored, ()), False

    def _all_held(self, ref: Ref) -> Iterator[tuple[State, bool]]:
        """Yield the values of all attributes of an object: `self.__dict__`, `asdict(self)`."""
        scope, ordinal = ref
        made = self._program.node(ref)
        own = (self._program.class_of(scope),) if made.op == "param" and self._is_self(scope, made.name) else ()
        for owner in self._objects.classes((scope, ordinal)) or own:
            for one in self.kin(owner) if owner >= 0 else ():
                for name in self._attributes_of(one):
                    for stored in self._program.attr_stores[one, name]:
                        yield (*stored, ()), False

    def _is_self(self, scope: int, name: str) -> bool:
        local = self._program.scopes[scope]
        return local.methods_of >= 0 and local.params[:1] == (name,)

    def _attributes_of(self, owner: int) -> tuple[str, ...]:
        """Return the names of the attributes that a class's objects are known to have."""
        if self._by_class is None:
            self._by_class = defaultdict(list)
            for one, name in self._program.attr_stores:
                self._by_class[one].append(name)
        return tuple(self._by_class.get(owner, ()))

    def kin(self, owner: int) -> tuple[int, ...]:
        """Return a class, its bases and the classes derived from it, as far as they are the artifact's."""
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
            self._related[owner] = (owner, *bases, *self._objects.subclasses(owner))
        return self._related[owner]

    def _attribute(self, state: State, node: Node) -> Iterator[tuple[State, bool]]:
        """Values assigned to an attribute of the same object, as far as its class is known."""
        scope = state[0]
        owner = self._program.class_of(scope)
        receiver = next((arg.node for arg in node.args if arg.key == ""), -1)
        if receiver >= 0 and node.name == "__dict__":
            yield from self._all_held((scope, receiver))
        if receiver >= 0:
            made = self._program.scopes[scope].nodes[receiver]
            known = self._objects.classes((scope, receiver))
            for one in known:
                yield from self._held(one, node.name)
                yield from self._read(one, node.name, state)
            if known or made.op not in {"param", "free"}:
                return
        if owner >= 0:
            yield from self._held(owner, node.name)
            yield from self._read(owner, node.name, state)

    def _is_own(self, state: State, node: Node) -> bool:
        """Return whether an attribute is one of an object whose class is the artifact's."""
        scope = state[0]
        receiver = next((arg.node for arg in node.args if arg.key == ""), -1)
        if receiver < 0:
            return False
        made = self._program.scopes[scope].nodes[receiver]
        if made.op == "param" and self._is_self(scope, made.name):
            return True
        return bool(self._objects.classes((scope, receiver)))

    def _read(self, owner: int, attribute: str, state: State) -> Iterator[tuple[State, bool]]:
        """Yield what a property gives, or a method that answers for attributes which are not there."""
        local, unit = self._program.scopes[owner], self._program.unit_of[owner]
        for name in (attribute, "__getattr__"):
            target = self._names.resolve(unit, f".{local.name}().{name}").scope if name in self._program.methods else -1
            if target >= 0 and self._program.scopes[target].kind == "function":
                yield from self._given_back(target, state)

    def _call(self, state: State, node: Node) -> list[tuple[State, bool]]:
        """Into what the callee returns, or through the arguments of a call that leaves the artifact."""
        scope, ordinal, context = state
        target = self._names.resolve(self._program.unit_of[scope], node.name) if node.name else None
        entered = (*context[-(MAX_CONTEXT - 1) :], (scope, ordinal))
        if target is not None and target.scope >= 0 and self._program.scopes[target.scope].kind == "function":
            return [((target.scope, value, entered), False) for value in self.returns(target.scope)]
        following: list[tuple[State, bool]] = []
        if target is not None and target.scope >= 0:
            for method in self._giving(target.scope):
                following += [((method, value, entered), False) for value in self.returns(method)]
        if target is not None and target.hub:
            for method in self._program.methods[target.hub][:8]:
                following += [((method, value, entered), True) for value in self.returns(method)]
        outside = target.external if target is not None else ""
        carried = self._map_of(self._program.language_of(scope)).through(outside) if outside else None
        if node.name[:1] in (".", "^"):
            following += self._stored(scope, node.name.rpartition(".")[0])  # `TABLE.get(key)` gives what TABLE holds
        for arg in node.args:
            if outside in _SPREAD and arg.key == "0":
                following += self._all_held((scope, arg.node))
            if carried is None or arg.key in carried:
                following.append(((scope, arg.node, context), False))
                following += self._handed_results(scope, arg.node) if outside not in KEEPS else []
        return following + list(self._put_into(state, node))

    def _handed_results(self, scope: int, given: int) -> list[tuple[State, bool]]:
        """Return what a function gives back that an outside call is handed: `submit(f).result()`, `map(f, x)`."""
        node, unit = self._program.scopes[scope].nodes[given], self._program.unit_of[scope]
        callee = -1
        if node.op == "func" and node.key >= 0:
            callee = self._program.scope_id(unit, node.key)
        elif node.op == "name" and node.name[:1] in (".", "^"):
            callee = self._names.resolve(unit, node.name).scope
        if callee < 0 or self._program.scopes[callee].kind != "function":
            return []
        return [((callee, value, ()), False) for value in self.returns(callee)]

    def _giving(self, owner: int) -> tuple[int, ...]:
        """Return the methods of a class by which its objects give out what they hold."""
        if owner not in self._givers:
            scope = self._program.scopes[owner]
            found = (
                self._names.resolve(self._program.unit_of[owner], f".{scope.name}().{name}").scope
                for name in _GIVES
                if name in self._program.methods
            )
            self._givers[owner] = tuple(one for one in found if one >= 0) if scope.kind == "class" else ()
        return self._givers[owner]

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
                nodes = self._program.scopes[scope].nodes
                self._mutations[scope] = mutations(nodes, lambda one: self.is_source(scope, one))
            for value in self._mutations[scope].get(ordinal, ()):
                yield (scope, value, context), False
            if node.op in ("pack", "call") and self._program.puts:
                for variable in self._kept_as(scope).get(ordinal, ()):
                    for stored in self._program.puts.get(variable, ()):
                        yield (*stored, ()), False

    def _kept_as(self, scope: int) -> dict[int, list[tuple[int, str]]]:
        """Return the globals that hold the values of a scope: what is put into those is put into the values."""
        if scope not in self._aliases:
            unit = self._program.unit_of[scope]
            found: dict[int, list[tuple[int, str]]] = defaultdict(list)
            for node in self._program.scopes[scope].nodes:
                if node.op == "store" and node.name[:1] == "." and node.name[-2:] != "[]" and node.args:
                    found[node.args[0].node].append((unit, node.name[1:]))
            self._aliases[scope] = found
        return self._aliases[scope]
