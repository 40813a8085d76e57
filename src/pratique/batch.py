"""Many artifacts: each reviewed in a disposable child process, with what is known already taken from the cache."""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import msgspec

from pratique.cache import Cache, Overlay, Reader
from pratique.cache.packing import Kept
from pratique.model import Artifact, Review, Unknown, Verdict, Where
from pratique.pipeline import Options, review_artifact, review_files
from pratique.pool import Job, Limits, Outcome, Pool, PoolUnavailable, Request, Speaker
from pratique.reading import Desk
from pratique.verdict import decide, engine_digest

_REVIEW = "review"
_FACTS = "facts"


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """One artifact to review."""

    artifact: Artifact
    data: bytes


class _Task(msgspec.Struct, frozen=True, kw_only=True):
    """What a child is told."""

    artifact: Artifact
    options: Options


class _ChildDesk(Desk):
    """Reading inside a child: says what it does, and takes known facts from the cache."""

    def __init__(self, speaker: Speaker, overlay: Overlay) -> None:
        self._speaker = speaker
        self._overlay = overlay

    def begin(self, place: str) -> str:
        return self._speaker.begin(place)

    def step(self, name: str) -> None:
        self._speaker.step(name)

    def load(self, key: str) -> bytes | None:
        return self._overlay.get(_FACTS, key)

    def save(self, key: str, value: bytes) -> None:
        self._overlay.put(_FACTS, key, value)


class _Child:
    """The work of a child. `prepare` runs before it gives up its rights."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._reader = Reader(None)

    def prepare(self) -> None:
        """Open the cache for reading, while files may still be opened."""
        self._reader = Reader(self._path)

    def work(self, job: Job, speaker: Speaker) -> bytes:
        """Review one artifact; the result is a `Review` in msgpack."""
        task = msgspec.msgpack.decode(job.options, type=_Task)
        overlay = Overlay(self._reader, speaker.store)
        speaker.step("unpacking")
        found = review_artifact(task.artifact, job.data, task.options, _ChildDesk(speaker, overlay))
        overlay.finish()
        return msgspec.msgpack.encode(_slim(found))


def _slim(review: Review) -> Review:
    """Drop what only rules need."""
    return msgspec.structs.replace(review, uses=tuple(msgspec.structs.replace(use, entries=()) for use in review.uses))


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
    """Yield the review of each artifact, in order.

    `jobs` is the number of children (None: one per core; 0: in this process, without limits). An artifact that its
    child did not survive is reviewed as refused: `look`, `complete = false`. Cache failures change nothing.
    """
    with cache or Cache.default() as store:
        remaining = enumerate(works)
        for number, one in remaining:
            known = _known(store, one.artifact, options)
            if known is None:
                # only now is a process needed: known artifacts cost none
                yield from _in_children(chain([(number, one)], remaining), options, store, jobs, limits)
                return
            yield known


def _in_children(
    works: Iterable[tuple[int, Work]], options: Options, store: Cache, jobs: int | None, limits: Limits | None
) -> Iterator[Review]:
    child = _Child(store.path)
    order: deque[int] = deque()
    waiting: dict[int, Artifact] = {}
    ready: dict[int, Review] = {}

    def requests() -> Iterator[Request]:
        for number, one in works:
            order.append(number)
            known = _known(store, one.artifact, options)
            if known is not None:
                ready[number] = known
                continue
            waiting[number] = one.artifact
            task = msgspec.msgpack.encode(_Task(artifact=one.artifact, options=options))
            yield Request(data=one.data, options=task, label=str(number))

    with _pool(child, jobs, limits) as pool:
        for outcome in pool.map(requests()):
            artifact = waiting.pop(int(outcome.label))
            found = _review(artifact, outcome)
            store.put_packed(Kept(kind=one.kind, key=one.key, packed=one.value) for one in outcome.stores)
            if not outcome.skipped and not outcome.refused:
                store.put(_REVIEW, _key(artifact, options), msgspec.msgpack.encode(found))
            ready[int(outcome.label)] = found
            while order and order[0] in ready:
                yield ready.pop(order.popleft())
        while order and order[0] in ready:
            yield ready.pop(order.popleft())


def _pool(child: _Child, jobs: int | None, limits: Limits | None) -> Pool:
    """Return children, or this very process where a host with threads of its own cannot fork safely."""
    try:
        return Pool(child.work, preload=preload, prepare=child.prepare, jobs=jobs, limits=limits)
    except PoolUnavailable:
        return Pool(child.work, preload=preload, prepare=child.prepare, jobs=0, limits=limits)


def _review(artifact: Artifact, outcome: Outcome) -> Review:
    """Return what the child found, with the cost of all its processes; a refusal if it found nothing."""
    if not outcome.refused:
        try:
            found = msgspec.msgpack.decode(outcome.result, type=Review)
        except msgspec.DecodeError:
            return refusal(artifact, "the reading process gave no usable answer")
        cost = msgspec.structs.replace(
            found.cost,
            cpu_s=round(outcome.cpu_s, 4),
            wall_s=round(outcome.wall_s, 4),
            peak_mb=round(outcome.peak_mb, 1),
        )
        return msgspec.structs.replace(found, cost=cost)
    return refusal(artifact, outcome.refused)


def refusal(artifact: Artifact, reason: str) -> Review:
    """Return the review of an artifact that could not be read to the end: never clear, never complete."""
    from pratique.model import Evidence

    unknown = Unknown(kind="refused", reason=reason, where=Where(segments=(artifact.filename,)), triggers=("import",))
    verdict: Verdict = decide((), Evidence(unknowns=(unknown,)), complete=False)
    return Review(artifact=artifact, verdict=verdict, unknowns=(unknown,), engine=engine_digest())


def _key(artifact: Artifact, options: Options) -> str:
    """Return the key of a review: what it is called, its bytes, the engine, and what the caller chose."""
    parts = (
        artifact.package.ecosystem,
        artifact.package.name,
        artifact.package.version,
        artifact.filename,
        artifact.kind,
        artifact.sha256,
        engine_digest(),
    )
    digest = hashlib.sha256("\0".join(parts).encode())
    digest.update(msgspec.msgpack.encode(options))
    return digest.hexdigest()


def _known(store: Cache, artifact: Artifact, options: Options) -> Review | None:
    """Return the stored review of this very artifact, if there is one that decodes strictly."""
    started, cpu = time.perf_counter(), time.process_time()
    value = store.get(_REVIEW, _key(artifact, options)) if artifact.sha256 else None
    try:
        found = msgspec.msgpack.decode(value, type=Review) if value else None
    except msgspec.DecodeError:
        return None
    if found is None:
        return None
    cost = msgspec.structs.replace(
        found.cost,
        cpu_s=round(time.process_time() - cpu, 4),
        wall_s=round(time.perf_counter() - started, 4),
        cached_files=found.read.code_files,
    )
    return msgspec.structs.replace(found, artifact=artifact, cost=cost)
