"""The engine over a corpus: each artifact in a disposable child with a deadline, outcomes kept as they come."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec

from pratique.errors import PratiqueError
from pratique.evaluate.corpora import Source
from pratique.evaluate.results import Results
from pratique.evaluate.shapes import Outcome
from pratique.evaluate.work import OUTCOMES, Ask, preload, work
from pratique.pool import Limits, Pool, Request
from pratique.pool import Outcome as Answer
from pratique.verdict import engine_digest

Say = Callable[[str], None]
_REASON = re.compile(r"failed with (\w+)( at [\w.<>]+:\d+)?")


def review_all(
    sources: Iterable[Source], *, jobs: int | None, limit_s: float, place: Path | None, say: Say
) -> dict[str, Outcome]:
    """Review every source that has no outcome yet; return the outcomes by SHA-256.

    Args:
        sources: What to review.
        jobs: Children at a time; None for one per core.
        limit_s: CPU seconds that one child may take over an artifact.
        place: Where outcomes are kept between runs; None for nowhere.
        say: Told how far it is.

    """
    wanted = tuple(sources)
    with Results(Outcome, f"engine-{engine_digest()}", place) as results:
        open_ones = [one for one in wanted if not _settled(results.known.get(one.item.sha256), limit_s)]
        total, done = len(wanted), len(wanted) - len(open_ones)
        if done:
            say(f"{done} of {total} are known from an earlier run of this engine")
        for outcome in _fresh(open_ones, jobs, limit_s):
            results.add(outcome)
            done += 1
            say(f"{done} of {total} reviewed")
        return {one.item.sha256: results.known[one.item.sha256] for one in wanted}


def requests(sources: Iterable[Source], broken: dict[int, str], *, texts: bool = False) -> Iterator[Request]:
    """Yield what the pool takes; an artifact that cannot be read goes in empty and is named in `broken`."""
    for index, one in enumerate(sources):
        try:
            filename, data = one.read()
        except (PratiqueError, OSError) as error:
            broken[index] = f"corpus: {type(error).__name__}"
            filename, data = "unreadable", b""
        yield Request(
            data=data, options=msgspec.msgpack.encode(Ask(filename=filename, sources=texts)), label=one.item.sha256
        )


def failure(refused: str) -> str:
    """Return why there is no result, without what an exception quotes: that may be a package's text."""
    known = _REASON.search(refused)
    if known:
        return f"crash: {known[1]}{known[2] or ''}"
    return ("limit: " if "took longer" in refused or "CPU" in refused or "memory" in refused else "crash: ") + refused


def _fresh(sources: list[Source], jobs: int | None, limit_s: float) -> Iterator[Outcome]:
    if not sources:
        return
    broken: dict[int, str] = {}
    with Pool(work, preload=preload, jobs=jobs, limits=Limits.of_one(limit_s)) as pool:
        for answer in pool.map(requests(sources, broken)):
            yield _outcome(sources[answer.index].item.sha256, answer, broken.get(answer.index, ""), limit_s)


def _outcome(sha256: str, answer: Answer, broken: str, limit_s: float) -> Outcome:
    known = Outcome(sha256=sha256, failure=broken or failure(answer.refused))
    if answer.result and not broken:
        known = OUTCOMES.decode(answer.result)
    return msgspec.structs.replace(
        known,
        sha256=sha256,
        cpu_s=round(answer.cpu_s, 4),
        wall_s=round(answer.wall_s, 4),
        peak_mb=round(answer.peak_mb, 1),
        limit_s=limit_s,
    )


def _settled(outcome: Outcome | None, limit_s: float) -> bool:
    """Tell whether an outcome stands: one that ran out of time only for limits up to its own."""
    return outcome is not None and (
        outcome.level is not None or (outcome.failure.startswith("limit") and outcome.limit_s >= limit_s)
    )
