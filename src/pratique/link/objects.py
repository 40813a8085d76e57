"""Which classes of the artifact a value may be an instance of: a bounded search over where the value comes from."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator

from pratique.link.names import Names
from pratique.link.program import Program, Ref
from pratique.model import Node

_SUBCLASSES = ".__subclasses__"
_FUEL = 48
"""Values visited for one question."""
_LEADING = frozenset({"call", "name", "free", "attr", "phi", "pack", "item"})
"""Operations whose value may be an object of the artifact's own classes."""
_MAX_OWNERS = 8
_MAX_DEPTH = 4
"""Attributes of attributes."""


class Objects:
    """Answers `what is this an instance of`. Answers are kept per value."""

    def __init__(self, program: Program, names: Names) -> None:
        self._program = program
        self._names = names
        self._kept: dict[object, tuple[int, ...]] = {}
        """By value, or by the unit and name of a global."""
        self._below: dict[int, list[int]] | None = None
        self._depth = 0

    def classes(self, ref: Ref) -> tuple[int, ...]:
        """Return the global scopes of the classes that the value may be an instance of, as far as they are known."""
        return self._answer(ref, [ref]) if self._leads(ref) else ()

    def _answer(self, question: object, queue: list[Ref]) -> tuple[int, ...]:
        if question not in self._kept:
            if self._depth >= _MAX_DEPTH:
                return ()
            self._kept[question] = ()  # breaks cycles
            self._depth += 1
            self._kept[question] = self._search(queue)
            self._depth -= 1
        return self._kept[question]

    def _leads(self, ref: Ref) -> bool:
        """Tell whether anything says what a value is: most values are results of operators, constants, parameters."""
        node = self._program.node(ref)
        if node.op == "param":
            local = self._program.scopes[ref[0]]
            return local.methods_of >= 0 and local.params[:1] == (node.name,)
        return node.op in _LEADING

    def forget(self) -> None:
        """Drop kept answers: the program's tables have changed."""
        self._kept.clear()
        self._below = None

    def subclasses(self, owner: int) -> tuple[int, ...]:
        """Return the classes of the artifact that are derived from a class, at any distance."""
        if self._below is None:
            self._below = defaultdict(list)
            for scope, local in enumerate(self._program.scopes):
                for base in local.bases if local.kind == "class" else ():
                    target = self._names.resolve(self._program.unit_of[scope], base).scope
                    if target >= 0:
                        self._below[target].append(scope)
        found: dict[int, None] = {}
        stack = [owner]
        while stack and len(found) < _MAX_OWNERS:
            for one in self._below.get(stack.pop(), ()):
                if one not in found:
                    found[one] = None
                    stack.append(one)
        return tuple(found)

    def of_name(self, unit: int, name: str) -> tuple[tuple[int, ...], str]:
        """Return the classes of the global that a dotted name starts with, and the attribute: `.engine.start`."""
        head, _, attribute = name.rpartition(".")
        if not head.strip(".^") or "(" in head:
            return (), ""
        variable = self._names.resolve(unit, head).variable
        stored = self._program.global_stores.get(variable, ()) if variable else ()
        return (self._answer((unit, head), list(stored)), attribute) if stored else ((), "")

    def makers(self, queue: list[Ref]) -> tuple[int, ...]:
        """Return the functions of the artifact whose call gives one of the values: generators, coroutines."""
        found: dict[int, None] = {}
        pending, seen = deque(queue), set(queue)
        while pending and len(seen) < _FUEL:
            ref = pending.popleft()
            node = self._program.node(ref)
            if node.op == "call" and node.name:
                target = self._names.resolve(self._program.unit_of[ref[0]], node.name).scope
                if target >= 0 and self._program.scopes[target].kind == "function":
                    found.setdefault(target)
            for made, step in self._step(ref):
                if made < 0 and step not in seen:
                    seen.add(step)
                    pending.append(step)
        return tuple(found)

    def _search(self, queue: list[Ref]) -> tuple[int, ...]:
        found: dict[int, None] = {}
        pending, seen = deque(queue), set(queue)
        while pending and len(seen) < _FUEL and len(found) < _MAX_OWNERS:
            ref = pending.popleft()
            for made, step in self._step(ref):
                if made >= 0:
                    found.setdefault(made)
                elif step not in seen:
                    seen.add(step)
                    pending.append(step)
        return tuple(found)

    def _step(self, ref: Ref) -> Iterator[tuple[int, Ref]]:
        """Yield (class, anything) where the value is made, else (-1, a value that it may be)."""
        scope = ref[0]
        program, node = self._program, self._program.node(ref)
        unit = program.unit_of[scope]
        if node.op == "call" and node.name:
            target = self._names.resolve(unit, node.name).scope
            if target >= 0 and program.scopes[target].kind == "class":
                yield target, ref
            for method in (target,) if target >= 0 else self._methods(ref, node):
                for one in program.scopes[method].nodes:
                    if one.op == "return" and one.args:
                        yield -1, (method, one.args[0].node)
        elif node.op == "call":
            for arg in node.args:
                if arg.key == "func":
                    yield from self._made_by((scope, arg.node))
        elif node.op == "param":
            local = program.scopes[scope]
            if local.methods_of >= 0 and local.params[:1] == (node.name,):
                yield program.class_of(scope), ref
        elif node.op == "name":
            variable = self._names.resolve(unit, node.name).variable
            stored = program.global_stores.get(variable, ()) if variable else ()
            yield from ((-1, one) for one in stored)
        elif node.op == "free":
            owner = program.scope_id(unit, node.key)
            yield from ((-1, stored) for stored in program.free_stores.get((owner, node.name), ()))
        elif node.op == "attr":
            for arg in node.args:
                for owner in self.classes((scope, arg.node)) if arg.key == "" and (scope, arg.node) != ref else ():
                    yield from ((-1, stored) for stored in program.attr_stores.get((owner, node.name), ()))
        elif node.op in ("phi", "pack", "item"):
            yield from ((-1, (scope, arg.node)) for arg in node.args if arg.key in ("", "v"))

    def _methods(self, ref: Ref, node: Node) -> Iterator[int]:
        """Yield the methods that a call means whose object is held by a global or was made: `BOX.fill()`."""
        unit, name = self._program.unit_of[ref[0]], node.name.rpartition(".")[2]
        if name not in self._program.methods:
            return
        held = next((arg.node for arg in node.args if arg.key == "self"), -1)
        owners = self.of_name(unit, node.name)[0]
        for owner in owners or (self.classes((ref[0], held)) if held >= 0 else ()):
            local = self._program.scopes[owner]
            target = self._names.resolve(self._program.unit_of[owner], f".{local.name}().{name}").scope
            if target >= 0:
                yield target

    def _made_by(self, ref: Ref) -> Iterator[tuple[int, Ref]]:
        """Yield the classes that a callee which is no name may be: `for cls in Base.__subclasses__(): cls()`."""
        program, scope = self._program, ref[0]
        unit = program.unit_of[scope]
        stack, seen = [ref], {ref}
        while stack and len(seen) < _FUEL:
            at = stack.pop()
            node = program.node(at)
            target = -1
            if node.op == "call" and node.name.endswith(_SUBCLASSES):
                base = self._names.resolve(unit, node.name.removesuffix(_SUBCLASSES)).scope
                yield from ((one, ref) for one in self.subclasses(base))
            elif node.op == "func" and node.key >= 0:
                target = program.scope_id(unit, node.key)
            elif node.op == "name":
                target = self._names.resolve(unit, node.name).scope
            if target >= 0 and program.scopes[target].kind == "class":
                yield target, ref
            for arg in node.args if node.op in ("item", "phi", "pack") else ():
                step = (scope, arg.node)
                if step not in seen:
                    seen.add(step)
                    stack.append(step)
