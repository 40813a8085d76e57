"""Measuring recognition: changed samples that still match, later samples, and benign projects that match falsely."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from pratique.evaluate.corpora import Source
from pratique.evaluate.recognition import run
from pratique.evaluate.recognition.shapes import (
    VARIANTS,
    FalseMatches,
    Matched,
    Recognition,
    Seen,
    Sketched,
    VariantFigures,
)
from pratique.evaluate.shapes import Rate
from pratique.evaluate.statistics import macro, upper_bound, wilson
from pratique.known.build import build
from pratique.known.index import Index, dump, kind_of, load
from pratique.known.minhash import unpack
from pratique.known.sketch import Sketch
from pratique.verdict import engine_digest

MATCH = 0.8
"""The least score of a match."""
STEPS = (0.6, 0.8, 0.95)


def measure(
    pack: Iterable[Source],
    wheels: Sequence[Source],
    *,
    digests: tuple[str, str],
    seen: str,
    every: int,
    how: run.How,
) -> Recognition:
    """Build an index of all gold samples and measure it. `every`: variants of every so-many-th sample."""
    samples = sorted((one for one in pack if run.gold(one)), key=lambda one: (one.date, one.item.sha256))
    sketched = {one.sha256: one for one in run.sketched(samples, how)}
    made = datetime.now(UTC).strftime("%Y-%m-%d")
    index = build(_drawn(samples, sketched), dataset=digests[0], made=made)
    part = sorted(samples, key=lambda one: one.item.sha256)[::every]
    varied = run.matched(part, index, how, variants=True)
    found = run.matched(wheels, index, how)
    return figures(samples, sketched, index, varied, list(zip(wheels, found, strict=True)), digests, seen, made)


def figures(
    samples: Sequence[Source],
    sketched: Mapping[str, Sketched],
    index: Index,
    varied: Sequence[Matched],
    benign: Sequence[tuple[Source, Matched]],
    digests: tuple[str, str],
    seen: str,
    made: str,
) -> Recognition:
    """Count. Pure but for the time that loading takes."""
    data = dump(index)
    began = time.perf_counter()
    load(data)
    took = time.perf_counter() - began
    own = {one.item.sha256: one.campaign for one in samples}
    return Recognition(
        engine=engine_digest(),
        date=made,
        dataset=digests[0],
        benign=digests[1],
        seen=seen,
        samples=len(index.samples),
        without_payload=sum(not one.sketch.codes for one in sketched.values() if one.sketch),
        keys=dict(sorted(Counter(kind_of(key) for key in index.exact).items())),
        signatures=len(index.rows),
        bytes=len(data),
        load_ms=round(1000 * took, 2),
        variants=tuple(_variant(how, varied, index, own) for how in VARIANTS),
        later=later(samples, sketched),
        false_matches=false_matches(benign),
        failures=sum(map(bool, [one.failure for one in sketched.values()] + [one.failure for one in varied]))
        + sum(bool(found.failure) for _, found in benign),
    )


def later(samples: Sequence[Source], sketched: Mapping[str, Sketched]) -> dict[str, Rate]:
    """Return what an index of the train samples recognises of the dev samples, macro over clusters, by group.

    Only payload is compared, and no hash of an artifact.
    """
    train = build(_drawn([one for one in samples if one.item.split == "train"], sketched), dataset="train", made="")
    found = {}
    for name, novel in (("dev, cluster seen before", False), ("dev, novel cluster", True)):
        rows = [one for one in samples if one.item.split == "dev" and one.item.stratum == "headline"]
        rows = [one for one in rows if one.item.novel is novel]
        hits = [(one.item.group, _recognised(train, sketched[one.item.sha256].sketch)) for one in rows]
        found[name] = wilson(*macro(hits))
    return found


def _recognised(index: Index, drawn: Sketch | None) -> bool:
    if drawn is None:
        return False
    keys = [key for key in drawn.keys if kind_of(key) not in ("artifact", "behaviour")]
    if any(key in index.exact for key in (*keys, *(code.key for code in drawn.codes))):
        return True
    return any(
        kind_of(other) == kind_of(code.key)
        for code in drawn.codes
        if code.signature
        for other, _ in index.near(unpack(code.signature), unpack(code.core), MATCH)
    )


def false_matches(benign: Sequence[tuple[Source, Matched]]) -> tuple[FalseMatches, ...]:
    """Return the matches on half B: of an index that half A cleaned, and of one that nothing cleaned."""
    halves = {name: [pair for pair in benign if run.half(pair[0].project) == name] for name in ("A", "B")}
    gone = {hit.key for _, one in halves["A"] for hit in one.hits}
    seen = len({source.project for source, _ in halves["A"]})
    words = {f"cleaned with half A ({seen} projects)": gone, "not cleaned": set[bytes]()}
    return tuple(_false(name, halves["B"], without) for name, without in words.items())


def _false(name: str, half: Sequence[tuple[Source, Matched]], gone: set[bytes]) -> FalseMatches:
    projects = {source.project for source, one in half if not one.failure}
    best: dict[str, Seen] = {}
    for source, one in half:
        for hit in one.hits:
            if hit.key not in gone and (source.project not in best or hit.score > best[source.project].score):
                best[source.project] = hit
    at = {f"{step:g}": sum(hit.score >= step for hit in best.values()) for step in STEPS}
    return FalseMatches(
        index=name,
        projects=len(projects),
        at=at,
        bound=round(upper_bound(at[f"{MATCH:g}"], len(projects)), 6),
        methods=dict(Counter(hit.method for hit in best.values() if hit.score >= MATCH)),
    )


def _variant(how: str, varied: Sequence[Matched], index: Index, own: Mapping[str, str]) -> VariantFigures:
    best = {
        one.sha256: max(one.variants.get(how, ()), key=lambda hit: hit.score, default=None)
        for one in varied
        if not one.failure
    }
    hits = {sha256: hit for sha256, hit in best.items() if hit is not None and hit.score >= MATCH}
    return VariantFigures(
        variant=how,
        samples=len(varied),
        matched=len(hits),
        own_campaign=sum(index.samples[index.exact[hit.key]].campaign == own[sha256] for sha256, hit in hits.items()),
        rate=wilson(len(hits), len(varied)),
        methods=dict(Counter(hit.method for hit in hits.values())),
    )


def _drawn(samples: Iterable[Source], sketched: Mapping[str, Sketched]) -> list[Sketch]:
    found = (sketched[one.item.sha256].sketch for one in samples)
    return [one for one in found if one is not None]
