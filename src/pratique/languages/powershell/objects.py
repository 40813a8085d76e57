"""Objects of a script: what is known of a value, its members, and what calling them gives."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence

from tree_sitter import Node as Tree

from pratique.languages.powershell import values
from pratique.languages.powershell.expressions import elements, variable_name
from pratique.languages.powershell.values import Known
from pratique.languages.shell.commands import Commands
from pratique.languages.shell.graph import Book, Graph, Place, Steps
from pratique.model import HOLE

UNFIT = re.compile(r"[^\w$@/:-]")
_COMPUTES = {"-bxor": ("xor",), "-replace": ("computed",), "-creplace": ("computed",), "reverse": ("reverse",)}
_HOLDS_PARAMETERS = frozenset({
    "script_block_expression", "script_block", "param_block", "parameter_list", "function_statement",
    "function_parameter_declaration",
})  # fmt: skip


class Objects(ABC):
    """Knows the values of a script. `graph` is the scope that is being built."""

    def __init__(self, source: bytes, book: Book) -> None:
        self.source = source
        self.book = book
        self.graph: Graph = book.scope(-1, "module", "", 1)
        self.natives = Commands(self)
        self.offset = 0
        """Lines before the text that is being lowered."""
        self.torn: dict[int, None] = {}
        """Lines that the grammar did not understand."""
        self.bodies: list[tuple[Graph, Tree, tuple[str, ...]]] = []
        self.members: dict[tuple[int, int], tuple[int | None, str, bool]] = {}
        self._types: dict[tuple[int, int], str] = {}
        self.blocks: dict[tuple[int, int], Tree] = {}
        self.aliases: dict[str, str] = {}

    def text(self, tree: Tree) -> str:
        """Return the text of a node."""
        return self.source[tree.start_byte : tree.end_byte].decode("utf-8", "replace")

    def slice(self, start: int, end: int) -> str:
        """Return the text between two bytes."""
        return self.source[start:end].decode("utf-8", "replace") if end > start else ""

    def place(self, tree: Tree) -> Place:
        """Return where a node starts."""
        row, col = tree.start_point
        return row + 1 + self.offset, col

    def tear(self, tree: Tree) -> None:
        """Note what the grammar did not understand."""
        first, last = tree.start_point.row + self.offset + 1, tree.end_point.row + self.offset + 1
        self.book.traits.setdefault(("refused-by-grammar", first))
        for line in range(first, min(last, first + 500) + 1):
            self.torn.setdefault(line)

    def known(self, node: int) -> Known:
        """Return a value as Python has it, None when it is not known whole."""
        graph = self.graph
        made = graph.node(node)
        if made.known:
            return graph.value(node)
        if made.op != "pack" or made.name != "list":
            return None
        found: list[Known] = []
        for arg in made.args:
            inner = graph.node(arg.node)
            value: Known = graph.value(arg.node) if inner.known else None
            if value is None and inner.op == "pack" and inner.name == "list":
                value = [graph.value(one.node) for one in inner.args]
                value = None if any(one is None for one in value) else value
            if value is None:
                return None
            found.append(value)
        return found

    def made(self, value: Known, inputs: Sequence[int], at: Place, operator: str, codecs: tuple[str, ...] = ()) -> int:
        """Add what was computed from some inputs; unknown when `value` is None."""
        graph = self.graph
        if value is None:
            text = self._partly(operator, inputs)
            edges = [("", one) for one in inputs]
            return graph.add("op", operator or "op", edges, at, value=text, known=text is not None)
        spread = list(inputs)
        for one in inputs:
            spread += elements(graph, one)[:16]
        every = tuple(dict.fromkeys((*graph.codecs(spread), *codecs, *_COMPUTES.get(operator, ()))))
        if isinstance(value, list):
            parts = [graph.const(one, at, every) for one in value[:65_536] if not isinstance(one, list)]
            return graph.add("pack", "list", [("", one) for one in parts], at)
        return graph.const(value, at, every)

    def _partly(self, operator: str, inputs: Sequence[int]) -> str | None:
        """Return a sum of texts of which some are known."""
        if operator != "+" or not any(self.graph.node(one).known for one in inputs):
            return None
        texts = [self.graph.text(one) for one in inputs]
        return "".join(texts) if sum(map(len, texts)) <= values.MAX_VALUE else None

    def typed(self, name: str, at: Place) -> int:
        """Return a value that stands for a type."""
        node = self.graph.add("name", dotted(name), (), at)
        self._types[self.graph.id, node] = name
        return node

    def member(self, base: int | None, name: str, static: bool, at: Place) -> int | None:
        """Return `base.name`, which may be called next."""
        graph = self.graph
        if base is None:
            return None
        known = self.known(base)
        if not static and known is not None and name in ("length", "count") and isinstance(known, str | list | bytes):
            return graph.const(len(known), at)
        made = graph.node(base)
        if made.op == "pack" and made.name == "dict":
            pairs = list(zip(made.args[::2], made.args[1::2], strict=False))
            hit = next((v.node for k, v in pairs if (graph.whole(k.node) or "").lower() == name), None)
            if hit is not None:
                return hit
        owner = self._types.get((graph.id, base))
        if owner is not None:
            node = graph.add("name", dotted(f"{owner}.{name}"), (), at)
            self._types[graph.id, node] = f"{owner}.{name}"
        else:
            node = graph.add("attr", name or "*", [("", base)], at)
        self.members[graph.id, node] = (base, name, static)
        return node

    def invoke(self, target: int | None, args: Sequence[int], at: Place) -> int | None:
        """Call a member with arguments."""
        if target is None:
            return None
        graph = self.graph
        base, name, static = self.members.get((graph.id, target), (None, "", False))
        edges = [(str(index), one) for index, one in enumerate(args[:32])]
        if base is None:
            return graph.call("", [("func", target), *edges], at)
        known = [self.known(one) for one in args]
        full = self._types.get((graph.id, target))
        if full is not None:
            if name == "new" and static:
                return self.construct(full.removesuffix(".new"), list(args), at)
            value, codecs = values.static(full, known)
            if full == "array.reverse" and args:
                self._reverse(args[0], at)
            if value is not None:
                return self.made(value, args, at, "call", codecs)
            return graph.call(dotted(full), edges, at)
        made = values.method(name, self.known(base), known)
        if made is not None:
            return self.made(made, [base, *args], at, "call")
        block = self.blocks.get((graph.id, base))
        if block is not None and name in ("invoke", "invokereturnasis"):
            return graph.call("", [("func", base), *edges], at)
        owner = self._owner(base)
        return graph.call(f"{owner}.{name or '*'}" if owner else f"?.{name or '*'}", [("self", base), *edges], at)

    def _owner(self, base: int) -> str:
        """Return the name that methods of a value are known by, "" when nothing is known of it."""
        made = self.graph.node(base)
        if made.op == "call" and made.name and made.name[:1] not in "?.":
            return f"{made.name}()"
        if made.op == "attr" and made.args:
            owner = self._owner(made.args[0].node)
            return f"{owner}.{made.name}" if owner else ""
        return made.name if made.op == "name" and made.name[:1] != "." else ""

    def _reverse(self, node: int, at: Place) -> None:
        """`[array]::Reverse($x)` changes `$x`."""
        known = self.known(node)
        if isinstance(known, list | str | bytes):
            reversed_node = self.made(list(reversed(known)), [node], at, "reverse")
            for name, value in list(self.graph.env.items()):
                if value == node:
                    self.graph.env[name] = reversed_node

    def construct(self, name: str, args: list[int], at: Place) -> int:
        """`New-Object name args`: an object of that type."""
        graph = self.graph
        if len(args) == 1:
            args = list(elements(graph, args[0])) or args
        known = [self.known(one) for one in args]
        value, codecs = values.constructed(name, known)
        if value is not None:
            return self.made(value, args, at, "call", codecs)
        return graph.call(dotted(name), [(str(index), one) for index, one in enumerate(args[:16])], at)

    def block_value(self, tree: Tree, at: Place) -> int:
        """Return a value that stands for a script block; its body is a scope of its own."""
        name = f"<block@{at[0]}:{at[1]}>"
        params = self.params_of(tree)
        graph = self.book.scope(self.graph.id, "function", name, at[0], params)
        self.bodies.append((graph, tree, params))
        node = self.graph.add("func", "", (), at, key=graph.id)
        self.blocks[self.graph.id, node] = tree
        return node

    def params_of(self, tree: Tree) -> tuple[str, ...]:
        """Return the parameters that a function or block declares."""
        names: list[str] = []
        stack = [tree]
        while stack and len(names) < 64:
            one = stack.pop(0)
            if one.type == "script_parameter":
                names += [variable_name(self.text(child)) for child in one.named_children if child.type == "variable"]
            elif one.type in _HOLDS_PARAMETERS:
                stack.extend(one.named_children)
        return (*dict.fromkeys(UNFIT.sub("_", name) for name in names), "*args")

    @abstractmethod
    def block(self, trees: Iterable[Tree]) -> Steps:
        """Lower statements in order; return what they leave."""

    @abstractmethod
    def statement(self, tree: Tree) -> Steps:
        """Lower one statement; return what it leaves."""

    @abstractmethod
    def assign(self, name: str, value: int, at: Place) -> None:
        """Give a variable a value, also for functions and script blocks."""


def dotted(name: str) -> str:
    """Return a dotted name that facts and maps can spell."""
    return ".".join(UNFIT.sub("_", part) or "_" for part in name.replace(HOLE, "_")[:200].split("."))
