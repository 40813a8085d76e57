"""Children that stay at hand between artifacts: what a service reviews with."""

from __future__ import annotations

from types import TracebackType
from typing import Self

import msgspec

from pratique.batch import Work, as_read, child_for, open_pool
from pratique.batch.child import FACTS, MANIFEST, Task
from pratique.cache import Cache, unpack
from pratique.cache.packing import Kept
from pratique.compare import Portrait
from pratique.model import Review
from pratique.pipeline import Options
from pratique.pool import Limits, Request


class Reviewed(msgspec.Struct, frozen=True, kw_only=True):
    """A review, and what its child gave to keep."""

    review: Review
    portrait: Portrait | None = None
    """Where the work asked for it."""
    manifest: bytes = b""
    """The `frozen.Manifest`, packed; empty where there is none."""
    facts: tuple[Kept, ...] = ()
    """Facts by file; an empty value stands for what the cache held before."""


class Reviewer:
    """A pool that outlives one artifact. A context manager.

    `jobs` and `limits` as for `review_all`; `cache` holds facts, and no reviews: whoever keeps a store has those.
    """

    def __init__(self, options: Options, *, cache: Cache, jobs: int | None = 1, limits: Limits | None = None) -> None:
        self.cache, self._options = cache, options
        self._pool, self._unlimited = open_pool(child_for(cache, options), jobs, limits)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the children."""
        self._pool.close()

    def review(self, work: Work, options: Options | None = None) -> Reviewed:
        """Review one artifact, with its facts to keep; never raises for what is in it."""
        asked = Task(
            artifact=work.artifact,
            options=options or self._options,
            context=work.context,
            draw=work.draw,
            manifest=True,
        )
        task = msgspec.msgpack.encode(asked)
        (outcome,) = self._pool.map((Request(data=work.data, options=task, label=work.artifact.filename),))
        given = {one.key: one.value for one in outcome.stores if one.kind == FACTS}
        self.cache.put_packed(Kept(kind=FACTS, key=key, packed=packed) for key, packed in given.items())
        manifest = next((one.value for one in outcome.stores if one.kind == MANIFEST), b"")
        keys = _keys(work.artifact.sha256, manifest)
        read = as_read(work.artifact, outcome, self._unlimited)
        return Reviewed(
            review=read.review,
            portrait=read.portrait,
            manifest=manifest,
            facts=tuple(Kept(kind=FACTS, key=key, packed=given.get(key, b"")) for key in keys),
        )


class _Keys(msgspec.Struct, frozen=True, kw_only=True):
    """What is wanted of a `frozen.Manifest`."""

    keys: tuple[str, ...]


def _keys(sha256: str, manifest: bytes) -> tuple[str, ...]:
    """Return the keys of the facts that a packed manifest joins."""
    value = unpack(MANIFEST, sha256, manifest) if manifest else None
    try:
        found = msgspec.msgpack.decode(value, type=_Keys).keys if value else ()
    except msgspec.DecodeError:
        return ()
    return tuple(dict.fromkeys(key for key in found if key))
