"""Evidence of one artifact: uses and flows with what runs them, and what could not be resolved."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from pratique.capabilities.mapfile import CapabilityMap
from pratique.link import (
    HUB_LIMIT,
    CallGraph,
    Computed,
    Linker,
    Names,
    Objects,
    Program,
    Ref,
    Unit,
    Values,
    build,
    grow,
    place,
)
from pratique.model import (
    TRIGGER_ORDER,
    UNATTENDED,
    Certainty,
    Entry,
    Evidence,
    Flow,
    Step,
    Trigger,
    Unknown,
    Use,
    Where,
)
from pratique.reach.commandlines import CommandLines
from pratique.reach.filekeys import FileKeys
from pratique.reach.flows import FlowFinder
from pratique.reach.loaders import given_to_imports
from pratique.reach.operands import Operands
from pratique.reach.paths import Paths
from pratique.reach.replay import Replay
from pratique.reach.shipped import Shipped
from pratique.reach.sources import Sources
from pratique.reach.started import Start, Started
from pratique.reach.traits import Traits
from pratique.reach.traverse import Reached, Traversal
from pratique.reach.uses import Finder, RawFlow, RawUse
from pratique.reach.written import imports

MAX_TARGET = 400
"""Characters of an operand's text that are kept."""
_DYNAMIC = ("code.eval", "code.import", "code.unmarshal", "code.unpickle")


class Reader:
    """Links units and judges what runs; the parts are kept for layer discovery."""

    def __init__(
        self,
        units: Sequence[Unit],
        entries: Sequence[Entry],
        map_of: Callable[[str], CapabilityMap],
        shipped: Shipped,
        mounts: Sequence[tuple[str, ...]] = (),
    ) -> None:
        self.map_of = map_of
        self.shipped = shipped
        self._positions: dict[int, tuple[int, ...]] = {}
        self.program: Program = build(units, mounts)
        self.names = Names(self.program)
        self.objects = Objects(self.program, self.names)
        place(self.program, self.names, self.objects)
        self._linker = Linker(self.program, self.names, self.objects, map_of)
        self.graph: CallGraph = self._linker.link()
        self.values = Values(self.program, self.names, self.objects, self.graph, map_of)
        Computed(self.program, self.values, self._linker, map_of).resolve()
        self.entries = (*entries, *self._module_runs(entries))
        self.operands = Operands(self.program, self.values, map_of, shipped.at_root)
        self.finder = Finder(self.program, self.values, self.operands, map_of)
        self._found = self.finder.find()
        self.files = FileKeys(self.program, self.values, self.operands)
        self.replay = Replay(self.program, self.values, self.operands, shipped)
        self.unfollowed: list[Ref] = []
        """Calls that read something which is run as code after steps that could not be followed value by value."""
        self.crowded: dict[Ref, None] = {}
        """Calls that run written files with more contents than are followed."""
        self.commands = CommandLines(self.program, self.values, self.operands)
        self.paths_of = Paths(self.program, self.values, self.operands, map_of).of
        """Gives the values that name what a call reads."""
        self.started = Started(self.program, self.values, self.operands, self.files, shipped, self.paths_of)
        self.starts: list[Start] = []
        """Files of the artifact that its code runs."""
        self._start()

    def _start(self) -> None:
        """Find and link what uses tell together, after the last of them was found."""
        raw = [*self._found[0], *given_to_imports(self.program)]
        raw += imports(self.program, self.files, raw)
        self.raw = raw, self._found[1]
        """All raw uses in program order, and by node."""
        self.starts = list(self.started.find(raw))
        self.started.join(self._linker, self.starts)

    def grow(self, units: Sequence[Unit]) -> bool:
        """Add layers that change nothing of the rest without linking that again; False where everything has to be."""
        first = grow(self._linker, self.values, units, self.map_of)
        if first is None:
            return False
        uses, at = self.finder.find(first)
        self._found[0].extend(uses)
        self._found[1].update(at)
        self._start()
        for kept in ("traversal", "reached"):
            self.__dict__.pop(kept, None)
        return not any(self.started.mounts(uses))

    @cached_property
    def traversal(self) -> Traversal:
        """The call graph with what stands under guards told apart."""
        return Traversal(self.program, self.names, self.graph, self.entries)

    def _module_runs(self, entries: Sequence[Entry]) -> Iterator[Entry]:
        """`python -m acme.tool` runs what stands under a main guard."""
        importable = {entry.segments for entry in entries if entry.trigger == "import"}
        for number, unit in enumerate(self.program.units):
            scopes = unit.facts.scopes
            if unit.file.segments in importable and any(
                guard.kind == "main" for scope in scopes[:1] for guard in scope.guards
            ):
                name = self.program.modules.name_of(number)
                yield Entry(trigger="command", segments=unit.file.segments, via=f"python -m {name}")

    def evidence(self) -> tuple[Evidence, int]:
        """Return the evidence, and how many uses nothing is known to run."""
        raw, at = self.raw
        sources = Sources(self.program, self.values, self.objects, self.operands, self.graph, self.raw)
        flow_finder = FlowFinder(self.program, self.values, sources, self.traversal, self.files)
        raw_flows = flow_finder.find(raw, at)
        reached = self.reached
        traits = Traits(self.program, self.values, self.traversal)
        uses: list[Use] = []
        ids: dict[RawUse, list[int]] = {}
        unreached = 0
        for one in raw:
            made = list(self._uses(one, reached, traits, len(uses)))
            unreached += not made
            ids.setdefault(one, []).extend(use.id for use in made)
            uses.extend(made)
        flows = [self._flow(flow, use) for flow in raw_flows for use in ids.get(flow.sink, ())]
        unknowns = (
            *self._unresolved(raw, reached),
            *self._crowded(reached),
            *self._exhausted(list(flow_finder.exhausted), reached),
        )
        return Evidence(entries=self.entries, uses=tuple(uses), flows=tuple(flows), unknowns=unknowns), unreached

    @cached_property
    def reached(self) -> Reached:
        """What runs when."""
        return self.traversal.run()

    def vertex(self, ref: Ref) -> int:
        """Return the vertex of the call graph that a node belongs to, -1 where it never runs."""
        return self.traversal.vertex(ref[0], self.program.node(ref).guard)

    def run_by(self) -> dict[tuple[str, ...], tuple[Trigger, ...]]:
        """Return what runs each file that the code itself starts, by the file's segments."""
        found: dict[tuple[str, ...], set[Trigger]] = {}
        for start in self.starts:
            if start.sure:
                found.setdefault(start.file.segments, set()).update(self.reached.triggers(self.vertex(start.use.ref)))
        return {place: tuple(one for one in TRIGGER_ORDER if one in these) for place, these in found.items()}

    def programs(self) -> frozenset[tuple[str, ...]]:
        """Return the segments of the files that the code surely starts as programs of their own."""
        surely = (start for start in self.starts if start.sure and start.use.capability.startswith("process."))
        return frozenset(start.file.segments for start in surely)

    def _uses(self, raw: RawUse, reached: Reached, traits: Traits, first: int) -> Iterator[Use]:
        """Yield one use for the triggers that surely reach it, and one for those that only a guess says reach it."""
        scope, node = raw.ref[0], raw.node
        vertex = self.traversal.vertex(scope, node.guard)
        triggers = reached.triggers(vertex) if vertex >= 0 else ()
        if not triggers:
            return
        where = self.traversal.where(scope, node.line, node.col)
        found = traits.of(raw.ref, raw.node, raw.operand, asks=raw.capability.startswith("network."))
        firm = tuple(one for one in triggers if reached.hops[one][vertex].firm)
        guessed = tuple(one for one in triggers if not reached.hops[one][vertex].firm)
        mask = reached.masks[vertex]
        for group in (firm, guessed):
            if group:
                hop = reached.hops[group[0]][vertex]
                certainty: Certainty = "direct" if hop.direct else "transitive" if hop.firm else "assumed"
                yield Use(
                    id=first,
                    capability=raw.capability,
                    operand=raw.operand.kind,
                    target=raw.operand.text[:MAX_TARGET],
                    api=raw.api,
                    where=where,
                    scope=f"{self._around(scope)}",
                    triggers=group,
                    entries=self._bits(mask),
                    path=(*reached.path(group[0], vertex), Step(where=where, text=raw.api)),
                    others=max(0, mask.bit_count() - 1),
                    certainty=certainty,
                    traits=found,
                )
                first += 1

    def _around(self, scope: int) -> int:
        """Return the function that a scope's code runs in: a layer's own code runs where the layer is run."""
        unit = self.program.unit_of[scope]
        parent = self.program.units[unit].parent
        while parent is not None and scope == self.program.base[unit]:
            scope = parent[0]
            unit = self.program.unit_of[scope]
            parent = self.program.units[unit].parent
        return scope

    def _flow(self, raw: RawFlow, use: int) -> Flow:
        node = self.program.node(raw.origin)
        return Flow(
            source=raw.source,
            source_operand=raw.operand,
            source_text=raw.text[:MAX_TARGET],
            source_where=self.traversal.where(raw.origin[0], node.line, node.col),
            sink=use,
            sink_arg=raw.arg,
            steps=raw.steps,
            certainty=raw.certainty,
            traits=raw.traits,
        )

    def _unresolved(self, raw: Sequence[RawUse], reached: Reached) -> Iterator[Unknown]:
        for one in raw:
            if one.capability in _DYNAMIC and one.operand.kind == "computed":
                yield from self._unknown(one.ref, f"{one.api} of a value that is not constant", reached)

    def _crowded(self, reached: Reached) -> Iterator[Unknown]:
        for name, refs in self.graph.hubs.items():
            if len(self.program.methods[name]) > HUB_LIMIT:
                yield from self._unknown(refs[0], f"more than {HUB_LIMIT} methods are named {name}", reached)

    def _exhausted(self, refs: Sequence[Ref], reached: Reached) -> Iterator[Unknown]:
        for ref in refs[:64]:
            yield from self._unknown(ref, "the search for where this value comes from ran out of fuel", reached)

    def _unknown(self, ref: Ref, reason: str, reached: Reached) -> Iterator[Unknown]:
        node = self.program.node(ref)
        vertex = self.traversal.vertex(ref[0], node.guard)
        triggers: tuple[Trigger, ...] = reached.triggers(vertex) if vertex >= 0 else ()
        if triggers:
            where: Where = self.traversal.where(ref[0], node.line, node.col)
            attended = tuple(one for one in triggers if one in UNATTENDED) or triggers
            yield Unknown(kind="unresolved", reason=reason, where=where, triggers=attended)

    def _bits(self, mask: int) -> tuple[int, ...]:
        """Return the positions of the bits that are set; equal masks share one tuple."""
        if mask not in self._positions:
            found, rest = [], mask
            while rest:
                low = rest & -rest
                found.append(low.bit_length() - 1)
                rest ^= low
            self._positions[mask] = tuple(found)
        return self._positions[mask]
