"""The pipeline in one screen: bytes of an artifact in, its review out. The only place that knows the order.

unpack → read → entries → link and reach (again for every decoded layer) → compare → rules → verdict
"""

from __future__ import annotations

import hashlib
import resource
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from pratique import layering, reading
from pratique.capabilities.lines import MapLine
from pratique.compare import (
    Context,
    Installed,
    Portrait,
    compare,
    held_against,
    portrait,
    stand,
    used,
)
from pratique.compare.standing import key
from pratique.ecosystems.pypi import consistency, entries
from pratique.ecosystems.pypi.filenames import describe
from pratique.errors import TargetNotFound
from pratique.frozen import Frozen
from pratique.known.index import IndexFile
from pratique.known.match import matches
from pratique.model import (
    TRIGGER_ORDER,
    Artifact,
    ArtifactKind,
    Audience,
    Budget,
    Cost,
    Dependency,
    Entry,
    Evidence,
    File,
    Package,
    Review,
    Trigger,
)
from pratique.neighbours import Neighbours, own_units
from pratique.reach import Reader, Shipped
from pratique.rules import Rule, judge, load
from pratique.rules.judge import speaks_to
from pratique.unpack import open_artifact, open_folder
from pratique.unpack.tree import Tree
from pratique.verdict import decide, engine_digest, with_status

_COMPILED = frozenset({"cython", "native-source"})
"""Sources that building a source archive compiles: what is installed holds them as data."""
_IN_USE = frozenset({"startup", "import", "plugin", "command"})


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What a caller may choose. None of it changes facts."""

    budget: Budget = Budget()
    audience: Audience = "admin"
    rules: tuple[Rule, ...] = ()
    """More rules, e.g. given as JSON; the packaged ones always run."""
    map_lines: tuple[MapLine, ...] = ()
    """A capability map of the caller's own, on top of ours."""
    known: IndexFile | None = None
    """An index of known malware to compare with."""


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """What comes of reading one artifact."""

    review: Review
    portrait: Portrait | None = None
    """Where it was asked for."""


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
        return read_tree(folder_artifact(path), open_folder(path, chosen.budget), chosen).review
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TargetNotFound(
            f"cannot read {path}: {error.strerror or error}", hint="give a file, a folder or a project's name"
        ) from error
    return review_artifact(describe(path.name, data), data, chosen)


def review_files(
    files: Mapping[str, bytes],
    kind: ArtifactKind = "wheel",
    *,
    options: Options | None = None,
    before: Mapping[str, bytes] | None = None,
    sdist: Mapping[str, bytes] | None = None,
    facts: tuple[tuple[str, str], ...] = (),
    dependencies: tuple[Dependency, ...] = (),
) -> Review:
    """Review files given by name, as if they were an artifact of that kind: what tests and embedders use.

    `before` are the files of the release to compare with, `sdist` those of the source distribution; `facts` and
    `dependencies` are those of `compare.Context`.
    """
    chosen = options or Options()
    base = _packed(before, kind, chosen, None).portrait if before is not None else None
    source = _packed(sdist, "sdist", chosen, None).portrait if sdist is not None else None
    return _packed(files, kind, chosen, Context(base=base, sdist=source, facts=facts, dependencies=dependencies)).review


def _packed(files: Mapping[str, bytes], kind: ArtifactKind, options: Options, context: Context | None) -> Read:
    import io
    import zipfile

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    data = packed.getvalue()
    artifact = msgspec.structs.replace(describe("files.zip", data), kind=kind)
    return read_artifact(artifact, data, options, None, context, draw=True)


def review_artifact(
    artifact: Artifact,
    data: bytes,
    options: Options,
    desk: reading.Desk | None = None,
    context: Context | None = None,
) -> Review:
    """Review an artifact's bytes. Never raises for what is in them."""
    return read_artifact(artifact, data, options, desk, context).review


@reading.uncollected()
def read_artifact(
    artifact: Artifact,
    data: bytes,
    options: Options,
    desk: reading.Desk | None = None,
    context: Context | None = None,
    *,
    draw: bool = False,
) -> Read:
    """Review an artifact's bytes, and draw its portrait where other releases are to be compared with it."""
    started, cpu = time.perf_counter(), time.process_time()
    read = read_tree(
        artifact, open_artifact(data, artifact.filename, options.budget), options, desk, context, draw=draw
    )
    cost = _cost(started, cpu, read.review.cost)
    return msgspec.structs.replace(read, review=msgspec.structs.replace(read.review, cost=cost))


def folder_artifact(path: Path) -> Artifact:
    """Describe a source folder."""
    name = path.resolve().name
    return Artifact(package=Package(ecosystem="pypi", name=name), filename=name, kind="folder")


@reading.uncollected()
def read_tree(
    artifact: Artifact,
    tree: Tree,
    options: Options,
    desk: reading.Desk | None = None,
    context: Context | None = None,
    *,
    draw: bool = False,
) -> Read:
    """Review what was unpacked, as `read_artifact` does. Never raises for what is in it."""
    started, cpu = time.perf_counter(), time.process_time()
    told = desk or reading.Desk()
    frozen, reader = freeze(artifact, tree, options, told, context.installed if context else ())
    told.froze(frozen)
    read = judge_and_draw(frozen, options, reader, context, draw=draw)
    known = Cost(cached_files=frozen.known, functions=frozen.functions, cached_functions=frozen.known_functions)
    review = msgspec.structs.replace(read.review, cost=_cost(started, cpu, known))
    return msgspec.structs.replace(read, review=review)


@reading.uncollected()
def freeze(
    artifact: Artifact, tree: Tree, options: Options, desk: reading.Desk, installed: tuple[Installed, ...] = ()
) -> tuple[Frozen, Reader]:
    """Read everything in an artifact once: its facts, ways in, layers and problems, ready to be judged or stored.

    What is `installed` with it can be imported, and counts only as far as its own ways in lead there.
    """
    read = reading.read_files(_code(artifact, tree.files), tree.read, desk)
    beside = Neighbours(installed, options.budget)
    others = reading.read_files(beside.files, beside.read, desk)
    desk.step("linking")
    found = _entries(tree, read.done, artifact.kind)
    ways = (*found.entries, *_by_hand(found.entries, read.done))
    odd = consistency.check(tree.files, tree.read, artifact.kind, artifact.filename)
    shipped = Shipped((*tree.files, *beside.files), beside.over(tree.read))
    done = [*read.done, *others.done]
    linked = layering.link(done, ways, layering.maps(options.map_lines), shipped, beside.mounts)
    unread = [*read.unread, *linked.unread]
    frozen = Frozen(
        artifact=artifact,
        units=tuple(linked.reader.program.units),
        mounts=linked.mounts,
        entries=ways,
        problems=tuple(dict.fromkeys((*tree.problems, *found.problems, *odd))),
        declared=found.declared,
        unread=tuple(unread),
        skipped=linked.skipped,
        layers=linked.notes,
        read=reading.account(tree.files, read.done, unread, len(linked.notes)),
        files=tree.files,
        known=read.known,
        functions=read.functions,
        known_functions=read.known_functions,
    )
    return frozen, linked.reader


def _code(artifact: Artifact, files: tuple[File, ...]) -> tuple[File, ...]:
    """Return the files that front ends are asked to read."""
    built = artifact.kind in ("wheel", "egg")
    return tuple(file for file in files if not (built and file.kind in _COMPILED))


def judge_frozen(
    frozen: Frozen, options: Options, reader: Reader | None = None, context: Context | None = None
) -> Review:
    """Judge frozen facts, by today's maps, rules and scorecard; no byte of the artifact is needed."""
    return judge_and_draw(frozen, options, reader, context).review


@reading.uncollected()
def judge_and_draw(
    frozen: Frozen,
    options: Options,
    reader: Reader | None = None,
    context: Context | None = None,
    *,
    draw: bool = False,
) -> Read:
    """Judge frozen facts beside what else is known, and draw the artifact's portrait where it is asked for."""
    linked = reader or _relink(frozen, options)
    beside = context or Context()
    evidence = _evidence(frozen, options, linked, beside)
    drawn = None
    if draw or beside.compares:
        drawn = portrait(frozen.artifact, linked.program.units, evidence, frozen.files)
    held = held_against(evidence, drawn, beside)
    review = _judged(frozen, options, held.evidence, beside, _longer(evidence, drawn, options, beside))
    review = msgspec.structs.replace(review, compared=held.compared, beside=held.others)
    return Read(review=review, portrait=drawn and drawn.with_verdict(review))


def _evidence(frozen: Frozen, options: Options, linked: Reader, beside: Context) -> Evidence:
    """Return what an artifact shows by itself, with what is known of it elsewhere."""
    evidence, _ = linked.evidence()
    triggers = _triggers(frozen.entries, linked.run_by())
    unread = reading.unknowns(frozen.unread, triggers, linked.programs())
    declared = (("kind", frozen.artifact.kind), ("filename", frozen.artifact.filename), *frozen.declared)
    evidence = msgspec.structs.replace(
        evidence,
        problems=frozen.problems,
        unknowns=(*evidence.unknowns, *unread, *frozen.skipped),
        dependencies=tuple(used(one, own_units(frozen.units)) for one in beside.dependencies),
        context=(*declared, *beside.facts),
    )
    if options.known is None:
        return evidence
    like = matches(options.known.open(), frozen.artifact.sha256, frozen.units, evidence)
    known = ("known", options.known.digest)
    return msgspec.structs.replace(evidence, matches=like, context=(*evidence.context, known))


def _longer(
    evidence: Evidence, drawn: Portrait | None, options: Options, beside: Context
) -> frozenset[tuple[str, str]]:
    """Return the keys of the findings that stood in the older release, where there is one to ask."""
    if drawn is None or beside.elder is None:
        return frozenset()
    found = judge((*load(), *options.rules), compare(evidence, drawn, beside.elder)[0])
    return frozenset(key(one) for one in stand(found, beside.elder, beside.elder_stood) if one.standing)


def _judged(
    frozen: Frozen, options: Options, evidence: Evidence, beside: Context, longer: frozenset[tuple[str, str]]
) -> Review:
    found = with_status(judge((*load(), *options.rules), evidence))
    findings = stand(found, beside.base, beside.stood, longer)
    verdict = decide(findings, evidence)
    news = tuple(finding for finding in findings if not finding.standing)
    fresh = decide(news, evidence).level if len(news) < len(findings) else None
    shown = tuple(finding for finding in findings if speaks_to(finding.audience, options.audience))
    return Review(
        artifact=frozen.artifact,
        verdict=verdict,
        fresh=fresh,
        findings=shown,
        suppressed=len(findings) - len(shown),
        entries=evidence.entries,
        uses=evidence.uses,
        flows=evidence.flows,
        problems=frozen.problems,
        unknowns=evidence.unknowns,
        changes=tuple(one for one in evidence.changes if one.kind != "differs"),
        siblings=tuple(one for one in evidence.changes if one.kind == "differs"),
        matches=evidence.matches,
        dependencies=evidence.dependencies,
        layers=frozen.layers,
        read=frozen.read,
        engine=engine_digest(),
        context=_digest(evidence),
    )


def _entries(tree: Tree, done: list[reading.ReadFile], kind: ArtifactKind) -> entries.Found:
    """Find the ways in; where files share a name, those of either reader: who keeps the last, and who the first."""
    facts = {one.file: one.facts for one in done}
    last, first = ({file.segments: file for file in files} for files in (tree.files, reversed(tree.files)))
    views = [tree.files] if len(last) == len(tree.files) else [tuple(last.values()), tuple(first.values())[::-1]]
    found = []
    for files in views:
        known = {file.segments: facts[file] for file in files if file in facts}
        found.append(entries.find(files, tree.read, known, kind))
    return found[0] if len(found) == 1 else entries.joined(found)


def _relink(frozen: Frozen, options: Options) -> Reader:
    """Link frozen facts. Files are known by name only."""
    named = Shipped(frozen.files)
    return Reader(frozen.units, frozen.entries, layering.maps(options.map_lines), named, frozen.mounts)


def _by_hand(ways: Iterable[Entry], done: Iterable[reading.ReadFile]) -> Iterator[Entry]:
    """Yield a way in for every file of an artifact that installs nothing anyone could import or start.

    Whoever fetched it can only run its files by hand, so they are read as if called.
    """
    if any(entry.trigger in _IN_USE for entry in ways):
        return
    taken = {entry.segments for entry in ways}
    for one in done:
        if one.file.kind == "python" and one.file.segments not in taken:
            for symbol in ("", "*"):
                yield Entry(
                    trigger="call", segments=one.file.segments, symbol=symbol, via="run by hand: nothing installs it"
                )


def _triggers(
    ways: Iterable[Entry], started: Mapping[tuple[str, ...], tuple[Trigger, ...]]
) -> dict[tuple[str, ...], tuple[Trigger, ...]]:
    """Return what runs each file: as a way in, and because the code starts it."""
    found = {place: set(triggers) for place, triggers in started.items()}
    for entry in ways:
        found.setdefault(entry.segments, set()).add(entry.trigger)
    return {place: tuple(one for one in TRIGGER_ORDER if one in triggers) for place, triggers in found.items()}


def _digest(evidence: Evidence) -> str:
    return hashlib.sha256(msgspec.json.encode((evidence.context, evidence.changes))).hexdigest()[:16]


def _cost(started: float, cpu: float, counted: Cost) -> Cost:
    """Return what was counted with what it took since `started` and `cpu`."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    spent, wall = time.process_time() - cpu, time.perf_counter() - started
    return msgspec.structs.replace(counted, cpu_s=round(spent, 4), wall_s=round(wall, 4), peak_mb=round(peak, 1))
