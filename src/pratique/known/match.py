"""Matching: an artifact's facts against the index, and what they share as `Match`es."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from pratique.known.index import Index, Kind, key, kind_of
from pratique.known.indicators import indicators
from pratique.known.prints import FilePrint, FunctionPrint
from pratique.known.sketch import behaviour_of, printed
from pratique.link import Unit
from pratique.model import Evidence, Match, Where

LEAST = 0.6
"""Similarity below which two pieces of code are strangers."""
SCORES: dict[Kind, float] = {
    "artifact": 1.0, "file": 1.0, "code": 0.97, "function": 0.95, "indicator": 0.85, "behaviour": 0.6,
}  # fmt: skip
NEAREST = 0.94
"""The highest score of what is alike and not equal."""
SHOWN = 50
"""Matches that a review keeps, the best first."""


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """Something that an artifact and the index share."""

    key: bytes
    method: str
    """The kind of the key, with `-like` where it is similar and not equal."""
    score: float
    where: Where


def matches(index: Index, sha256: str, units: Iterable[Unit], evidence: Evidence) -> tuple[Match, ...]:
    """Return what an artifact shares with known samples, the best first, each file and method once per campaign."""
    best: dict[tuple[str, str, tuple[str, ...]], Match] = {}
    for hit in hits(index, sha256, units, evidence):
        sample = index.samples[index.exact[hit.key]]
        found = Match(
            campaign=sample.campaign, sample=sample.sha256, method=hit.method, score=hit.score, where=hit.where
        )
        known = best.get((sample.campaign, hit.method, hit.where.segments))
        if known is None or known.score < found.score:
            best[sample.campaign, hit.method, hit.where.segments] = found
    ordered = sorted(best.values(), key=lambda one: (-one.score, one.method, one.campaign, one.where.segments))
    return tuple(ordered[:SHOWN])


def hits(index: Index, sha256: str, units: Iterable[Unit], evidence: Evidence) -> Iterator[Hit]:
    """Yield everything that an artifact shares with the index; pieces of code by their best likeness each."""
    whole = Where(segments=())
    if sha256:
        yield from _equal(index, key("artifact", bytes.fromhex(sha256)), whole)
    behaviour = behaviour_of(evidence)
    if behaviour:
        yield from _equal(index, key("behaviour", behaviour), whole)
    for unit, prints in printed(units):
        segments = unit.file.segments
        place = Where(segments=segments)
        yield from _equal(index, key("file", bytes.fromhex(unit.file.sha256)), place)
        yield from _alike(index, key("code", prints.digest), prints, place)
        for one in prints.functions:
            where = Where(segments=segments, line=one.line, symbol=one.name)
            yield from _alike(index, key("function", one.digest), one, where)
        for found, line in indicators(unit.facts).items():
            yield from _equal(index, key("indicator", found.digest), Where(segments=segments, line=line))


def _equal(index: Index, one: bytes, where: Where) -> Iterator[Hit]:
    if one in index.exact:
        yield Hit(key=one, method=kind_of(one), score=SCORES[kind_of(one)], where=where)


def _alike(index: Index, one: bytes, prints: FilePrint | FunctionPrint, where: Where) -> Iterator[Hit]:
    """Yield the equal piece of code, else all of its kind that are similar."""
    kind = kind_of(one)
    if one in index.exact:
        yield Hit(key=one, method=kind, score=SCORES[kind], where=where)
        return
    for other, share in index.near(prints.signature, prints.shingles, LEAST):
        if kind_of(other) == kind:
            yield Hit(key=other, method=f"{kind}-like", score=min(share, NEAREST), where=where)
