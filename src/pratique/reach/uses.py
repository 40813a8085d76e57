"""Capabilities at places: every call, load and store that a capability map knows, with its operand classes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pratique.capabilities import classify
from pratique.capabilities.lines import MapLine
from pratique.capabilities.mapfile import CapabilityMap
from pratique.link import Program, Ref, Values
from pratique.model import Arg, Certainty, Node, Step
from pratique.reach.dispatch import Dispatch
from pratique.reach.operands import Operand, Operands


@dataclass(frozen=True, slots=True, eq=False)
class RawUse:
    """A use before it is known what runs it."""

    ref: Ref
    node: Node
    """The call; for an outside function handed to a call (`Thread(target=exec, args=…)`), as it will be made."""
    capability: str
    operand: Operand
    api: str
    line: MapLine


_KEY_FUEL = 200
_OPS = frozenset({"call", "name", "item", "store"})
"""Operations that map lines speak of."""


@dataclass(frozen=True, slots=True)
class RawFlow:
    """A flow before it is known what runs its sink."""

    source: str
    operand: str
    text: str
    origin: Ref
    sink: RawUse
    arg: str
    steps: tuple[Step, ...]
    certainty: Certainty
    traits: tuple[str, ...] = ()


class Finder:
    """Finds raw uses in every scope of a program."""

    def __init__(
        self, program: Program, values: Values, operands: Operands, map_of: Callable[[str], CapabilityMap]
    ) -> None:
        self._program = program
        self._values = values
        self._operands = operands
        self._map_of = map_of
        self._dispatch = Dispatch(program, values, operands, map_of)
        self._indexed: tuple[int, frozenset[int]] = (-1, frozenset())
        self._spoken: dict[tuple[int, str, str], bool] = {}

    def find(self, first: int = 0) -> tuple[list[RawUse], dict[Ref, list[RawUse]]]:
        """Return all raw uses of the scopes from `first` on in program order, and the same by node."""
        found: list[RawUse] = []
        at: dict[Ref, list[RawUse]] = defaultdict(list)
        for scope in range(first, len(self._program.scopes)):
            known = self._map_of(self._program.language_of(scope))
            for ordinal, node in enumerate(self._program.scopes[scope].nodes):
                for made in self.calls(scope, node) if node.op in _OPS and self.speaks(scope, node) else ():
                    for line, name in self._lines(scope, ordinal, made, known):
                        for use in self._uses(scope, ordinal, made, line, name):
                            found.append(use)
                            at[use.ref].append(use)
        return found, at

    def speaks(self, scope: int, node: Node) -> bool:
        """Return whether the map may say anything of a node, by its name alone: worked out once per file and name."""
        name = node.name
        if node.op == "item":
            container = next((arg.node for arg in node.args if arg.key == ""), -1)
            name = self._contained(scope, container)
        key = (self._program.unit_of[scope], node.op, name)
        spoken = self._spoken.get(key)
        if spoken is None:
            spoken = self._spoken[key] = self._speaks(scope, node.op, name)
        return spoken

    def _speaks(self, scope: int, op: str, name: str) -> bool:
        if op == "store" and name[:1] in (".", "@", "~", "["):
            return False
        if op == "call" and not name:
            return True  # its callee may be an entry of a table
        known, name = self._map_of(self._program.language_of(scope)), self._values.outside(scope, name)
        if not name:
            return False
        if op == "call":
            return bool(known.lookup_call(name) or known.lookup_callback(name))
        if op == "store":
            return bool(known.lookup_store(name))
        return bool(known.lookup_load(f"{name}[]" if op == "item" else name))

    def calls(self, scope: int, node: Node) -> Iterator[Node]:
        """Yield a node itself, and the calls of outside functions that it is handed and will make."""
        yield node
        if node.op != "call":
            return
        if not node.name:
            yield from self._dispatch.calls(scope, node)
            return
        name = self._values.outside(scope, node.name)
        keys = self._map_of(self._program.language_of(scope)).lookup_callback(name) if name else ()
        nodes = self._program.scopes[scope].nodes
        for arg in node.args if keys else ():
            handed = nodes[arg.node]
            if (arg.key in keys or "*" in keys) and handed.op == "name" and handed.name[:1] not in (".", "^", "?"):
                args = tuple(_given(nodes, node, arg.key))
                yield Node("call", handed.name, args, node.line, node.col, None, False, node.guard, -1, handed.codecs)

    def _lines(self, scope: int, ordinal: int, node: Node, known: CapabilityMap) -> Iterator[tuple[MapLine, str]]:
        if node.op == "call":
            name = self._values.outside(scope, node.name)
            lines = known.lookup_call(name) if name else ()
            if lines:
                text_of = self._operands.text_of(scope, node)
                yield from ((line, name) for line in lines if line.may_apply(text_of))
        elif node.op == "name":
            name = self._values.outside(scope, node.name)
            if name and ordinal not in self._only_indexed(scope):
                yield from ((line, name) for line in known.lookup_load(name))
        elif node.op == "item":
            container = next((arg.node for arg in node.args if arg.key == ""), -1)
            name = self._values.outside(scope, self._contained(scope, container))
            yield from ((line, f"{name}[]") for line in known.lookup_load(f"{name}[]")) if name else ()
        elif node.op == "store" and node.name[:1] not in (".", "@", "~", "["):
            name = self._values.outside(scope, node.name)
            yield from ((line, name) for line in known.lookup_store(name)) if name else ()

    def _contained(self, scope: int, container: int) -> str:
        """Return the name of a container, as maps speak of it: `NAME` for what is loaded, `NAME()` for a result."""
        held = self._program.scopes[scope].nodes[container] if container >= 0 else None
        return "" if held is None or not held.name else held.name + "()" * (held.op == "call")

    def _only_indexed(self, scope: int) -> frozenset[int]:
        """Return the loads that serve only as containers of subscripts: `os.environ` in `os.environ["A"]`."""
        if self._indexed[0] != scope:
            indexed: set[int] = set()
            other: set[int] = set()
            for node in self._program.scopes[scope].nodes:
                for arg in node.args:
                    (indexed if node.op == "item" and arg.key == "" else other).add(arg.node)
            self._indexed = (scope, frozenset(indexed - other))
        return self._indexed[1]

    def _uses(self, scope: int, ordinal: int, node: Node, line: MapLine, name: str) -> Iterator[RawUse]:
        item = node.op == "item"
        operands = self._subscript(scope, node, line) if item else self._operands.of(scope, node, line)
        for capability in line.capabilities:
            for operand in operands:
                yield RawUse((scope, ordinal), node, capability, operand, name, line)
                more = classify.implied(capability, operand.kind)
                if more and more not in line.capabilities:
                    yield RawUse((scope, ordinal), node, more, operand, name, line)

    def _subscript(self, scope: int, node: Node, line: MapLine) -> tuple[Operand, ...]:
        key = self._operands.argument(scope, node, "key")
        texts = self._operands.texts(key) if key is not None else ()
        found = {one.text: Operand(classify.env(one.text), one.text, one.codecs) for one in texts}
        return tuple(found.values()) or (Operand(line.operand, self._own_keys(key, node, scope)),)

    def _own_keys(self, key: Ref | None, node: Node, scope: int) -> str:
        """Return the container whose own keys a subscript goes through: `for name in os.environ: os.environ[name]`."""
        container = next((arg.node for arg in node.args if arg.key == ""), -1)
        name = self._values.outside(scope, self._contained(scope, container))
        for leaf in self._values.walk(key, fuel=_KEY_FUEL).leaves if key is not None and name else ():
            at = self._program.node(leaf.ref)
            inner = next((arg.node for arg in at.args if arg.key == ""), -1) if at.op == "item" else -1
            made = self._values.outside(leaf.ref[0], self._contained(leaf.ref[0], inner) if inner >= 0 else at.name)
            if made.removesuffix(".keys").removesuffix(".items") == name:
                return name
        return ""


_OF_CALL = frozenset(
    {"self", "func", "*", "**", "callback", "error_callback", "args", "kwargs", "name", "daemon", "key"}
)
"""Arguments that are meant for the call that is handed a function, not for the function."""


_SPREADS = ("map", "imap", "starmap", "apply")
"""Calls that hand the elements of a list on, not the list."""


def _given(nodes: tuple[Node, ...], call: Node, key: str) -> Iterator[Arg]:
    """Yield what a callable gets from the call it is handed to: what follows it, or the elements of `args=`."""
    if key == "key":
        yield from (arg for arg in call.args if arg.key == "0")  # `sorted(values, key=f)`
        return
    first = int(key) + 1 if key.isdigit() else None
    for arg in call.args:
        if first is not None and arg.key.isdigit() and int(arg.key) >= first:
            inner = nodes[arg.node]
            packed = inner.name == "tuple" or call.name.rpartition(".")[2].startswith(_SPREADS)
            if inner.op == "pack" and packed and inner.name in ("list", "tuple") and len(call.args) <= first + 1:
                yield from (Arg(str(at), one.node) for at, one in enumerate(inner.args) if not one.key)
            else:
                yield Arg(str(int(arg.key) - first), arg.node)
        elif first is not None and not arg.key.isdigit() and arg.key not in _OF_CALL:
            yield arg
        elif arg.key == "args":
            yield from (Arg(str(at), one.node) for at, one in enumerate(nodes[arg.node].args) if not one.key)
        elif arg.key == "kwargs":
            pairs = nodes[arg.node].args
            names = [nodes[one.node].value for one in pairs if one.key == "k"]
            values = [one.node for one in pairs if one.key == "v"]
            yield from (Arg(str(name), value) for name, value in zip(names, values, strict=False))
