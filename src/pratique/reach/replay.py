"""Decoders applied along the way a value travels: what a shipped file or a constant becomes before it is run.

The front end folds what stands in one file. Here a value is followed across functions, modules and data files of the
artifact, and every pure call on its way is computed by the same bounded evaluator. Nothing is executed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pratique.languages.python.evaluate import (
    UNKNOWN,
    Fuel,
    Known,
    ResolvedName,
    Result,
    binop,
    call,
    method,
    subscript,
)
from pratique.link import Leaf, Program, Ref, Values, Walk
from pratique.model import HOLE, File, Node
from pratique.reach.operands import Operands
from pratique.reach.shipped import Shipped

FUEL = 400_000
"""Evaluator steps for one value."""
_ONE_VALUE = 48
"""Nodes visited to find the one constant that a name stands for."""
_DEPTH = 8
_OF_FILES = {"json.load": "json.loads", "marshal.load": "marshal.loads"}
"""Decoders that take an open file: its content stands for it."""
_GIVES = ("read", "readline", "read_text", "read_bytes", "get_data", "read_binary")
_OPENERS = ("read", "readlines", "read_text", "read_bytes")


class Replay:
    """Computes what values become."""

    def __init__(self, program: Program, values: Values, operands: Operands, shipped: Shipped) -> None:
        self._program = program
        self._values = values
        self._operands = operands
        self._shipped = shipped
        self._single: dict[Ref, Result] = {}
        """What a value is, where only one thing is assigned to it."""
        self.unread: dict[File, Ref] = {}
        """Shipped files that are run as code and cannot be followed, with what reads them."""

    def results(self, walk: Walk, leaf: Leaf, paths: Callable[[Ref], list[Ref]]) -> Iterator[Known]:
        """Yield what the value of a leaf is when it arrives where the walk started.

        `paths` gives the values that name the file which a source reads.
        """
        if leaf.kind == "const":
            node = self._program.node(leaf.ref)
            yield from self._follow(walk, leaf, _of_node(node))
        elif leaf.kind == "source":
            unit = self._program.unit_of[leaf.ref[0]]
            home = self._program.units[unit].home
            place = self._program.units[unit if home is None else home].file.segments
            for path in paths(leaf.ref):
                for text in self._operands.texts(path):
                    for file in self._shipped.meant(text.text, place, self._said(leaf.ref)):
                        if data := self._shipped.data(file):
                            yield from self._read_as(walk, leaf, data)
                        elif file.size:
                            self.unread.setdefault(file, leaf.ref)

    def content(self, ref: Ref, paths: Callable[[Ref], list[Ref]]) -> str | bytes | None:
        """Return what a reading call of the artifact's code gives, None where it is not known which file it reads."""
        unit = self._program.unit_of[ref[0]]
        home = self._program.units[unit].home
        file = self._program.units[unit if home is None else home].file
        short = self._program.node(ref).name.rpartition(".")[2]
        if short not in _GIVES:
            return None
        for path in paths(ref):
            made = self._program.node(path)
            own = made.op == "name" and made.name.endswith("__file__")
            found = [self._shipped.data(file)] if own else []
            for text in self._operands.texts(path) if not own else ():
                found += map(self._shipped.data, self._shipped.meant(text.text, file.segments))
            said = " ".join(one.text for given in self._opened_as(ref) for one in self._operands.texts(given))
            if any(found):
                as_bytes = short in ("read_bytes", "get_data", "read_binary") or "b" in said
                content: str | bytes = found[0] if as_bytes else found[0].decode("utf-8", "replace")
                return content if short != "readline" else content.splitlines(keepends=True)[0]
        return None

    def _opened_as(self, ref: Ref) -> list[Ref]:
        """Return the modes that the file of a reading call was opened with."""
        held = next((arg.node for arg in self._program.node(ref).args if arg.key == "self"), -1)
        seen = 0
        while held >= 0 and seen < _DEPTH:
            seen += 1
            made = self._program.node((ref[0], held))
            if made.op == "call":
                return [(ref[0], arg.node) for arg in made.args if arg.key in ("1", "mode")]
            held = made.args[0].node if made.args else -1
        return []

    def _said(self, ref: Ref) -> list[str]:
        """Return the texts that a reading call is given: which member of an archive it means."""
        node = self._program.node(ref)
        given = [(ref[0], arg.node) for arg in node.args if arg.key not in ("self", "func")]
        return [text.text for value in given for text in self._operands.texts(value)]

    def _read_as(self, walk: Walk, leaf: Leaf, data: bytes) -> Iterator[Known]:
        """Read a file as bytes, else as text: whichever the rest of the way can use."""
        for value in (data, data.decode("utf-8", "replace")):
            found = list(self._follow(walk, leaf, Known(value, ("file",))))
            if found:
                yield from found
                return

    def _follow(self, walk: Walk, leaf: Leaf, value: Known) -> Iterator[Known]:
        fuel = Fuel(FUEL)
        current: Result = value
        before: Ref = leaf.ref
        for scope, ordinal in walk.chain(leaf)[1:]:
            node = self._program.scopes[scope].nodes[ordinal]
            if current is UNKNOWN:
                return
            current = self._step(scope, node, before, current, fuel)
            before = (scope, ordinal)
        if current is not UNKNOWN:
            yield current

    def _step(self, scope: int, node: Node, before: Ref, value: Known, fuel: Fuel) -> Result:
        """Compute one node of the chain from the value that reaches it."""
        if node.op == "op" and node.args:  # what a handler catches, or a generator is sent, is the value itself
            return self._operation(scope, node, before, value, fuel)
        if node.op == "item":
            return self._item(scope, node, before, value)
        if node.op != "call" or not any((scope, arg.node) == before for arg in node.args):
            return value  # a variable, a parameter, a result: the value itself
        name = self._values.outside(scope, node.name)
        if not name:
            return value
        receiver: Result = UNKNOWN
        args: list[Result] = []
        kwargs: dict[str, Result] = {}
        for arg in node.args:
            given = value if (scope, arg.node) == before else self._known((scope, arg.node))
            if arg.key in ("self", "func"):
                receiver = given
            elif arg.key.isdigit():
                args.append(given)
            else:
                kwargs[arg.key] = given
        short = name.rsplit(".", 1)[-1]
        name = _OF_FILES.get(name, name)
        if receiver is not UNKNOWN:
            made = method(receiver, short, args, kwargs, fuel)
            return value if made is UNKNOWN and short in _OPENERS else made
        if name == "builtins.open" or short in _OPENERS:
            return value
        return call(name, args, kwargs, fuel)

    def _item(self, scope: int, node: Node, before: Ref, value: Known) -> Result:
        """Compute `value[key]`; a value without items, or an unknown key, is taken for an element of a loop."""
        key = next(((scope, arg.node) for arg in node.args if arg.key == "key"), before)
        if key == before or self._known(key) is UNKNOWN:
            return value
        return subscript(value, self._known(key))

    def _operation(self, scope: int, node: Node, before: Ref, value: Known, fuel: Fuel) -> Result:
        operands = [value if (scope, arg.node) == before else self._known((scope, arg.node)) for arg in node.args]
        if node.name == "[" and len(operands) == 2 and operands[1] is not UNKNOWN and operands[1].value == -1:
            data = value.value
            return Known(data[::-1], (*value.codecs, "reverse")) if isinstance(data, (str, bytes)) else UNKNOWN
        return self._combined(node.name, operands, fuel)

    def _known(self, ref: Ref, depth: int = 0) -> Result:
        """Return what a value is when only one thing is assigned to it, in this module or another one."""
        node = self._program.node(ref)
        if node.known:
            return _of_node(node)
        if node.op == "op" and node.name != "[" and len(node.args) > 0 and depth < _DEPTH:
            return self._combined(node.name, [self._known((ref[0], arg.node), depth + 1) for arg in node.args])
        if node.op not in ("name", "free", "attr", "param", "phi"):
            return UNKNOWN
        if node.op == "name" and node.name[:1] not in (".", "^", "?") and self._values.outside(ref[0], node.name):
            return Known(ResolvedName(node.name))
        if ref not in self._single:
            leaves = [leaf for leaf in self._values.walk(ref, fuel=_ONE_VALUE).leaves if leaf.ref != ref]
            made = self._program.node(leaves[0].ref) if len(leaves) == 1 and leaves[0].kind == "const" else node
            self._single[ref] = _of_node(made) if made.known else UNKNOWN
        return self._single[ref]

    @staticmethod
    def _combined(operator: str, operands: list[Result], fuel: Fuel | None = None) -> Result:
        result = operands[0]
        for operand in operands[1:]:
            result = binop(operator, result, operand, fuel or Fuel(FUEL))
        return result


def _of_node(node: Node) -> Known:
    return Known(node.value, node.codecs, isinstance(node.value, str) and HOLE in node.value)


def as_code(result: Known) -> bytes:
    """Return a computed value as code, b"" when it can be none: what `marshal.loads` gives is a layer of its own."""
    value = result.value
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    return bytes(value) if isinstance(value, (bytes, bytearray)) else b""
