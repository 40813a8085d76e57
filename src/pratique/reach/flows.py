"""Flows: which source values reach which sinks, step by step, across functions, files and files written then run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pratique.link import FUEL, Leaf, Program, Ref, Values, Walk
from pratique.model import Certainty, Node, Step
from pratique.reach.filekeys import FileKeys
from pratique.reach.sources import HEADERS, KEY, KEYED, Sources
from pratique.reach.swaps import Swaps
from pratique.reach.traverse import Traversal
from pratique.reach.uses import RawFlow, RawUse
from pratique.reach.written import Written

_SINKS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("network.", "package.publish", "repo.push"), ("url", "host", "data", "auth")),
    (("process.", "package.install", "agent.invoke"), ("command", "path", "code")),
    (("code.",), ("code", "name", "path")),
    (("fs.write", "persist.", "registry.write", "agent.", "repo.write-ci"), ("data", "path")),
    (("crypto.transfer",), ("data",)),
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
_PER_FILE = 1_000_000
"""Values visited for the sinks of one file; the search for further ones gets a tenth of the fuel."""
_KEPT = 64
"""Walks that are kept: those of one call are asked for one after another."""
_MAX_SHOWN = 12


class FlowFinder:
    """Searches backwards from every sink."""

    def __init__(
        self, program: Program, values: Values, sources: Sources, traversal: Traversal, files: FileKeys
    ) -> None:
        self._program = program
        self._values = values
        self._sources = sources
        self._traversal = traversal
        self._files = files
        self._swaps = Swaps(program, values)
        self._walks: dict[Ref, Walk] = {}
        self._spent: Counter[int] = Counter()
        """Values visited by unit."""
        self.exhausted: dict[Ref, None] = {}
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
        return flows + list(Written(self._program, self._traversal, self._files).flows(raw, flows, at))

    def _walk(self, ref: Ref) -> Walk:
        if ref not in self._walks:
            if len(self._walks) >= _KEPT:
                self._walks.clear()
            unit = self._program.unit_of[ref[0]]
            walk = self._values.walk(ref, fuel=FUEL if self._spent[unit] < _PER_FILE else FUEL // 10)
            self._spent[unit] += len(walk.parents)
            self._walks[ref] = walk
            if walk.exhausted:
                self.exhausted.setdefault(ref)
        return self._walks[ref]

    def _into(self, use: RawUse, role: str, ref: Ref, at: dict[Ref, list[RawUse]]) -> Iterator[RawFlow]:
        walk, count = self._walk(ref), 0
        if use.capability == "crypto.transfer":
            yield from self._swapped(walk, use, role)
            return
        keys = self._keys(walk) if any(leaf.kind in KEYED for leaf in walk.leaves) else {}
        for leaf in walk.leaves:
            for (source, operand, text), origin in self._sources.of(leaf, role, keys.get(leaf.state, ())):
                if source == "intercepted" and _handed_on(text, use.api):
                    continue
                if operand == KEY and self._worked(walk, leaf, at):
                    continue
                steps = self._steps(walk, leaf, use, role)
                traits = ("encoded",) if role in _RUN_AS and self._decodes(walk, leaf) else ()
                yield RawFlow(source, operand, text, origin, use, role, steps, self._certainty(walk, leaf), traits)
                count += 1
                if count >= _MAX_PER_SINK:
                    return
        yield from self._passed(walk, use, role, at)

    def _swapped(self, walk: Walk, use: RawUse, role: str) -> Iterator[RawFlow]:
        """Yield the constants that a transfer goes to in the place of what the caller gave."""
        for ref, text in self._swaps.of(walk):
            where = self._traversal.where(ref[0], self._program.node(ref).line, 0)
            sink = Step(where=self._traversal.where(use.ref[0], use.node.line, use.node.col), text=f"into {use.api}")
            steps = (Step(where=where, text="an address in the place of what the caller gave"), sink)
            yield RawFlow("swapped", "wallet-address", text, ref, use, role, steps, "transitive")

    def _worked(self, walk: Walk, leaf: Leaf, at: dict[Ref, list[RawUse]]) -> bool:
        """Tell whether a key is worked with on its way: what a signer gives back is no key."""
        return any(one.capability.startswith("crypto.") for ref in walk.chain(leaf)[1:] for one in at.get(ref, ()))

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

    def _keys(self, walk: Walk) -> dict[int, tuple[str, ...]]:
        """Return the constant keys by which values are taken out of what holds them, by state, nearest source first.

        Most states have none; a state has those of the one that it was reached from.
        """
        found: dict[int, tuple[str, ...]] = {}
        for state, parent in walk.parents.items():
            scope, ordinal = walk.numbers.ref(state)
            nodes = self._program.scopes[scope].nodes
            node, after = nodes[ordinal], found.get(parent, ())
            wanted = "key" if node.op == "item" else "0" if node.op == "call" and node.name.endswith(".get") else ""
            texts = (nodes[arg.node].value for arg in node.args if arg.key == wanted) if wanted else ()
            own = (*(text for text in texts if isinstance(text, str)), *after)
            if node.op == "attr" and node.name == "headers" and not own:
                own = (HEADERS,)
            if own:
                found[state] = own
        return found

    def _decodes(self, walk: Walk, leaf: Leaf) -> bool:
        """Tell whether a value goes through a decoder on its way: what runs is not what one reads."""
        for scope, ordinal in walk.chain(leaf)[1:]:
            node = self._program.scopes[scope].nodes[ordinal]
            name = self._values.outside(scope, node.name) if node.op == "call" else ""
            if name.startswith(_DECODING) and "encode" not in name:
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
        node = use.node
        sink = Step(where=self._traversal.where(use.ref[0], node.line, node.col), text=f"into {use.api} ({role})")
        return (*steps, sink)


def _handed_on(replaced: str, api: str) -> bool:
    """Tell whether a sink is the very function that was replaced, or another method of the client that had it."""
    owner = replaced.rpartition(".")[0]
    return replaced == api or (owner.endswith("()") and owner == api.rpartition(".")[0])


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
