"""Looks values up in the facts of build files: which classes a `cmdclass` holds, which strings a list does.

A small, bounded walk over the value graph of `model.facts`; it follows names, branches, unpacked dicts, later
assignments and helper functions, also into other modules of the artifact, and evaluates nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pratique.model import Facts, File, Node, Scope

Segments = tuple[str, ...]
Resolve = Callable[[str, Segments], tuple[tuple[File, ...], str]]
"""From a dotted name, as seen in one file, to the artifact's files of its longest module prefix and the rest."""
FUEL = 20_000
"""Values followed for one artifact; build files need a few dozen."""


@dataclass(frozen=True, slots=True)
class Ref:
    """One node of one scope of one file."""

    segments: Segments
    scope: int
    node: int


@dataclass(frozen=True, slots=True)
class Def:
    """A class or function that the artifact defines."""

    segments: Segments
    scope: int
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class _Index:
    """What is looked up again and again in one file."""

    scopes: Mapping[str, tuple[Scope, ...]]
    stores: Mapping[str, tuple[Ref, ...]]
    adders: tuple[tuple[Ref, Node], ...]
    """`d[key] = value` and `d.update(…)`."""


class Values:
    """Follows values through the facts of an artifact's files, until the fuel is spent (`spent` says so)."""

    def __init__(self, facts: Mapping[Segments, Facts], resolve: Resolve) -> None:
        self._facts = facts
        self._resolve = resolve
        self._fuel = FUEL
        self._indexes: dict[Segments, _Index] = {}

    @property
    def spent(self) -> bool:
        """Whether the walk stopped early: what it returned may be incomplete."""
        return self._fuel <= 0

    def facts(self, segments: Segments) -> Facts | None:
        """Return the facts of one file, if it was read."""
        return self._facts.get(segments)

    def scope(self, segments: Segments, index: int) -> Scope | None:
        """Return one scope of one file."""
        facts = self._facts.get(segments)
        return facts.scopes[index] if facts and 0 <= index < len(facts.scopes) else None

    def node(self, ref: Ref) -> Node | None:
        """Return the node that a reference names."""
        scope = self.scope(ref.segments, ref.scope)
        return scope.nodes[ref.node] if scope and 0 <= ref.node < len(scope.nodes) else None

    def nodes(self, segments: Segments) -> Iterator[tuple[Ref, Node]]:
        """Yield every node of a file."""
        facts = self._facts.get(segments)
        for scope in facts.scopes if facts else ():
            for index, node in enumerate(scope.nodes):
                yield Ref(segments, scope.id, index), node

    def _index(self, segments: Segments) -> _Index:
        if segments in self._indexes:
            return self._indexes[segments]
        facts = self._facts.get(segments)
        scopes: dict[str, list[Scope]] = {}
        stores: dict[str, list[Ref]] = {}
        adders: list[tuple[Ref, Node]] = []
        for scope in facts.scopes[1:] if facts else ():
            scopes.setdefault(scope.name, []).append(scope)
        for ref, node in self.nodes(segments):
            if node.op == "store":
                stores.setdefault(node.name, []).append(ref)
            if (node.op == "store" and node.name.endswith("[]")) or (
                node.op == "call" and node.name.rpartition(".")[2] in {"update", "setdefault"}
            ):
                adders.append((ref, node))
        self._indexes[segments] = _Index(
            {name: tuple(found) for name, found in scopes.items()},
            {name: tuple(found) for name, found in stores.items()},
            tuple(adders),
        )
        return self._indexes[segments]

    def stores(self, segments: Segments) -> Iterator[tuple[str, Ref]]:
        """Yield (name, value) of every assignment in a file."""
        for name, refs in self._index(segments).stores.items():
            for ref in refs:
                yield from ((name, value) for value in self.args(ref, ""))

    def args(self, ref: Ref, key: str) -> tuple[Ref, ...]:
        """Return the arguments of a node under one key, in order."""
        node = self.node(ref)
        return tuple(Ref(ref.segments, ref.scope, arg.node) for arg in node.args if arg.key == key) if node else ()

    def settle(self, start: Ref) -> tuple[tuple[Ref, ...], tuple[Def, ...], frozenset[tuple[Segments, str]]]:
        """Follow a value to where it comes from.

        Returns the nodes that nothing leads further from, the definitions found, and the module globals passed
        through as (file, name), because later code may add items to them.
        """
        todo, seen, globals_ = [start], {start}, set()
        ends: list[Ref] = []
        defs: list[Def] = []
        while todo and self._fuel > 0:
            self._fuel -= 1
            ref = todo.pop()
            node = self.node(ref)
            if node is None:
                continue
            if node.op == "name":
                globals_.add((ref.segments, node.name))
            onward, found = self._onward(ref, node)
            defs += [item for item in found if item not in defs]
            if not onward and not found:
                ends.append(ref)
            todo += [item for item in onward if item not in seen]
            seen.update(onward)
        return tuple(ends), tuple(defs), frozenset(globals_)

    def _onward(self, ref: Ref, node: Node) -> tuple[tuple[Ref, ...], tuple[Def, ...]]:
        if node.op == "phi" or (node.op == "op" and node.name in {"|", "or", "bool", "+", "["}):
            return self.args(ref, ""), ()
        if node.op == "func":
            scope = self.scope(ref.segments, node.key)
            return (), ((Def(ref.segments, scope.id, scope.name, scope.kind),) if scope else ())
        if node.op == "name":
            return self.named(ref.segments, node.name)
        if node.op == "free":
            return self._assigned(ref.segments, f"~{node.name}", node.key), ()
        if node.op == "call":
            return self._called(ref, node), ()
        return (), ()

    def named(self, segments: Segments, name: str) -> tuple[tuple[Ref, ...], tuple[Def, ...]]:
        """Resolve `.local` in a file, or `pkg.mod.attr` and `^mod.attr` in another of the artifact's files."""
        refs: list[Ref] = []
        defs: list[Def] = []
        for place, local in self._places(segments, name):
            found = self._index(place).scopes.get(local, ())
            defs += [Def(place, scope.id, scope.name, scope.kind) for scope in found]
            refs += self._assigned(place, f".{local}")
        return tuple(refs), tuple(defs)

    def definitions(self, segments: Segments, symbol: str) -> tuple[Def, ...]:
        """Return what a module-level name of a file stands for: local definitions, aliases, re-exports."""
        refs, defs = self.named(segments, f".{symbol}")
        return tuple(dict.fromkeys((*defs, *(item for ref in refs for item in self.settle(ref)[1]))))

    def _places(self, segments: Segments, name: str) -> tuple[tuple[Segments, str], ...]:
        """Return the (file, local name) pairs that a name may mean, following imports a few hops."""
        todo: list[tuple[Segments, str]] = [(segments, name)]
        done: dict[tuple[Segments, str], None] = {}
        while todo and len(done) < 32:
            place, dotted = todo.pop()
            files, rest = ((), "") if dotted.startswith(".") else self._resolve(dotted.replace(".*.", "."), place)
            mine = [(place, dotted[1:])] if dotted.startswith(".") else [(f.segments, rest) for f in files if rest]
            for target in mine:
                if target not in done:
                    done[target] = None
                    todo += self._imported(*target)
        return tuple(done)

    def _imported(self, segments: Segments, local: str) -> Iterator[tuple[Segments, str]]:
        """Yield what a local name was imported as; a star import may provide any name."""
        facts = self._facts.get(segments)
        first, dot, rest = local.partition(".")
        for item in facts.imports if facts else ():
            joint = "" if item.module.endswith("^") else "."
            if item.name == "*":
                yield segments, f"{item.module}{joint}{local}"
            elif item.name and (item.alias or item.name) == first:
                yield segments, f"{item.module}{joint}{item.name}{dot}{rest}"

    def _assigned(self, segments: Segments, store: str, within: int = -1) -> tuple[Ref, ...]:
        refs = self._index(segments).stores.get(store, ())
        return tuple(arg for ref in refs if within in {-1, ref.scope} for arg in self.args(ref, ""))

    def _called(self, ref: Ref, node: Node) -> tuple[Ref, ...]:
        """Return what a helper function of the artifact returns, and what a few calls of the library pass on.

        Those are `d.copy()`, `functools.partial(f)` and `type(name, bases, methods)`.
        """
        if node.name.endswith(".copy"):
            return self.args(ref, "self")
        if node.name == "functools.partial":
            return self.args(ref, "0")
        if node.name == "builtins.type":
            return tuple(value for body in self.args(ref, "2") for _, value in self.items(body))
        _, defs = self.named(ref.segments, node.name) if node.name else ((), ())
        returned: list[Ref] = []
        for item in defs:
            scope = self.scope(item.segments, item.scope) if item.kind == "function" else None
            for index, inner in enumerate(scope.nodes if scope else ()):
                if inner.op == "return":
                    returned += self.args(Ref(item.segments, item.scope, index), "")
        return tuple(returned)

    def imported(self, segments: Segments) -> tuple[Segments, ...]:
        """Return the artifact's files that a file imports, directly or through each other."""
        todo, seen = [segments], {segments: None}
        while todo:
            current = todo.pop()
            facts = self._facts.get(current)
            for item in facts.imports if facts else ():
                joint = "" if item.module.endswith("^") else "."
                names = (item.module, f"{item.module}{joint}{item.name}") if item.name else (item.module,)
                for file in (file for name in names for file in self._resolve(name, current)[0]):
                    if file.segments not in seen:
                        seen[file.segments] = None
                        todo.append(file.segments)
        return tuple(seen)[1:]

    def items(self, start: Ref) -> tuple[tuple[str, Ref], ...]:
        """Return the items of a dict with their constant keys ("" when a key is not constant).

        Looks through `dict(…)`, `**` unpacking, `d["key"] = value` and `d.update(…)`.
        """
        found: list[tuple[str, Ref]] = []
        todo, seen = [start], {start}
        while todo and self._fuel > 0:
            ends, _, names = self.settle(todo.pop())
            for ref in ends:
                found += self._own_items(ref)
            more = [item for ref in ends for item in self._unpacked(ref)]
            files = {ref.segments for ref in (start, *ends)} | {segments for segments, _ in names}
            for segments in sorted(files):
                stored, updated = self._added(segments, frozenset(ends), {n for s, n in names if s == segments})
                found += stored
                more += updated
            todo += [item for item in more if item not in seen]
            seen.update(more)
        return tuple(dict.fromkeys(found))

    def _own_items(self, ref: Ref) -> Iterator[tuple[str, Ref]]:
        node = self.node(ref)
        if node is None:
            return
        if node.op == "pack" and node.name == "dict":
            keys, values = self.args(ref, "k"), self.args(ref, "v")
            yield from ((self.constant(key), value) for key, value in zip(keys, values, strict=False))
        elif node.op == "call" and node.name in {"builtins.dict", "collections.OrderedDict", "dict"}:
            yield from self._keywords(ref, node)

    def _unpacked(self, ref: Ref) -> Iterator[Ref]:
        node = self.node(ref)
        if node and node.op == "pack" and node.name == "dict":
            yield from self.args(ref, "**")
            yield from self.args(ref, "")
        elif node and node.op == "call" and node.name in {"builtins.dict", "dict"}:
            yield from (*self.args(ref, "**"), *self.args(ref, "0"))

    def _added(
        self, segments: Segments, ends: frozenset[Ref], names: set[str]
    ) -> tuple[list[tuple[str, Ref]], list[Ref]]:
        """Find `d[key] = value` and `d.update(…)` for a dict known by its nodes or its global names."""
        stored: list[tuple[str, Ref]] = []
        updated: list[Ref] = []
        for ref, node in self._index(segments).adders:
            self._fuel -= 1
            base = node.name.removesuffix("[]") if node.op == "store" else node.name.rpartition(".")[0]
            mine = base in names or any(item in ends for item in self._receivers(ref))
            if not mine:
                continue
            if node.op == "store":
                keys = self.args(ref, "key")
                stored += [(self.constant(keys[0]) if keys else "", value) for value in self.args(ref, "")]
            else:
                updated += self.args(ref, "0")
                stored += self._keywords(ref, node)
        return stored, updated

    def _keywords(self, ref: Ref, node: Node) -> Iterator[tuple[str, Ref]]:
        for arg in node.args:
            if arg.key.isidentifier() and arg.key not in {"self", "func"}:
                yield arg.key, Ref(ref.segments, ref.scope, arg.node)

    def _receivers(self, ref: Ref) -> Iterator[Ref]:
        for item in self.args(ref, "self"):
            yield item
            node = self.node(item)
            if node and node.op == "phi":
                yield from self.args(item, "")

    def constant(self, ref: Ref) -> str:
        """Return a folded string, "" when the value is none."""
        node = self.node(ref)
        return node.value if node and node.known and isinstance(node.value, str) else ""

    def strings(self, start: Ref) -> tuple[str, ...]:
        """Return the constant strings of a value: itself, or the elements of a list, tuple or set, nested ones too."""
        found: list[str] = []
        todo, seen = [start], {start}
        while todo and self._fuel > 0:
            ref = todo.pop(0)
            if text := self.constant(ref):
                found.append(text)
                continue
            for end in self.settle(ref)[0]:
                node = self.node(end)
                if text := self.constant(end):
                    found.append(text)
                elif node and node.op == "pack":
                    inner = [Ref(end.segments, end.scope, a.node) for a in node.args if a.key in {"", "v", "*"}]
                    todo += [item for item in inner if item not in seen]
                    seen.update(inner)
        return tuple(found)
