"""The value graph of a script under construction: scopes, nodes, variables and what they cost.

Shared by the command languages (shell, PowerShell, batch). Everything is bounded by counts; what does not fit is
recorded in `Book.limits`.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from typing import Any, TypeAlias

from pratique.model import HOLE, Arg, Facts, Guard, Node, Scope, Span, Value

MAX_NODES = 200_000
"""Nodes of one file."""
MAX_VALUE = 4 << 20
"""Characters or bytes of one folded value."""
MAX_FOLDED = 32 << 20
"""Characters and bytes folded in one file."""
MAX_PHI = 64
"""Alternatives of one value."""
MAX_DEPTH = 1_500
"""Constructs within constructs."""

Place: TypeAlias = tuple[int, int]
"""1-based line, 0-based column."""
Steps: TypeAlias = Generator[Any, Any, Any]


class Book:
    """What all scopes of one file share."""

    def __init__(self) -> None:
        self.scopes: list[Graph] = []
        self.functions: dict[str, int] = {}
        """Names of functions to their scopes."""
        self.nodes = 0
        self.folded = 0
        self.limits: dict[str, None] = {}
        self.traits: dict[tuple[str, int], None] = {}
        self.globals: set[str] = set()
        """Variables that some function assigns, or that any does where there are functions."""
        self.assigned: set[str] = set()
        """Variables that the file assigns anywhere."""

    def limit(self, reason: str) -> None:
        """Record that part of the file was not read."""
        self.limits.setdefault(reason)

    def scope(self, parent: int, kind: str, name: str, line: int, params: tuple[str, ...] = ()) -> Graph:
        """Start a scope."""
        graph = Graph(self, len(self.scopes), parent, kind, name, line, params)
        self.scopes.append(graph)
        return graph

    def facts(self, language: str, front_end: str, depth: str, lines: int) -> Facts:
        """Return what was built."""
        return Facts(
            language=language,
            front_end=front_end,
            depth=depth,
            scopes=tuple(graph.frozen() for graph in self.scopes),
            traits=tuple(self.traits),
            limits=tuple(self.limits),
            lines=lines,
        )


class Graph:
    """One scope under construction."""

    def __init__(
        self, book: Book, number: int, parent: int, kind: str, name: str, line: int, params: tuple[str, ...]
    ) -> None:
        self.book = book
        self.id = number
        self.guard = 0
        self.env: dict[str, int] = {}
        """Variables to the ordinals of their values, as of this point of the program."""
        self.files: dict[str, int] = {}
        """Files that this scope writes, to what is written into them."""
        self.results: list[int] = []
        """What the statements of this scope print or leave behind."""
        self._about = (parent, kind, name, params, line)
        self._nodes: list[Node] = []
        self._guards: list[Guard] = [Guard("always")]
        self._open: dict[int, list[int]] = {}
        self._end = line

    def add(
        self,
        op: str,
        name: str,
        args: Iterable[tuple[str, int]],
        place: Place,
        *,
        value: Value = None,
        known: bool = False,
        key: int = -1,
        codecs: tuple[str, ...] = (),
    ) -> int:
        """Add a node and return its ordinal. Past the limit of nodes, the last one stands for all."""
        book = self.book
        if book.nodes >= MAX_NODES and self._nodes:
            book.limit(f"more than {MAX_NODES} values")
            return len(self._nodes) - 1
        book.nodes += 1
        if known and isinstance(value, str | bytes):
            book.folded += len(value)
            if len(value) > MAX_VALUE or book.folded > MAX_FOLDED:
                book.limit("constants too large to fold")
                known, value = False, None
        line, col = place
        self._end = max(self._end, line)
        edges = tuple(Arg(name, node) for name, node in args)
        self._nodes.append(
            Node(op, name, edges, line, col, value if known else None, known, self.guard, key, codecs if known else ())
        )
        return len(self._nodes) - 1

    def const(self, value: Value, place: Place, codecs: tuple[str, ...] = ()) -> int:
        """Add a constant."""
        return self.add("const", "", (), place, value=clean(value), known=True, codecs=codecs)

    def call(
        self,
        name: str,
        args: Iterable[tuple[str, int]],
        place: Place,
        value: Value = None,
        codecs: tuple[str, ...] = (),
    ) -> int:
        """Add a call; `value` is what it prints or returns, where that is known."""
        return self.add("call", name, args, place, value=clean(value), known=value is not None, codecs=codecs)

    def join(self, parts: Sequence[int], place: Place, between: str = "") -> int:
        """Add the concatenation of some values; one value stands for itself."""
        if len(parts) == 1:
            return parts[0]
        texts = [self.text(part) for part in parts]
        codecs = self.codecs(parts)
        size = sum(map(len, texts)) + len(between) * len(texts)
        value = between.join(texts) if size <= MAX_VALUE else None
        if value is not None and HOLE not in value and not any(self._nodes[part].op == "call" for part in parts):
            return self.const(value, place, codecs)
        edges = [("", part) for part in parts]
        return self.add("op", "f", edges, place, value=value, known=value is not None, codecs=codecs)

    def phi(self, parts: Iterable[int], place: Place) -> int:
        """Add a value that is one of several; one value stands for itself."""
        distinct = list(dict.fromkeys(parts))
        if len(distinct) == 1:
            return distinct[0]
        if len(distinct) > MAX_PHI:
            self.book.limit(f"more than {MAX_PHI} alternatives of a value")
        return self.add("phi", "", [("", part) for part in distinct[:MAX_PHI]], place)

    def loop_phi(self, first: int, place: Place) -> int:
        """Add a phi that gets further alternatives by `close`."""
        node = self.add("phi", "", [("", first)], place)
        self._open.setdefault(node, []).append(first)
        return node

    def close(self, phi: int, later: int) -> None:
        """Add an alternative to an open phi."""
        more = self._open.get(phi)
        if more is not None and later != phi and later not in more and len(more) < MAX_PHI:
            more.append(later)

    def node(self, ordinal: int) -> Node:
        """Return a node."""
        return self._nodes[ordinal]

    def value(self, ordinal: int) -> Value:
        """Return a folded value, None when it does not fold whole."""
        node = self._nodes[ordinal]
        return node.value if node.known and not (isinstance(node.value, str) and HOLE in node.value) else None

    def text(self, ordinal: int) -> str:
        """Return a value as text, HOLE where it is unknown."""
        node = self._nodes[ordinal]
        return as_text(node.value) if node.known else HOLE

    def whole(self, ordinal: int) -> str | None:
        """Return a value as text if all of it is known."""
        text = self.text(ordinal)
        return None if HOLE in text else text

    def codecs(self, parts: Iterable[int]) -> tuple[str, ...]:
        """Return the decoders that some values came through."""
        return tuple(dict.fromkeys(codec for part in parts for codec in self._nodes[part].codecs))

    def under(self, kind: str, cond: int, *, negated: bool = False) -> int:
        """Enter a guard; the one it is within is returned, for `self.guard` afterwards."""
        before = self.guard
        if len(self._guards) < MAX_NODES:
            self._guards.append(Guard(kind, cond, before, negated))
            self.guard = len(self._guards) - 1
        return before

    def merge(self, envs: Sequence[dict[str, int]], place: Place) -> None:
        """Continue with the variables of several branches."""
        first, *others = envs
        merged = dict(first)
        for env in others:
            if env is first:
                continue
            for name in {**first, **env}:
                values = [one[name] for one in envs if name in one]
                if any(value != values[0] for value in values) or len(values) < len(envs):
                    merged[name] = self.phi(values, place)
        self.env = merged

    def frozen(self) -> Scope:
        """Return the finished scope."""
        parent, kind, name, params, line = self._about
        nodes = list(self._nodes)
        for ordinal, parts in self._open.items():
            node = nodes[ordinal]
            edges = tuple(Arg("", part) for part in parts)
            nodes[ordinal] = Node(node.op, node.name, edges, node.line, node.col, guard=node.guard)
        return Scope(
            self.id,
            parent,
            kind,
            name,
            params,
            Span(line, 0, self._end),
            nodes=tuple(nodes),
            guards=tuple(self._guards),
        )


def clean(value: Value) -> Value:
    """Return a value that facts can hold: no lone surrogates, bytes that are text as text, no NUL-free guesses."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, int) and not -(1 << 63) <= value < 1 << 63:
        return str(value) if abs(value) < 1 << 200 else None
    return value


def as_text(value: Value) -> str:
    """Return a value as a command sees it."""
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            return value.decode("latin-1")
    return "" if value is None else str(value)


_SINGLE = frozenset({
    "word", "expression", "_redirect", "_heredoc", "_unary", "_operation", "_expandable", "_verbatim", "_integer",
    "_variable", "_type", "_members", "_element", "_parenthesized", "_hash", "_key", "_block", "_statement", "_token",
})  # fmt: skip
"""Converters that give one value; the others give lists."""


def run(steps: Steps, book: Book) -> Any:
    """Run a converter, and the converters that it yields, on an explicit stack: nesting costs memory, no recursion.

    A converter yields another one to have it run, and is sent its result; what lies deeper than `MAX_DEPTH` is not run,
    gives nothing (None for a value, else an empty list), and is recorded.
    """
    stack: list[Steps] = [steps]
    value: Any = None
    while stack:
        try:
            wanted = stack[-1].send(value)
        except StopIteration as done:
            stack.pop()
            value = done.value
            continue
        if len(stack) >= MAX_DEPTH:
            value = None if wanted.gi_code.co_name in _SINGLE else []
            wanted.close()
            book.limit(f"constructs nested more than {MAX_DEPTH} deep")
        else:
            stack.append(wanted)
            value = None
    return value
