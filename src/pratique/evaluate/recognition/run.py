"""A recognition run: sketches to an index, benign code taken away, variants and benign halves matched against it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import msgspec

from pratique.errors import PratiqueError
from pratique.evaluate.corpora import Source
from pratique.evaluate.recognition.shapes import Ask, Matched, Sketched
from pratique.evaluate.recognition.work import MATCHED, SKETCHED, Worker
from pratique.evaluate.run import Say, failure
from pratique.evaluate.work import preload
from pratique.known import build
from pratique.known.index import Index
from pratique.pool import Limits, Pool, Request
from pratique.pool import Outcome as Answer

T = TypeVar("T", Sketched, Matched)


def half(project: str) -> str:
    """Return the half that a benign project belongs to, `A` or `B`: the first bit of its name's SHA-256."""
    return "A" if hashlib.sha256(project.encode()).digest()[0] < 128 else "B"


def gold(source: Source) -> bool:
    """Tell whether two sources call a sample malicious and nothing casts doubt on it."""
    return source.verdict == "malicious" and source.item.stratum != "flagged"


class How(msgspec.Struct, frozen=True, kw_only=True):
    """How children run."""

    jobs: int | None = None
    limit_s: float = 120.0
    say: Say = print


def make(samples: Iterable[Source], benign: Iterable[Source], *, dataset: str, half: str, how: How, made: str) -> Index:
    """Build an index of the samples without what the benign artifacts have as well."""
    drawn = [one.sketch for one in sketched(samples, how) if one.sketch]
    index = build.build(drawn, dataset=dataset, made=made)
    wheels = tuple(benign)
    if not wheels:
        return index
    found = matched(wheels, index, how)
    return cleaned(index, wheels, found, half)


def cleaned(index: Index, wheels: Iterable[Source], found: Iterable[Matched], half: str) -> Index:
    """Return the index without every key that a benign artifact shares, equal or alike: one project is enough."""
    projects = len({one.project for one in wheels})
    words = f"half {half} of the list by the hash of the project's name" if half in ("A", "B") else "the whole list"
    gone = {hit.key for one in found for hit in one.hits}
    return index.without(gone, f"{projects} projects, {words}", projects)


def sketched(sources: Iterable[Source], how: How) -> tuple[Sketched, ...]:
    """Sketch every source. Memory holds hashes only; nothing is kept on disk."""

    def refused(source: Source, why: str) -> Sketched:
        return Sketched(sha256=source.item.sha256, failure=why)

    asked = ((one, Ask(what="sketch", filename="", campaign=one.campaign)) for one in sources)
    return tuple(_answers(asked, Worker(), SKETCHED.decode, refused, how))


def matched(sources: Iterable[Source], index: Index, how: How, *, variants: bool = False) -> tuple[Matched, ...]:
    """Match every source, or its variants, against an index."""

    def refused(source: Source, why: str) -> Matched:
        return Matched(sha256=source.item.sha256, failure=why)

    asked = ((one, Ask(what="variants" if variants else "hits", filename="", name=one.project)) for one in sources)
    return tuple(_answers(asked, Worker(index), MATCHED.decode, refused, how))


def _answers(
    asked: Iterable[tuple[Source, Ask]],
    worker: Worker,
    decode: Callable[[bytes], T],
    refused: Callable[[Source, str], T],
    how: How,
) -> Iterator[T]:
    listed = list(asked)
    broken: dict[int, str] = {}

    def requests() -> Iterator[Request]:
        for index, (source, ask) in enumerate(listed):
            try:
                filename, data = source.read()
            except (PratiqueError, OSError) as error:
                broken[index] = f"corpus: {type(error).__name__}"
                filename, data = "unreadable", b""
            told = msgspec.structs.replace(ask, filename=filename)
            yield Request(data=data, options=msgspec.msgpack.encode(told), label=source.item.sha256)

    if not listed:
        return
    with Pool(worker, preload=preload, jobs=how.jobs, limits=Limits.of_one(how.limit_s)) as pool:
        for done, answer in enumerate(pool.map(requests()), 1):
            how.say(f"{done} of {len(listed)}")
            yield _answer(listed[answer.index][0], answer, broken.get(answer.index, ""), decode, refused)


def _answer(
    source: Source, answer: Answer, broken: str, decode: Callable[[bytes], T], refused: Callable[[Source, str], T]
) -> T:
    if broken or not answer.result:
        return refused(source, broken or failure(answer.refused))
    return decode(answer.result)
