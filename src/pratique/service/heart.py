"""Renews the leases of the jobs in hand while a review takes its time."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Sequence

from pratique.store import Store, StoreError, queue
from pratique.store.queue import Job


class Heart:
    """Beats in a thread for as long as jobs are in hand."""

    def __init__(self, store: Store, every: float = queue.LEASE / 3) -> None:
        self._store, self._every = store, every

    @contextlib.contextmanager
    def beating(self, held: Sequence[Job]) -> Iterator[None]:
        """Hold the leases of `held` until the end of the block."""
        stop = threading.Event()
        thread = threading.Thread(target=self._beat, args=(held, stop), daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def _beat(self, held: Sequence[Job], stop: threading.Event) -> None:
        while not stop.wait(self._every):
            # a lost lease is noticed when the result is recorded, and a database that is away may come back
            with contextlib.suppress(StoreError), self._store.jot() as connection:
                queue.renew(connection, held)
