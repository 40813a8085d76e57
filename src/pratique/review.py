"""The pipeline in one screen: bytes of an artifact in, its review out. The only place that knows the order.

unpack → read → entries → link and reach (again for every decoded layer) → rules → verdict
"""

from __future__ import annotations

import hashlib
import resource
import sys
import time
import types
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from pratique import reading
from pratique.capabilities.lines import MapLine
from pratique.capabilities.mapfile import CapabilityMap
from pratique.capabilities.mapfile import load as load_map
from pratique.ecosystems.pypi import entries as pypi_entries
from pratique.ecosystems.pypi.filenames import describe
from pratique.errors import TargetNotFound
from pratique.link import Unit
from pratique.model import (
    TRIGGER_ORDER,
    Artifact,
    ArtifactKind,
    Audience,
    Budget,
    Cost,
    Entry,
    Evidence,
    LayerNote,
    Package,
    Review,
    Trigger,
    Unknown,
)
from pratique.reach import FoundLayer, Reader, Shipped, find_layers
from pratique.rules import Rule, judge, load
from pratique.rules.judge import speaks_to
from pratique.unpack import open_artifact, open_folder
from pratique.unpack.tree import Tree
from pratique.verdict import decide, engine_digest, with_status

MAX_LAYERS = 500
"""Decoded layers read for one artifact; further ones are `refused`."""
MAX_ROUNDS = 64
"""Layers within layers."""
PREVIEW = 400


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What a caller may choose. None of it changes facts."""

    budget: Budget = Budget()
    audience: Audience = "admin"
    rules: tuple[Rule, ...] = ()
    """More rules, e.g. given as JSON; the packaged ones always run."""
    map_lines: tuple[MapLine, ...] = ()
    """A capability map of the caller's own, on top of ours."""


def review(target: str | Path | bytes, *, filename: str = "", options: Options | None = None) -> Review:
    """Review one artifact.

    Args:
        target: The artifact's bytes, the path of an sdist, wheel, egg or zip, or a source folder.
        filename: The published name, when `target` is bytes.
        options: Budgets, audience, extra rules.

    Raises:
        TargetNotFound: the path does not exist.

    """
    chosen = options or Options()
    if isinstance(target, bytes):
        return review_artifact(describe(filename or "artifact", target), target, chosen)
    path = Path(target)
    if path.is_dir():
        package = Package(ecosystem="pypi", name=path.resolve().name)
        return _review_tree(
            Artifact(package=package, filename=path.resolve().name, kind="folder"),
            open_folder(path, chosen.budget),
            chosen,
        )
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TargetNotFound(
            f"cannot read {path}: {error.strerror or error}", hint="give a file, a folder or a project's name"
        ) from error
    return review_artifact(describe(path.name, data), data, chosen)


def review_files(files: Mapping[str, bytes], kind: ArtifactKind = "wheel", *, options: Options | None = None) -> Review:
    """Review files given by name, as if they were an artifact of that kind: what tests and embedders use."""
    import io
    import zipfile

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    data = packed.getvalue()
    artifact = describe("files.zip", data)
    return review_artifact(msgspec.structs.replace(artifact, kind=kind), data, options or Options())


def review_artifact(artifact: Artifact, data: bytes, options: Options, desk: reading.Desk | None = None) -> Review:
    """Review an artifact's bytes. Never raises for what is in them."""
    started, cpu = time.perf_counter(), time.process_time()
    review = _review_tree(artifact, open_artifact(data, artifact.filename, options.budget), options, desk)
    return msgspec.structs.replace(review, cost=_cost(started, cpu, review.cost.cached_files))


def _review_tree(artifact: Artifact, tree: Tree, options: Options, desk: reading.Desk | None = None) -> Review:
    desk = desk or reading.Desk()
    started, cpu = time.perf_counter(), time.process_time()
    read = reading.read_files(tree.files, tree.read, desk)
    done, unread = read.done, read.unread
    desk.step("linking")
    found = pypi_entries.find(tree.files, tree.read, {one.file.segments: one.facts for one in done}, artifact.kind)
    shipped = Shipped(tree.files, tree.read)
    reader, layers, skipped = _read_layers(done, found.entries, options, shipped)
    evidence, _ = reader.evidence()
    problems = (*tree.problems, *found.problems)
    unknowns = (*evidence.unknowns, *reading.unknowns(unread, _triggers(found.entries)), *skipped)
    context = (("kind", artifact.kind), ("filename", artifact.filename), *found.declared)
    evidence = msgspec.structs.replace(evidence, problems=problems, unknowns=unknowns, context=context)
    findings = with_status(judge((*load(), *options.rules), evidence))
    verdict = decide(findings, evidence)
    shown = tuple(finding for finding in findings if speaks_to(finding.audience, options.audience))
    return Review(
        artifact=artifact,
        verdict=verdict,
        findings=shown,
        suppressed=len(findings) - len(shown),
        entries=evidence.entries,
        uses=evidence.uses,
        flows=evidence.flows,
        problems=problems,
        unknowns=unknowns,
        layers=layers,
        read=reading.account(tree.files, done, unread, len(layers)),
        engine=engine_digest(),
        context=_digest(evidence),
        cost=_cost(started, cpu, read.known),
    )


def _read_layers(
    done: Iterable[reading.ReadFile], entries: tuple[Entry, ...], options: Options, shipped: Shipped
) -> tuple[Reader, tuple[LayerNote, ...], tuple[Unknown, ...]]:
    """Link, look for code carried as data, read it, and link again until nothing new is found."""

    def map_of(language: str) -> CapabilityMap:
        packaged = load_map(language)
        return packaged.merged(CapabilityMap(options.map_lines)) if options.map_lines else packaged

    maps: dict[str, CapabilityMap] = {}

    def cached(language: str) -> CapabilityMap:
        if language not in maps:
            maps[language] = map_of(language)
        return maps[language]

    units = [Unit(file=one.file, facts=one.facts) for one in done]
    notes: list[LayerNote] = []
    skipped: list[Unknown] = []
    seen: set[tuple[tuple[int, int], bytes]] = set()
    reader = Reader(units, entries, cached, shipped)
    for _ in range(MAX_ROUNDS):
        fresh = [layer for layer in find_layers(reader) if (layer.parent, layer.data) not in seen]
        added = False
        for layer in fresh:
            if (layer.parent, layer.data) in seen:
                continue
            seen.add((layer.parent, layer.data))
            added |= _add_layer(reader, layer, units, notes, skipped)
        if not added:
            break
        reader = Reader(units, entries, cached, shipped)
    return reader, tuple(notes), tuple(skipped)


def _add_layer(
    reader: Reader, layer: FoundLayer, units: list[Unit], notes: list[LayerNote], skipped: list[Unknown]
) -> bool:
    """Read one layer into a unit of its own; tell whether there was anything to read."""
    number = reader.program.unit_of[layer.parent[0]]
    parent = reader.program.units[number]
    node = reader.program.node(layer.parent)
    place = reader.traversal.where(layer.parent[0], node.line, node.col)
    if len(notes) >= MAX_LAYERS:
        if not any(one.reason.startswith("more than") for one in skipped):
            skipped.append(
                Unknown(
                    kind="refused", reason=f"more than {MAX_LAYERS} decoded layers", where=place, triggers=("import",)
                )
            )
        return False
    facts = reading.read_layer(layer.data, layer.language)
    file = reading.layer_file(parent.file, len(notes) + 1, layer.codecs, layer.data, layer.language)
    notes.append(
        LayerNote(
            segments=file.segments,
            codecs=layer.codecs,
            language=layer.language,
            size=len(layer.data),
            sha256=file.sha256,
            preview=layer.data[:PREVIEW].decode("utf-8", "replace"),
            line=node.line,
        )
    )  # fmt: skip
    if facts is None or not (facts.imports or any(node.op == "call" for one in facts.scopes for node in one.nodes)):
        return False  # nothing in it runs anything: shown, but not linked
    home = parent.home if parent.home is not None else number
    units.append(Unit(file=file, facts=facts, parent=layer.parent, home=home, codecs=(*parent.codecs, *layer.codecs)))
    return True


def _triggers(entries: Iterable[Entry]) -> dict[tuple[str, ...], tuple[Trigger, ...]]:
    found: dict[tuple[str, ...], set[Trigger]] = {}
    for entry in entries:
        found.setdefault(entry.segments, set()).add(entry.trigger)
    return {place: tuple(one for one in TRIGGER_ORDER if one in triggers) for place, triggers in found.items()}


def _digest(evidence: Evidence) -> str:
    return hashlib.sha256(msgspec.json.encode(evidence.context)).hexdigest()[:16]


def _cost(started: float, cpu: float, known: int) -> Cost:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    spent, wall = time.process_time() - cpu, time.perf_counter() - started
    return Cost(cpu_s=round(spent, 4), wall_s=round(wall, 4), peak_mb=round(peak, 1), cached_files=known)


class _Callable(types.ModuleType):
    """The module itself, which the import system puts where `from pratique import review` looks for the function."""

    def __call__(self, target: str | Path | bytes, *, filename: str = "", options: Options | None = None) -> Review:
        return review(target, filename=filename, options=options)


sys.modules[__name__].__class__ = _Callable
__all__ = ["Options", "review", "review_artifact", "review_files"]
