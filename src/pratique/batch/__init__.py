"""Many artifacts: each reviewed in a disposable child process, with what is known already taken from the cache."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import msgspec

from pratique.batch.child import Child, Task
from pratique.batch.known import keep, known
from pratique.cache import Cache
from pratique.cache.packing import Kept
from pratique.compare import Context
from pratique.model import Artifact, Evidence, Review, Unknown, Verdict, Where
from pratique.pipeline import Options, Read, folder_artifact, review_files
from pratique.pool import Limits, Outcome, Pool, PoolUnavailable, Request
from pratique.verdict import decide, engine_digest


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """One artifact to review."""

    artifact: Artifact
    data: bytes
    context: Context = Context()
    """What is known besides its bytes: the release to compare it with, the registry's word."""
    draw: bool = False
    """Whether its portrait is wanted too, to compare other releases with it."""


def preload() -> None:
    """Load everything a review needs by doing one."""
    review_files({"a/__init__.py": b"import os\nos.system('true')\n"})


def review_all(
    works: Iterable[Work],
    options: Options,
    *,
    jobs: int | None = None,
    cache: Cache | None = None,
    limits: Limits | None = None,
) -> Iterator[Review]:
    """Yield the review of each artifact, in order; see `read_all`."""
    return (read.review for read in read_all(works, options, jobs=jobs, cache=cache, limits=limits))


def read_all(
    works: Iterable[Work],
    options: Options,
    *,
    jobs: int | None = None,
    cache: Cache | None = None,
    limits: Limits | None = None,
) -> Iterator[Read]:
    """Yield the review of each artifact, in order, with its portrait where the work asks for it.

    `jobs` is the number of children (None: one per core; 0: in this process, without limits). An artifact that its
    child did not survive is refused: `look`, `complete = false`, no portrait. Cache failures change nothing.
    """
    with cache or Cache.default() as store:
        remaining = enumerate(works)
        for number, one in remaining:
            found = known(store, one.artifact, options, one.context, draw=one.draw)
            if found is None:
                # only now is a process needed: known artifacts cost none
                yield from _in_children(chain([(number, one)], remaining), options, store, jobs, limits)
                return
            yield found


def review_folder(path: Path, options: Options, *, cache: Cache | None = None, limits: Limits | None = None) -> Review:
    """Return the review of a folder on disk, read by a child like any artifact."""
    artifact = folder_artifact(path)
    folder = str(path.resolve())
    task = msgspec.msgpack.encode(Task(artifact=artifact, options=options, folder=folder))
    allowed = msgspec.structs.replace(limits or Limits(), readable=(folder,))
    with cache or Cache.default() as store:
        pool, unlimited = open_pool(child_for(store, options), 1, allowed)
        with pool:
            (outcome,) = pool.map([Request(data=b"", options=task, label=str(path))])
        _store(store, outcome)
    return as_read(artifact, outcome, unlimited).review


def _in_children(
    works: Iterable[tuple[int, Work]], options: Options, store: Cache, jobs: int | None, limits: Limits | None
) -> Iterator[Read]:
    order: deque[int] = deque()
    waiting: dict[int, tuple[Artifact, Context]] = {}
    ready: dict[int, Read] = {}

    def requests() -> Iterator[Request]:
        for number, one in works:
            order.append(number)
            found = known(store, one.artifact, options, one.context, draw=one.draw)
            if found is not None:
                ready[number] = found
                continue
            waiting[number] = (one.artifact, one.context)
            task = msgspec.msgpack.encode(
                Task(artifact=one.artifact, options=options, context=one.context, draw=one.draw)
            )
            yield Request(data=one.data, options=task, label=str(number))

    pool, unlimited = open_pool(child_for(store, options), jobs, limits)
    with pool:
        for outcome in pool.map(requests()):
            artifact, context = waiting.pop(int(outcome.label))
            found = as_read(artifact, outcome, unlimited)
            _store(store, outcome)
            if not outcome.skipped and not outcome.refused:
                keep(store, artifact, options, context, found)
            ready[int(outcome.label)] = found
            while order and order[0] in ready:
                yield ready.pop(order.popleft())
        while order and order[0] in ready:
            yield ready.pop(order.popleft())


def child_for(store: Cache, options: Options) -> Child:
    """Return the work of children that read with this cache, and with the options' index of known malware."""
    index = options.known
    return Child(str(store.path or ""), index.path if index else "", index.digest if index else "")


def _store(store: Cache, outcome: Outcome) -> None:
    store.put_packed(Kept(kind=one.kind, key=one.key, packed=one.value) for one in outcome.stores)


def open_pool(child: Child, jobs: int | None, limits: Limits | None) -> tuple[Pool, str]:
    """Return children and "", or this very process, where none can be started, and why there are no limits."""
    try:
        pool = Pool(child.work, preload=preload, prepare=child.prepare, jobs=jobs, limits=limits)
    except PoolUnavailable as error:
        return Pool(child.work, preload=preload, prepare=child.prepare, jobs=0, limits=limits), error.message
    return pool, "" if pool.jobs else "no child process was asked for, or this platform has none"


def as_read(artifact: Artifact, outcome: Outcome, unlimited: str) -> Read:
    """Return what the child found, with the cost of all its processes; a refusal if it found nothing."""
    if outcome.refused:
        return Read(review=refusal(artifact, outcome.refused))
    try:
        found = msgspec.msgpack.decode(outcome.result, type=Read)
    except msgspec.DecodeError:
        return Read(review=refusal(artifact, "the reading process gave no usable answer"))
    cost = msgspec.structs.replace(
        found.review.cost,
        cpu_s=round(outcome.cpu_s, 4),
        wall_s=round(outcome.wall_s, 4),
        peak_mb=round(outcome.peak_mb, 1),
        unlimited=unlimited,
    )
    return msgspec.structs.replace(found, review=msgspec.structs.replace(found.review, cost=cost))


def refusal(artifact: Artifact, reason: str) -> Review:
    """Return the review of an artifact that could not be read to the end: never clear, never complete."""
    unknown = Unknown(kind="refused", reason=reason, where=Where(segments=(artifact.filename,)), triggers=("import",))
    verdict: Verdict = decide((), Evidence(unknowns=(unknown,)), complete=False)
    return Review(artifact=artifact, verdict=verdict, unknowns=(unknown,), engine=engine_digest())
