"""Linking and reading in a loop: code carried as data is read as a file of its own, until nothing new is found."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import msgspec

from pratique import reading
from pratique.capabilities.lines import MapLine
from pratique.capabilities.mapfile import CapabilityMap
from pratique.capabilities.mapfile import load as load_map
from pratique.link import Ref, Unit
from pratique.model import UNATTENDED, Entry, Facts, File, LayerNote, Node, Unknown, Where
from pratique.reach import FoundLayer, Reader, Shipped, find_layers
from pratique.reach.layers import MAX_WRITTEN
from pratique.reach.shipped import MAX_FILE
from pratique.reach.started import Start
from pratique.reach.traits import DECODERS

MAX_LAYERS = 2_000
"""Different layers that hold code, read for one artifact; further ones are `refused`."""
MAX_UNITS = 10_000
"""Places that run a layer."""
MAX_ROUNDS = 64
"""Layers within layers."""
MAX_MOUNTS = 4
"""Archives within archives that become importable."""
PREVIEW = 400
"""Bytes of a layer that a review shows."""


@cache
def maps(lines: tuple[MapLine, ...]) -> Callable[[str], CapabilityMap]:
    """Return the lookup of capability maps by language, a caller's lines on top of ours."""

    @cache
    def map_of(language: str) -> CapabilityMap:
        packaged = load_map(language)
        return packaged.merged(CapabilityMap(lines)) if lines else packaged

    return map_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """An artifact with all its layers."""

    reader: Reader
    mounts: tuple[tuple[str, ...], ...]
    """Archives, by their segments, whose modules the code makes importable."""
    notes: tuple[LayerNote, ...]
    skipped: tuple[Unknown, ...]
    """What of the layers was not read."""
    unread: tuple[reading.Unread, ...]
    """Files that the code starts, in languages that no front end reads."""


def link(
    done: Iterable[reading.ReadFile],
    entries: tuple[Entry, ...],
    map_of: Callable[[str], CapabilityMap],
    shipped: Shipped,
    mounts: tuple[tuple[str, ...], ...] = (),
) -> Linked:
    """Return the linked artifact. `mounts`: archives, by their segments, that are importable from the start."""
    desk = _Layers([Unit(file=one.file, facts=one.facts) for one in done])
    reader, mounts = _mounted(desk.units, entries, map_of, shipped, mounts)
    for _ in range(MAX_ROUNDS):
        before, fresh = desk.changes, len(desk.units)
        for layer in find_layers(reader):
            desk.add(layer.parent, layer)
        for parent, layer in _with_contents(desk, reader, map_of, shipped):
            desk.add(parent, layer)
        while fresh < len(desk.units):  # layers within layers are looked for alone: linking all of them waits
            for layer in desk.within(fresh, map_of, shipped):
                desk.add((desk.base[fresh] + layer.parent[0], layer.parent[1]), layer)
            fresh += 1
        if desk.changes == before:
            break
        desk.settle()
        if not reader.grow(desk.units):
            reader, mounts = _mounted(desk.units, entries, map_of, shipped, mounts)
    unread = dict.fromkeys(start.file for start in reader.starts if _is_unread(reader, start))
    return Linked(
        reader=reader,
        mounts=mounts,
        notes=tuple(desk.notes),
        skipped=(*desk.skipped, *_crowded(desk, reader), *_unfollowed(reader), *_cut_short(reader)),
        unread=tuple(reading.unread_program(file) for file in unread),
    )


def _with_contents(
    desk: _Layers, reader: Reader, map_of: Callable[[str], CapabilityMap], shipped: Shipped
) -> Iterator[tuple[Ref, FoundLayer]]:
    """Read files again that run what they read from others, with those files' content: yield what is then run."""
    given: dict[int, dict[tuple[int, int, str], str | bytes]] = {}
    for ref in dict.fromkeys(reader.unfollowed):
        number, node = reader.program.unit_of[ref[0]], reader.program.node(ref)
        unit = desk.units[number]
        content = reader.replay.content(ref, reader.paths_of) if unit.home is None else None
        if content is not None and unit.facts.language == "python":
            given.setdefault(number, {})[node.line, node.col, node.name] = content
    for number, contents in given.items():
        if not desk.once(number):
            continue
        unit = desk.units[number]
        again = Unit(file=unit.file, facts=reading.read_given(shipped.data(unit.file), contents))
        alone = Reader([again], (), map_of, shipped)
        for layer in find_layers(alone, alone=True):
            node = alone.program.node(layer.parent)
            parent = _same_call(desk, number, node)
            if parent is not None and "file" in layer.codecs:
                yield parent, layer


def _same_call(desk: _Layers, number: int, wanted: Node) -> Ref | None:
    """Return the call of a unit that stands where a call of its second reading stands."""
    for at, scope in enumerate(desk.units[number].facts.scopes):
        for ordinal, node in enumerate(scope.nodes):
            if (node.op, node.line, node.col) == ("call", wanted.line, wanted.col) and node.name == wanted.name:
                return desk.base[number] + at, ordinal
    return None


def _mounted(
    units: list[Unit],
    entries: tuple[Entry, ...],
    map_of: Callable[[str], CapabilityMap],
    shipped: Shipped,
    mounts: tuple[tuple[str, ...], ...],
) -> tuple[Reader, tuple[tuple[str, ...], ...]]:
    """Link, again where that shows archives that become importable: their modules may mount more."""
    for _ in range(MAX_MOUNTS):
        reader = Reader(units, entries, map_of, shipped, mounts)
        more = dict.fromkeys((*mounts, *reader.started.mounts(reader.raw[0])))
        if len(more) == len(mounts):
            break
        mounts = tuple(more)
    return reader, mounts


def _crowded(desk: _Layers, reader: Reader) -> Iterator[Unknown]:
    """Yield the calls whose layers are not linked, for there are too many, with what runs them.

    What only a consumer's call can run is a computed call like others there.
    """
    written = f"more than {MAX_WRITTEN} times a file that is run has another content"
    for ref, reason in {**dict.fromkeys(reader.crowded, written), **desk.crowded}.items():
        triggers = reader.reached.triggers(reader.vertex(ref))
        unattended = any(trigger in UNATTENDED for trigger in triggers)
        yield Unknown(
            kind="refused" if unattended else "unresolved",
            reason=reason,
            where=reader.traversal.where(ref[0], reader.program.node(ref).line),
            triggers=triggers,
        )


def _unfollowed(reader: Reader) -> Iterator[Unknown]:
    """Yield the shipped files that are run as code and are too long, or refused, to be followed."""
    given = {start.file: start.use.ref for start in reader.starts if _is_code(reader, start)}
    for file, ref in {**reader.replay.unread, **given}.items():
        if file.size and not reader.shipped.data(file):
            reason = f"it is run as code, and {file.refused or f'more than {MAX_FILE >> 20} MB long'}"
            triggers = reader.reached.triggers(reader.vertex(ref))
            yield Unknown(kind="refused", reason=reason, where=Where(segments=file.segments), triggers=triggers)


def _cut_short(reader: Reader) -> Iterator[Unknown]:
    """Yield the layers that were not read to their end, with what runs them, each limit once a file."""
    told: set[tuple[tuple[str, ...], str]] = set()
    for unit in reader.program.units:
        for limit in reading.unread(unit.facts) if unit.parent is not None else ():
            ref, place = unit.parent, unit.file.segments[:-1]
            assert ref is not None
            if (place, limit) in told:
                continue
            told.add((place, limit))
            triggers = reader.reached.triggers(reader.vertex(ref))
            unattended = any(trigger in UNATTENDED for trigger in triggers)
            yield Unknown(
                kind=reading.weight(limit) if unattended else "unresolved",
                reason=f"decoded code: {limit}",
                where=reader.traversal.where(ref[0], reader.program.node(ref).line),
                triggers=triggers,
            )


def _is_code(reader: Reader, start: Start) -> bool:
    """Tell whether a file is run as a language that no front end has read it as."""
    wanted = start.language not in ("", "pickle") and start.file.segments not in reader.shipped.containers
    return wanted and start.sure and reader.started.unit(start) < 0


def _is_unread(reader: Reader, start: Start) -> bool:
    """Tell whether a program is started that no front end has read."""
    runs = start.use.capability.startswith("process.")
    return runs and start.file.segments not in reader.shipped.containers and reader.started.unit(start) < 0


class _Layers:
    """The units of an artifact while layers are added to them."""

    def __init__(self, units: list[Unit]) -> None:
        self.units: list[Unit] = []
        self.base: list[int] = []
        """First global scope number of each unit, as `link.build` numbers them."""
        self.notes: list[LayerNote] = []
        self.skipped: list[Unknown] = []
        self.changes = 0
        """Units that came, and calls of those that were there."""
        self.crowded: dict[Ref, str] = {}
        """Calls whose layers are not among the units, and which limit that is."""
        self._scopes = 0
        self._seen: set[tuple[object, ...]] = set()
        self._shared: dict[tuple[object, ...], int] = {}
        """Layers by whose code runs them, and what they are."""
        self._also: dict[int, dict[tuple[int, int], Ref]] = {}
        """Calls that run a layer which is there already, by their scope and guard: whatever runs one runs the other."""
        self._within: dict[tuple[int, tuple[str, ...]], list[FoundLayer]] = {}
        """What was found in the facts of a layer, by their identity and what the layer lies in."""
        self._facts: dict[tuple[str, bytes], tuple[Facts, int] | None] = {}
        """What was read, by language and digest, with the number of its note; None where it runs nothing."""
        for unit in units:
            self._append(unit)

    def _append(self, unit: Unit) -> None:
        self.base.append(self._scopes)
        self.units.append(unit)
        self._scopes += len(unit.facts.scopes)
        self.changes += 1

    def settle(self) -> None:
        """Write the calls that came later into the units that they run."""
        for number, calls in self._also.items():
            self.units[number] = msgspec.structs.replace(self.units[number], also=tuple(calls.values()))

    def once(self, number: int) -> bool:
        """Tell whether a unit has not been read with the content of other files before."""
        first = ("given", number) not in self._seen
        self._seen.add(("given", number))
        return first

    def within(self, number: int, map_of: Callable[[str], CapabilityMap], shipped: Shipped) -> list[FoundLayer]:
        """Return the layers that a unit holds, linked by itself; equal units are looked through once."""
        alone = msgspec.structs.replace(self.units[number], parent=None, home=None)
        container = alone.file.segments[:-1]
        key = (id(alone.facts), container if container in shipped.containers else ())
        if key not in self._within:
            reader = Reader([alone], (), map_of, shipped)
            self._within[key] = list(find_layers(reader, alone=True))
            if reader.crowded and (parent := self.units[number].parent) is not None:
                self.crowded.setdefault(self._outermost(parent), "a layer writes and runs too many files")
        return self._within[key]

    def add(self, parent: Ref, layer: FoundLayer) -> None:
        """Read one layer, found at the call `parent`, into a unit of its own, or add the call to the unit it has."""
        what = (layer.file.segments, layer.language) if layer.file else (parent, layer.data)
        if what in self._seen:
            return
        self._seen.add(what)
        number = self._unit_of(parent)
        unit = self.units[number]
        node = unit.facts.scopes[parent[0] - self.base[number]].nodes[parent[1]]
        read = self._read(unit, node.line, layer)
        if read is None or any(above.facts is read[0] for above in self._above(number)):
            return  # it runs nothing, or is a command that starts itself
        codecs = (*unit.codecs, *layer.codecs)
        given = tuple(arg for arg in node.args if arg.key[:1] == "=")
        key = (*self._around(parent[0]), layer.file, id(read[0]), codecs, (parent, given) if given else ())
        known = self._shared.get(key)
        if known is not None:
            if self._also.setdefault(known, {}).setdefault((parent[0], node.guard), parent) is parent:
                self.changes += 1
        elif len(self.units) >= MAX_UNITS:
            self.crowded.setdefault(self._outermost(parent), f"decoded code is run at more than {MAX_UNITS} places")
        elif layer.file is not None:
            self._append(Unit(file=layer.file, facts=read[0]))
        else:
            self._shared[key] = len(self.units)
            home = unit.home if unit.home is not None else number
            file = reading.layer_file(unit.file, read[1], layer.codecs, layer.data, layer.language)
            self._append(Unit(file=file, facts=read[0], parent=parent, home=home, codecs=codecs))

    def _around(self, scope: int) -> tuple[object, ...]:
        """Return what tells the function that a scope's code runs in from others.

        A layer's own code runs where the layer is run. Functions in layers are told by their facts: copies of a layer
        run the same.
        """
        number = self._unit_of((scope, 0))
        unit = self.units[number]
        while unit.parent is not None and scope == self.base[number]:
            scope = unit.parent[0]
            number = self._unit_of(unit.parent)
            unit = self.units[number]
        return (scope,) if unit.home is None else (unit.home, id(unit.facts), scope - self.base[number])

    def _unit_of(self, ref: Ref) -> int:
        number = bisect_right(self.base, ref[0]) - 1
        while not self.units[number].facts.scopes:
            number -= 1
        return number

    def _above(self, number: int) -> Iterator[Unit]:
        """Yield a unit and those that it is a layer of."""
        unit = self.units[number]
        yield unit
        while unit.parent is not None:
            unit = self.units[self._unit_of(unit.parent)]
            yield unit

    def _outermost(self, ref: Ref) -> Ref:
        """Return the call of a real file by whose layers another call runs."""
        while (parent := self.units[self._unit_of(ref)].parent) is not None:
            ref = parent
        return ref

    def _read(self, unit: Unit, line: int, layer: FoundLayer) -> tuple[Facts, int] | None:
        """Read a layer once, however many calls run it. None where there is nothing to link."""
        key = (layer.language, hashlib.sha256(layer.data).digest())
        if key in self._facts:
            return self._facts[key]
        if len(self.notes) >= MAX_LAYERS:
            if not self.skipped:
                place = Where(segments=unit.file.segments, line=line)
                reason = f"more than {MAX_LAYERS} decoded layers"
                self.skipped.append(Unknown(kind="refused", reason=reason, where=place, triggers=("import",)))
            return None
        facts = reading.read_layer(layer.data, layer.language)
        runs = facts is not None and (facts.imports or any(one.op == "call" for at in facts.scopes for one in at.nodes))
        number = len(self.notes) + 1
        file = layer.file or reading.layer_file(unit.file, number, layer.codecs, layer.data, layer.language)
        if runs or any(codec in DECODERS for codec in layer.codecs):
            self.notes.append(_note(file, layer, line))
        binds = facts is not None and any(one.op == "store" for at in facts.scopes[:1] for one in at.nodes)
        matters = facts is not None and (runs or binds or reading.unread(facts))
        self._facts[key] = (facts, len(self.notes)) if facts is not None and matters else None
        return self._facts[key]


def _note(file: File, layer: FoundLayer, line: int) -> LayerNote:
    return LayerNote(
        segments=file.segments,
        codecs=layer.codecs,
        language=layer.language,
        size=len(layer.data),
        sha256=file.sha256,
        preview=layer.data[:PREVIEW].decode("utf-8", "replace"),
        line=line,
    )
