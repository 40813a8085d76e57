"""The pool: artifacts in, outcomes out, in order; each artifact in a child of its own that may be killed.

The parent watches: a child that takes too long over one file, crashes, runs out of memory or says something that is not
the protocol is killed, and another one takes up the same artifact without that file.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Self

from pratique.pool.child import Work, nothing
from pratique.pool.inline import map_here
from pratique.pool.keeper import Keeper, PoolUnavailable, supported
from pratique.pool.limits import Limits
from pratique.pool.outcome import Outcome, Request
from pratique.pool.shift import Shift

ZYGOTES = 3
"""Zygotes that one pool may lose."""


class Pool:
    """A zygote and its children. A context manager.

    Args:
        work: What is done with one artifact, in a child: gets a `Job` and a `Speaker`, returns the result.
        preload: Run once in the zygote: imports.
        prepare: Run in every child before it gives up its rights: opens what the work needs.
        jobs: Children at a time; None for one per core, 0 to work in this very process without any limit.
        limits: What one artifact may cost.

    Raises:
        PoolUnavailable: no process can be started (with other threads running, the functions must be importable by
            name), or, from `map`, loading failed.

    """

    def __init__(
        self,
        work: Work,
        *,
        preload: Callable[[], None] = nothing,
        prepare: Callable[[], None] = nothing,
        jobs: int | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.jobs = (cores() if jobs is None else max(0, jobs)) if supported() else 0
        self.limits = limits or Limits()
        self._preload, self._prepare, self._work = preload, prepare, work
        self._keeper = self._fork() if self.jobs else None
        self._lost = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End every process."""
        keeper, self._keeper, self.jobs = self._keeper, None, 0
        if keeper is not None:
            keeper.close()

    def loaded(self) -> float:
        """Wait until the zygote has loaded everything; return the CPU seconds it took. Raises `PoolUnavailable`."""
        return self._keeper.loaded().cpu_s if self._keeper is not None else 0.0

    def map(self, requests: Iterable[Request]) -> Iterator[Outcome]:
        """Yield the outcome of each request, in order; requests are taken as there is room for them."""
        if self._keeper is None:
            yield from map_here(requests, self.limits, self._prepare, self._work)
            return
        shift = Shift(pool=self, source=iter(requests))
        try:
            yield from shift.outcomes()
        finally:
            shift.stop()

    @property
    def keeper(self) -> Keeper:
        """The zygote's keeper. Raises `PoolUnavailable` after `close`."""
        if self._keeper is None:
            raise PoolUnavailable("the pool is closed", hint="keep it open while outcomes are taken")
        return self._keeper

    def replace_zygote(self) -> bool:
        """Fork another zygote for one that died; False when too many did."""
        self.keeper.close()
        self._lost += 1
        if self._lost > ZYGOTES:
            return False
        try:
            self._keeper = self._fork()
        except PoolUnavailable:  # threads have been started since
            self._lost = ZYGOTES
            return False
        return True

    def _fork(self) -> Keeper:
        return Keeper(self.limits, self._preload, self._prepare, self._work)


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
