"""The building of a dataset in one screen: sources → vault and ledger → readings → labels → dataset.json."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from pratique.dataset import clusters, intake, labels, lines, readings, splits
from pratique.dataset.labels import Held
from pratique.dataset.ledger import Ledger
from pratique.dataset.place import Place, Provenance, Summary
from pratique.dataset.readings import Ask, Reading
from pratique.dataset.records import Group, Label, Split
from pratique.dataset.shapes import Trouble
from pratique.dataset.sources import Source
from pratique.verdict import engine_digest

Say = Callable[[str], None]


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How to build."""

    day: str
    """ISO date of the import."""
    jobs: int | None = None
    read: Literal["all", "facts", "none"] = "all"
    """What the engine does with samples: all; their facts, which is enough for clusters; or nothing new."""
    seconds: float = readings.SECONDS
    """CPU time that reading one sample may take."""
    cuts: tuple[str, str] = splits.CUTS
    """First days of `dev` and of `test`."""


def build(place: Place, named: Sequence[tuple[Source, Path]], options: Options, say: Say) -> Summary:
    """Take in sources and bring all labels up to date. Raises DatasetError where something cannot be written.

    All places of one source are to be named together: what it held before and holds no longer counts as dropped.
    """
    before = place.load() if place.exists else None
    ledger = Ledger.load(place.claims)
    held = {_key(one): one for one in lines.read(place.items, Held)}
    sources, troubles = _take(place, named, options.day, ledger, held, say)
    lines.write(place.claims, ledger.entries.values())
    lines.write(place.items, held.values())
    kept = [one for one in lines.read(place.troubles, Left) if one.source not in sources]
    lines.write(place.troubles, [*kept, *troubles])
    read = _read(place, list(held.values()), options, say)
    say("labelling")
    old = {one.id: one for one in lines.read(place.labels, Label)}
    proposals = {sha256: one.proposal for sha256, one in read.items() if one.proposal is not None}
    groups = _groups(place, list(held.values()), read, options.cuts)
    made = labels.build(held.values(), ledger.entries.values(), proposals, groups, old, options.day)
    lines.write(place.labels, made)
    earlier = {one.source: one for one in before.sources} if before else {}
    summary = _summary(made, earlier | sources, options)
    place.save(summary)
    return summary


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """One line of troubles.jsonl: what was left out of a source."""

    source: str
    place: str
    reason: str


def _key(held: Held) -> tuple[str, ...]:
    return held.ecosystem, held.name, held.version, held.item.filename, held.item.sha256


def _take(
    place: Place,
    named: Sequence[tuple[Source, Path]],
    day: str,
    ledger: Ledger,
    held: dict[tuple[str, ...], Held],
    say: Say,
) -> tuple[dict[str, Provenance], list[Left]]:
    """Read every source, and the places of one source as one."""
    places: dict[str, list[Path]] = defaultdict(list)
    modules = {source.NAME: source for source, _ in named}
    for source, path in named:
        places[source.NAME].append(path)
    found, left = {}, []
    for name, source in modules.items():
        taken = intake.Taken()
        for path in places[name]:
            say(f"importing {name} from {path}")
            intake.take(source, path, place.vault, taken)
        ledger.record(name, taken.claims, day)
        held.update({_key(one): one for one in taken.held})
        found[name] = taken.provenance(source, day)
        left += [_left(name, one) for one in taken.troubles]
    return found, left


def _left(source: str, one: Trouble) -> Left:
    clean = (text.encode("utf-8", "backslashreplace").decode() for text in (one.place, one.reason))
    shown, reason = clean
    return Left(source=source, place=shown, reason=reason)


def _read(place: Place, held: Sequence[Held], options: Options, say: Say) -> dict[str, Reading]:
    if options.read == "none":
        return {one.sha256: one for one in lines.read(place.readings, Reading)}
    asked = [
        Ask(
            sha256=one.item.sha256,
            ecosystem=one.ecosystem,
            name=one.name,
            version=one.version,
            filename=one.item.filename,
            kind=one.item.kind,
            judge=options.read == "all",
        )
        for one in held
        if one.item.stored and one.ecosystem == "pypi"
    ]
    return readings.read_all(asked, place.vault, place.readings, jobs=options.jobs, seconds=options.seconds, say=say)


def _groups(
    place: Place, held: Sequence[Held], read: dict[str, Reading], cuts: tuple[str, str]
) -> dict[str, tuple[Group, Split]]:
    """Return cluster, campaign and split of every sample that was read, and keep the ids for the next time."""
    prints = {sha256: one.prints for sha256, one in read.items()}
    names = [(one.item.sha256, one.name) for one in held]
    groups, kept = clusters.group(prints, names, lines.read(place.groups, clusters.Kept))
    lines.write(place.groups, kept)
    dates = [(one.item.sha256, one.first_seen) for one in held]
    split = splits.assign(groups.campaigns, dates, cuts)
    return {
        sha256: (
            Group(algorithm=clusters.ALGORITHM, cluster=cluster, campaign=groups.campaigns[sha256]),
            split[sha256],
        )
        for sha256, cluster in groups.clusters.items()
    }


def _summary(made: Sequence[Label], sources: dict[str, Provenance], options: Options) -> Summary:
    groups = [one.group for one in made if one.group]
    return Summary(
        built_at=options.day,
        engine=engine_digest(),
        algorithm=clusters.ALGORITHM if groups else "",
        split=splits.version(options.cuts) if groups else "",
        sources=tuple(sources[name] for name in sorted(sources)),
        labels=len(made),
        files=len({one.item.sha256 for one in made if one.item.sha256}),
        stored=len({one.item.sha256 for one in made if one.item.stored}),
        gold=sum(one.ruling.gold for one in made),
        clusters=len({one.cluster for one in groups if one.cluster}),
        campaigns=len({one.campaign for one in groups if one.campaign}),
    )
