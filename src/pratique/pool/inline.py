"""The same work in this very process: for platforms without what children need, and when it is asked for.

There are no limits and no deadlines here: what hangs, hangs, and what crashes takes the program along.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator

from pratique.pool.child import Job, Speaker, Work, reason
from pratique.pool.limits import Limits
from pratique.pool.messages import Note, Store
from pratique.pool.outcome import Outcome, Request


def map_here(requests: Iterable[Request], limits: Limits, prepare: Callable[[], None], work: Work) -> Iterator[Outcome]:
    """Yield the outcome of each request, in order. What the work raises refuses that artifact only."""
    for index, request in enumerate(requests):
        stores: list[Store] = []

        def say(note: Note, stores: list[Store] = stores) -> None:
            if isinstance(note, Store):
                stores.append(note)

        started, cpu = time.perf_counter(), time.process_time()
        result, refused = b"", ""
        try:
            prepare()
            result = work(Job(data=request.data, options=request.options), Speaker(say=say))
            if len(result) > limits.result_bytes:
                result, refused = b"", f"its result has {len(result)} bytes, past the limit of {limits.result_bytes}"
        except Exception as error:  # noqa: BLE001  (the same promise as a child's: nothing in an artifact ends the run)
            refused = reason(error)
        yield Outcome(
            index=index,
            label=request.label,
            result=result,
            refused=refused,
            stores=() if refused else tuple(stores),
            cpu_s=time.process_time() - cpu,
            wall_s=time.perf_counter() - started,
            attempts=1,
        )
