"""Flows: which source values reach which sinks, step by step, across functions, files and files written then run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pratique.capabilities import classify
from pratique.link import Leaf, Program, Ref, Values, Walk
from pratique.model import Certainty, Node, Step
from pratique.reach.filekeys import RUNS, FileKeys
from pratique.reach.operands import Operands
from pratique.reach.traits import DECODERS
from pratique.reach.traverse import Traversal
from pratique.reach.uses import RawUse

_SINKS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("network.", "package.publish", "repo.push"), ("url", "host", "data", "auth")),
    (("process.", "package.install", "agent.invoke"), ("command", "path", "code")),
    (("code.",), ("code", "name", "path")),
    (("fs.write", "persist.", "registry.write", "agent.", "repo.write-ci"), ("data", "path")),
    (("output.clipboard", "runtime.", "memory.raw"), ("data", "code")),
)
"""Which roles of which capabilities receive values worth following."""
_RUN_AS = ("code", "command")
_DECODING = (
    "base64.b", "base64.a85decode", "base64.decode", "binascii.a2b_", "binascii.unhexlify", "zlib.decompress",
    "gzip.decompress", "bz2.decompress", "lzma.decompress", "builtins.bytes.fromhex",
    "builtins.bytearray.fromhex", "builtins.bytes", "builtins.bytearray", "builtins.chr",
)  # fmt: skip
"""Calls that make code of what nobody can read: decoders, and bytes that are put together one by one."""
_MAX_PER_SINK = 24
_MAX_SHOWN = 12


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


class FlowFinder:
    """Searches backwards from every sink. Walks are kept per argument."""

    def __init__(
        self, program: Program, values: Values, operands: Operands, traversal: Traversal, files: FileKeys
    ) -> None:
        self._program = program
        self._values = values
        self._operands = operands
        self._traversal = traversal
        self._files = files
        self._walks: dict[Ref, Walk] = {}
        self.exhausted: list[Ref] = []
        """Arguments whose search ran out of fuel."""

    def find(self, raw: Sequence[RawUse], at: dict[Ref, list[RawUse]]) -> list[RawFlow]:
        """Return all flows, those through written files last."""
        found: dict[tuple[object, ...], RawFlow] = {}
        for use in raw:
            for role in _roles_of(use):
                for ref in self._files.arguments(use, role):
                    for flow in self._into(use, role, ref, at):
                        key = (flow.source, flow.operand, flow.origin, use.ref, use.capability, use.operand.kind, role)
                        found.setdefault(key, flow)
        flows = list(found.values())
        return flows + list(self._through_files(raw, flows, at))

    def _walk(self, ref: Ref) -> Walk:
        if ref not in self._walks:
            self._walks[ref] = self._values.walk(ref)
            if self._walks[ref].exhausted:
                self.exhausted.append(ref)
        return self._walks[ref]

    def _into(self, use: RawUse, role: str, ref: Ref, at: dict[Ref, list[RawUse]]) -> Iterator[RawFlow]:
        walk, count = self._walk(ref), 0
        for leaf in walk.leaves:
            for source, operand, text in self._sources(leaf, at, role):
                steps = self._steps(walk, leaf, use, role)
                traits = ("encoded",) if role in _RUN_AS and self._decodes(walk, leaf) else ()
                yield RawFlow(source, operand, text, leaf.ref, use, role, steps, self._certainty(walk, leaf), traits)
                count += 1
                if count >= _MAX_PER_SINK:
                    return
        yield from self._passed(walk, use, role, at)

    def _passed(self, walk: Walk, use: RawUse, role: str, at: dict[Ref, list[RawUse]]) -> Iterator[RawFlow]:
        """Yield what code goes through on its way: a cipher hides it, whatever the key and wherever it comes from."""
        if role != "code" or not use.capability.startswith(("code.eval", "code.unmarshal")):
            return
        for state in walk.parents:
            ref = walk.numbers.ref(state)
            for other in at.get(ref, ()):
                if other.capability == "crypto.decrypt" and not other.line.source:
                    leaf = Leaf("source", ref, state)
                    steps, sure = self._steps(walk, leaf, use, role), self._certainty(walk, leaf)
                    yield RawFlow("crypto.decrypt", other.operand.kind, other.api, ref, use, role, steps, sure)
                    return

    def _sources(self, leaf: Leaf, at: dict[Ref, list[RawUse]], role: str) -> Iterator[tuple[str, str, str]]:
        """Yield (capability or kind, operand class, text) of what a walk ended in."""
        node = self._program.node(leaf.ref)
        if leaf.kind == "source":
            for use in at.get(leaf.ref, ()):
                if use.line.source:
                    yield use.capability, use.operand.kind, use.operand.text or use.api
        elif leaf.kind == "param":
            kind = classify.param(node.name.lstrip("*"))
            if kind:
                yield "param", kind, node.name
        elif leaf.kind == "const" and role in ("code", "command", "data", "path"):
            decoders = [codec for codec in node.codecs if codec in DECODERS]
            if decoders:
                yield "decoded", "+".join(decoders[:4]), ""

    def _decodes(self, walk: Walk, leaf: Leaf) -> bool:
        """Tell whether a value goes through a decoder on its way: what runs is not what one reads."""
        for scope, ordinal in walk.chain(leaf)[1:]:
            node = self._program.scopes[scope].nodes[ordinal]
            if node.op == "call" and self._values.outside(scope, node.name).startswith(_DECODING):
                return True
        return False

    def _certainty(self, walk: Walk, leaf: Leaf) -> Certainty:
        if walk.guessed(leaf):
            return "assumed"
        return "direct" if len({scope for scope, _ in walk.chain(leaf)}) == 1 else "transitive"

    def _steps(self, walk: Walk, leaf: Leaf, use: RawUse, role: str) -> tuple[Step, ...]:
        """Put a chain of values into words, one step a line of source."""
        steps: list[Step] = []
        for scope, ordinal in walk.chain(leaf):
            node = self._program.scopes[scope].nodes[ordinal]
            text = _phrase(node, self._program.scopes[scope].name, first=not steps)
            where = self._traversal.where(scope, node.line, node.col)
            if text and not (
                steps and steps[-1].where.line == where.line and steps[-1].where.segments == where.segments
            ):
                steps.append(Step(where=where, text=text))
        if len(steps) > _MAX_SHOWN:
            steps = [*steps[: _MAX_SHOWN // 2], *steps[-_MAX_SHOWN // 2 :]]
        node = self._program.node(use.ref)
        sink = Step(where=self._traversal.where(use.ref[0], node.line, node.col), text=f"into {use.api} ({role})")
        return (*steps, sink)

    def _through_files(
        self, raw: Sequence[RawUse], flows: list[RawFlow], at: dict[Ref, list[RawUse]]
    ) -> Iterator[RawFlow]:
        """Yield what was downloaded, decoded or cut out of package data into a file that is then run."""
        written: dict[object, list[RawFlow]] = defaultdict(list)
        for flow in [*flows, *self._downloads(raw, at)]:
            written_there = flow.arg == "data" and flow.sink.capability.startswith("fs.write")
            if written_there and (
                flow.source.startswith("network.") or flow.source == "decoded" or flow.operand == "package-data"
            ):
                for key in self._files.keys(flow.sink, "path"):
                    written[key].append(flow)
        if not written:
            return
        seen = set()
        for use in raw:
            if use.capability.startswith(RUNS):
                for role in ("command", "path", "code", "name"):
                    for key in self._files.keys(use, role):
                        for flow in written.get(key, ()):
                            if (flow.origin, use.ref, use.capability) not in seen:
                                seen.add((flow.origin, use.ref, use.capability))
                                yield self._run_later(flow, use)

    def _run_later(self, flow: RawFlow, use: RawUse) -> RawFlow:
        node = self._program.node(use.ref)
        step = Step(where=self._traversal.where(use.ref[0], node.line, node.col), text=f"the file is run by {use.api}")
        sure: Certainty = "assumed" if flow.certainty == "assumed" else "transitive"
        steps = (*flow.steps, step)
        return RawFlow(flow.source, flow.operand, flow.text, flow.origin, use, "file", steps, sure, flow.traits)

    def _downloads(self, raw: Sequence[RawUse], at: dict[Ref, list[RawUse]]) -> Iterator[RawFlow]:
        """Yield calls that fetch straight into a file (`urlretrieve`)."""
        for use in raw:
            if use.capability.startswith("fs.write"):
                for other in at[use.ref]:
                    if other.capability.startswith("network."):
                        node = self._program.node(use.ref)
                        step = Step(
                            where=self._traversal.where(use.ref[0], node.line, node.col),
                            text=f"{use.api} downloads a file",
                        )
                        yield RawFlow(
                            other.capability,
                            other.operand.kind,
                            other.operand.text,
                            use.ref,
                            use,
                            "data",
                            (step,),
                            "direct",
                        )


def _roles_of(use: RawUse) -> tuple[str, ...]:
    return next((roles for prefixes, roles in _SINKS if use.capability.startswith(prefixes)), ())


def _phrase(node: Node, scope: str, *, first: bool) -> str:
    """Put one value of a chain into words; "" for values that a reader can do without."""
    if node.op == "call":
        return f"{node.name.lstrip('.?') or 'a computed call'}()"
    if node.op == "param":
        return f"as {node.name} of {scope or 'a function'}()"
    if node.op in ("name", "free"):
        return f"{node.name.lstrip('.')}"
    if node.op == "attr":
        return f"as attribute {node.name}"
    if node.op == "const" and first:
        return "a constant" + (f" decoded by {'+'.join(node.codecs)}" if node.codecs else "")
    return node.name if first else ""
