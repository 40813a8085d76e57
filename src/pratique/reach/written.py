"""Values that travel through files: written by one call, then run, imported or read again by another."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from pratique.capabilities.lines import MapLine
from pratique.link import Program, Ref
from pratique.model import Certainty, Import, Node, Step
from pratique.reach.filekeys import RUN_ROLES, RUNS, FileKeys
from pratique.reach.operands import Operand
from pratique.reach.traverse import Traversal
from pratique.reach.uses import RawFlow, RawUse

_MAX_READ = 4
"""Writers that one reader is joined with."""
_READS = ("fs.read", "fs.archive")
_PLAIN = ("fs.read", "package-data")
"""Sources that say nothing where they are of no class: a file that is copied, then read."""
_IMPORT = MapLine(kind="call", name="import", capabilities=("code.import",))


def imports(program: Program, files: FileKeys, raw: Sequence[RawUse]) -> Iterator[RawUse]:
    """Yield import statements of modules that are no file of the artifact, but that its code writes."""
    written = (key for use in raw if use.capability.startswith("fs.write") for key in files.keys(use, "path"))
    modules = {key for key in written if isinstance(key, str) and key.endswith(".py")}
    for number, unit in enumerate(program.units if modules else ()):
        for item in unit.facts.imports:
            key = next((f"{name.lower()}.py" for name in _wanted(item) if f"{name.lower()}.py" in modules), "")
            scope = program.scope_id(number, item.scope)
            last = len(program.scopes[scope].nodes) - 1  # an import has no node of its own: the last one stands for it
            if key and last >= 0 and not _is_here(program, number, item):
                node = Node("import", item.module, (), item.line, 0, guard=item.guard)
                shown = f"import {item.module.lstrip('^') or item.name}"
                yield RawUse((scope, last), node, "code.import", Operand("", key), shown, _IMPORT)


def _wanted(item: Import) -> tuple[str, ...]:
    """Return the names of files that an import may read; a module inside a standard package is that package's own."""
    top, dotted, _ = item.module.partition(".")
    if top in sys.stdlib_module_names and (dotted or item.name):
        return ()
    return tuple(part for part in (item.module.strip("^").rsplit(".", 1)[-1], item.name) if part and part != "*")


def _is_here(program: Program, number: int, item: Import) -> bool:
    dotted = f"{item.module}.{item.name}" if item.module.strip("^") else item.module + item.name
    return any(program.modules.resolve(number, one) is not None for one in (item.module, dotted) if one.strip("^"))


class Written:
    """Joins flows into files with those who run or read the files."""

    def __init__(self, program: Program, traversal: Traversal, files: FileKeys) -> None:
        self._program = program
        self._traversal = traversal
        self._files = files

    def flows(self, raw: Sequence[RawUse], found: list[RawFlow], at: dict[Ref, list[RawUse]]) -> Iterator[RawFlow]:
        """Yield the flows that go through files: into what runs them, and on from where they are read."""
        written: dict[object, list[RawFlow]] = defaultdict(list)
        for flow in [*found, *self._downloads(raw, at)]:
            if flow.sink.capability.startswith("fs.write") and flow.arg == "data":
                for key in self._files.keys(flow.sink, "path"):
                    written[key].append(flow)
        if written:
            again = list(self._read_again(found, written, at))
            yield from again
            for flow in again:
                if flow.sink.capability.startswith("fs.write") and flow.arg == "data":
                    for key in self._files.keys(flow.sink, "path"):
                        written[key].append(flow)
            yield from self._run(raw, written)

    def _run(self, raw: Sequence[RawUse], written: dict[object, list[RawFlow]]) -> Iterator[RawFlow]:
        carried = {key: _carried(flows) for key, flows in written.items()}
        seen = set()
        for use in raw:
            if use.capability.startswith((*RUNS, "code.unpickle", "runtime.path")):
                keys = dict.fromkeys(key for role in RUN_ROLES for key in self._files.keys(use, role))
                for flow in (one for key in keys for one in carried.get(key, ())):
                    if (flow.origin, use.ref, use.capability) not in seen:
                        seen.add((flow.origin, use.ref, use.capability))
                        yield self._later(flow, use, "file", (self._step(use, f"the file is run by {use.api}"),))

    def _read_again(
        self, found: Iterable[RawFlow], written: dict[object, list[RawFlow]], at: dict[Ref, list[RawUse]]
    ) -> Iterator[RawFlow]:
        told = {key: _told(flows) for key, flows in written.items()}
        for flow in found:
            if flow.source not in _READS:
                continue
            keys = [key for use in at[flow.origin] if use.capability in _READS for key in self._files.keys(use, "path")]
            for one in _first(flow, [told[key] for key in dict.fromkeys(keys) if key in told]):
                yield self._later(one, flow.sink, flow.arg, flow.steps, guessed=flow.certainty == "assumed")

    def _later(
        self, flow: RawFlow, use: RawUse, arg: str, steps: tuple[Step, ...], *, guessed: bool = False
    ) -> RawFlow:
        """Return a flow that goes on; it is as sure as the less sure of its halves."""
        sure: Certainty = "assumed" if guessed or flow.certainty == "assumed" else "transitive"
        return RawFlow(
            flow.source, flow.operand, flow.text, flow.origin, use, arg, (*flow.steps, *steps), sure, flow.traits
        )

    def _step(self, use: RawUse, text: str) -> Step:
        return Step(where=self._traversal.where(use.ref[0], use.node.line, use.node.col), text=text)

    def _downloads(self, raw: Sequence[RawUse], at: dict[Ref, list[RawUse]]) -> Iterator[RawFlow]:
        """Yield calls that fetch straight into a file (`urlretrieve`)."""
        for use in raw:
            for other in at[use.ref] if use.capability.startswith("fs.write") else ():
                if other.capability.startswith("network."):
                    steps = (self._step(use, f"{use.api} downloads a file"),)
                    kind, text = other.operand.kind, other.operand.text
                    yield RawFlow(other.capability, kind, text, use.ref, use, "data", steps, "direct")


def _carried(flows: Iterable[RawFlow]) -> tuple[RawFlow, ...]:
    """Return, once per origin, the flows that bring code: downloaded, decoded, or shipped."""
    found: dict[Ref, RawFlow] = {}
    for flow in flows:
        if flow.source == "decoded" or flow.operand == "package-data" or flow.source.startswith("network."):
            found.setdefault(flow.origin, flow)
    return tuple(found.values())


def _told(flows: Iterable[RawFlow]) -> dict[tuple[str, Ref], RawFlow]:
    """Return the flows that say something, once per source and origin."""
    return {(one.source, one.origin): one for one in flows if one.operand or one.source not in _PLAIN}


def _first(flow: RawFlow, tables: Iterable[dict[tuple[str, Ref], RawFlow]]) -> list[RawFlow]:
    """Return the first flows of some tables that start elsewhere than a given one."""
    found: dict[tuple[str, Ref], RawFlow] = {}
    for table in tables:
        for key, one in table.items():
            if one.origin != flow.origin:
                found.setdefault(key, one)
            if len(found) >= _MAX_READ:
                return list(found.values())
    return list(found.values())
