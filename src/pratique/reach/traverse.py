"""What runs when: breadth first from the entries over the call graph, once per trigger.

A module scope counts as two vertices, its body and what stands under `if __name__ == "__main__"`: only a trigger that
runs the file as a script reaches the second.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pratique.link import CallGraph, Names, Program, Ref
from pratique.model import TRIGGER_ORDER, Entry, Guard, Step, Trigger, Where

_AS_SCRIPT: frozenset[Trigger] = frozenset({"install", "build", "command", "startup"})
MAX_STEPS = 24
"""Steps shown of one path; the middle of a longer one is left out."""


_NO_STEP = Step(where=Where(segments=()), text="")


@dataclass(slots=True)
class Hop:
    """How a vertex was reached first."""

    before: int
    """Vertex, or -1 when an entry starts here."""
    step: Step
    firm: bool
    """Everything up to here is resolved."""
    direct: bool
    """The trigger runs this very scope."""


@dataclass(slots=True)
class Reached:
    """The answer: who is reached by what."""

    hops: dict[Trigger, dict[int, Hop]] = field(default_factory=dict)
    masks: list[int] = field(default_factory=list)
    """Per vertex, a bit set of the entries that reach it over resolved calls."""

    def triggers(self, vertex: int) -> tuple[Trigger, ...]:
        """Return the triggers that reach a vertex, earliest first."""
        return tuple(trigger for trigger in TRIGGER_ORDER if vertex in self.hops.get(trigger, ()))

    def path(self, trigger: Trigger, vertex: int) -> tuple[Step, ...]:
        """Return the shortest path from that trigger, its entry first."""
        steps, hops, at = [], self.hops[trigger], vertex
        while at >= 0:
            if hops[at].step.text:
                steps.append(hops[at].step)
            at = hops[at].before
        steps.reverse()
        if len(steps) > MAX_STEPS:
            steps = [*steps[: MAX_STEPS // 2], *steps[-MAX_STEPS // 2 :]]
        return tuple(steps)


class Traversal:
    """Reachability over one linked program."""

    def __init__(self, program: Program, names: Names, graph: CallGraph, entries: Sequence[Entry]) -> None:
        self._program = program
        self._names = names
        self._entries = entries
        self._size = len(program.scopes)
        self._by_place: dict[tuple[str, ...], list[int]] = defaultdict(list)
        """Several units where an archive holds different files of one name."""
        for number, unit in enumerate(program.units):
            self._by_place[unit.file.segments].append(number)
        self._below: dict[int, list[int]] = defaultdict(list)
        """Units to the layers that their code runs, in their own language."""
        for number, unit in enumerate(program.units):
            for scope, _ in (unit.parent, *unit.also) if unit.parent is not None else ():
                if unit.facts.language == program.language_of(scope):
                    self._below[program.unit_of[scope]].append(number)
        self._globals: dict[int, list[tuple[str, list[Ref]]]] = defaultdict(list)
        for (number, name), stored in program.global_stores.items():
            self._globals[number].append((name, stored))
        self._edges = self._vertex_edges(graph)
        self._returned = graph.returned

    def under_main(self, scope: int, guard: int) -> bool:
        """Return whether a guard stands under `if __name__ == "__main__"`."""
        return any(one.kind == "main" and not one.negated for one in self.guards(scope, guard))

    def never(self, scope: int, guard: int) -> bool:
        """Return whether a guard stands under `if TYPE_CHECKING`."""
        return any(one.kind == "typing" and not one.negated for one in self.guards(scope, guard))

    def guards(self, scope: int, guard: int) -> list[Guard]:
        """Return a guard and those around it, innermost first."""
        table = self._program.scopes[scope].guards
        found: list[Guard] = []
        while 0 < guard < len(table) and len(found) < 64:
            found.append(table[guard])
            guard = table[guard].parent
        return found

    def vertex(self, scope: int, guard: int) -> int:
        """Return the vertex that a node of this scope under this guard belongs to; -1 if it never runs."""
        if guard and self.never(scope, guard):
            return -1
        local = self._program.scopes[scope]
        return scope + self._size if guard and local.kind == "module" and self.under_main(scope, guard) else scope

    def _vertex_edges(self, graph: CallGraph) -> list[list[tuple[int, Step, bool]]]:
        """Return the edges of every vertex. Each method name called on unknown receivers is one vertex of its own."""
        edges: list[list[tuple[int, Step, bool]]] = [[] for _ in range(2 * self._size + len(graph.hubs))]
        for number, (name, refs) in enumerate(graph.hubs.items()):
            hub = 2 * self._size + number
            edges[hub] = [(method, _NO_STEP, True) for method in self._program.methods[name]]
            for scope, ordinal in refs:
                node = self._program.node((scope, ordinal))
                start = self.vertex(scope, node.guard)
                if start >= 0:
                    text = f"calls {name}() of something unknown"
                    edges[start].append((hub, Step(where=self.where(scope, node.line), text=text), False))
        for scope, outgoing in enumerate(graph.edges):
            for edge in outgoing:
                start = self.vertex(scope, edge.guard)
                if start >= 0:
                    step = Step(where=self.where(scope, edge.line), text=edge.text)
                    edges[start].append((edge.target, step, edge.firm))
                    if edge.script:
                        edges[start].append((edge.target + self._size, step, edge.firm))
        return edges

    def where(self, scope: int, line: int, col: int = 0) -> Where:
        """Return the place of a line of a scope."""
        unit = self._program.units[self._program.unit_of[scope]]
        return Where(segments=unit.file.segments, line=line, col=col, symbol=self._program.scopes[scope].name)

    def _starts(self, entry: Entry) -> list[int]:
        """Return the vertices that an entry runs."""
        return [vertex for unit in self._by_place.get(entry.segments, ()) for vertex in self._starts_in(unit, entry)]

    def _starts_in(self, unit: int, entry: Entry) -> list[int]:
        if not self._program.units[unit].facts.scopes:
            return []
        body = self._program.base[unit]
        if entry.symbol == "*":
            offered = [vertex for one in (unit, *self._layers(unit)) for vertex in self._offered(one)]
            return [*offered, *self._given_out(offered)]
        before = [body, *(self._program.base[parent] for parent in self._program.modules.parents(unit))]
        if not entry.symbol:
            return [*before, body + self._size] if entry.trigger in _AS_SCRIPT else before
        target = self._names.resolve(unit, f".{entry.symbol}").scope
        if target < 0 and "." in entry.symbol:
            owner, _, method = entry.symbol.rpartition(".")
            target = self._names.resolve(unit, f".{owner}().{method}").scope
        return [*([target] if target >= 0 else []), *before]

    def _given_out(self, scopes: list[int]) -> list[int]:
        """Return the functions that these return: who calls those gets these to call."""
        found: dict[int, None] = {}
        stack = list(scopes)
        while stack:
            for target in self._returned.get(stack.pop(), ()):
                if target not in found:
                    found[target] = None
                    stack.append(target)
        return list(found)

    def _offered(self, unit: int) -> list[int]:
        """Return the functions that a module leaves to others: at its top, in its classes, or set as its globals."""
        scopes, body = self._program.units[unit].facts.scopes, self._program.base[unit]
        tops = {scope.id for scope in scopes if scope.kind != "function"}
        found = [body + scope.id for scope in scopes if scope.kind == "function" and scope.parent in tops]
        return list(dict.fromkeys((*found, *self._set_global(unit))))

    def _set_global(self, unit: int) -> Iterator[int]:
        """Yield the functions that functions of a module put into its globals: `global run; def run(): …`."""
        for name, stored in self._globals.get(unit, ()):
            for scope, ordinal in stored:
                node = self._program.node((scope, ordinal))
                if "." not in name and node.op == "func" and self._program.scopes[scope].kind == "function":
                    yield self._program.scope_id(unit, node.key)

    def _layers(self, unit: int) -> list[int]:
        """Return the decoded layers that a module runs: what they define is the module's."""
        found: dict[int, None] = {}
        queue = [unit]
        while queue:
            below = [one for one in self._below.get(queue.pop(), ()) if one not in found]
            found.update(dict.fromkeys(below))
            queue += below
        return list(found)

    def run(self) -> Reached:
        """Search from every entry; deterministic in the order of the entries."""
        reached = Reached(masks=[0] * len(self._edges))
        starts = [self._starts(entry) for entry in self._entries]
        for trigger in TRIGGER_ORDER:
            mine = [index for index, entry in enumerate(self._entries) if entry.trigger == trigger]
            if mine:
                reached.hops[trigger] = self._search([(self._entries[index], starts[index]) for index in mine])
        self._spread(reached.masks, starts)
        return reached

    def _search(self, starts: list[tuple[Entry, list[int]]]) -> dict[int, Hop]:
        """Breadth first over resolved edges, then on over guesses."""
        hops: dict[int, Hop] = {}
        queue: deque[int] = deque()
        for entry, vertices in starts:
            for vertex in vertices:
                if vertex not in hops:
                    place = entry.where or Where(
                        segments=entry.segments, symbol=entry.symbol if entry.symbol != "*" else ""
                    )
                    hops[vertex] = Hop(-1, Step(where=place, text=entry.via), True, True)
                    queue.append(vertex)
        guesses: deque[tuple[int, int, Step]] = deque()
        while queue or guesses:
            if not queue:
                before, target, step = guesses.popleft()
                if target in hops:
                    continue
                hops[target] = Hop(before, step, False, False)
                queue.append(target)
            vertex = queue.popleft()
            firm_so_far = hops[vertex].firm
            for target, step, firm in self._edges[vertex]:
                if target in hops:
                    continue
                if firm:
                    hops[target] = Hop(vertex, step, firm_so_far, False)
                    queue.append(target)
                else:
                    guesses.append((vertex, target, step))
        return hops

    def _spread(self, masks: list[int], starts: list[list[int]]) -> None:
        """Give every vertex the set of entries that reach it over resolved edges (a monotone fixed point)."""
        pending: deque[int] = deque()
        for index, vertices in enumerate(starts):
            for vertex in vertices:
                masks[vertex] |= 1 << index
                pending.append(vertex)
        queued = set(pending)
        while pending:
            vertex = pending.popleft()
            queued.discard(vertex)
            mask = masks[vertex]
            for target, _, firm in self._edges[vertex]:
                if firm and masks[target] | mask != masks[target]:
                    masks[target] |= mask
                    if target not in queued:
                        queued.add(target)
                        pending.append(target)
