"""Linking and reading in a loop: code carried as data is read as a file of its own, until nothing new is found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

from pratique import reading
from pratique.capabilities.lines import MapLine
from pratique.capabilities.mapfile import CapabilityMap
from pratique.capabilities.mapfile import load as load_map
from pratique.link import Unit
from pratique.model import Entry, LayerNote, Unknown
from pratique.reach import FoundLayer, Reader, Shipped, find_layers

MAX_LAYERS = 500
"""Decoded layers read for one artifact; further ones are `refused`."""
MAX_ROUNDS = 64
"""Layers within layers."""
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


def link(
    done: Iterable[reading.ReadFile],
    entries: tuple[Entry, ...],
    map_of: Callable[[str], CapabilityMap],
    shipped: Shipped,
) -> tuple[Reader, tuple[LayerNote, ...], tuple[Unknown, ...]]:
    """Return the linked artifact with all its layers, notes of them, and what of them was not read."""
    units = [Unit(file=one.file, facts=one.facts) for one in done]
    notes: list[LayerNote] = []
    skipped: list[Unknown] = []
    seen: set[tuple[tuple[int, int], bytes]] = set()
    reader = Reader(units, entries, map_of, shipped)
    for _ in range(MAX_ROUNDS):
        added = False
        for layer in find_layers(reader):
            if (layer.parent, layer.data) not in seen:
                seen.add((layer.parent, layer.data))
                added |= _add(reader, layer, units, notes, skipped)
        if not added:
            break
        reader = Reader(units, entries, map_of, shipped)
    return reader, tuple(notes), tuple(skipped)


def _add(reader: Reader, layer: FoundLayer, units: list[Unit], notes: list[LayerNote], skipped: list[Unknown]) -> bool:
    """Read one layer into a unit of its own; tell whether there was anything to link."""
    number = reader.program.unit_of[layer.parent[0]]
    parent = reader.program.units[number]
    node = reader.program.node(layer.parent)
    if len(notes) >= MAX_LAYERS:
        if not skipped:
            place = reader.traversal.where(layer.parent[0], node.line, node.col)
            reason = f"more than {MAX_LAYERS} decoded layers"
            skipped.append(Unknown(kind="refused", reason=reason, where=place, triggers=("import",)))
        return False
    facts = reading.read_layer(layer.data, layer.language)
    file = reading.layer_file(parent.file, len(notes) + 1, layer.codecs, layer.data, layer.language)
    note = LayerNote(
        segments=file.segments,
        codecs=layer.codecs,
        language=layer.language,
        size=len(layer.data),
        sha256=file.sha256,
        preview=layer.data[:PREVIEW].decode("utf-8", "replace"),
        line=node.line,
    )
    notes.append(note)
    if facts is None or not (facts.imports or any(one.op == "call" for scope in facts.scopes for one in scope.nodes)):
        return False  # nothing in it runs anything: shown, but not linked
    home = parent.home if parent.home is not None else number
    units.append(Unit(file=file, facts=facts, parent=layer.parent, home=home, codecs=(*parent.codecs, *layer.codecs)))
    return True
