"""`pratique watch`: one command, one machine. A follower, and beside it a few processes that do the jobs."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from multiprocessing.context import SpawnProcess
from multiprocessing.synchronize import Event as Stop

import structlog

from pratique.errors import PratiqueError, RegistryError
from pratique.service import logs
from pratique.service.follower import Follower
from pratique.service.loop import make_worker, serve
from pratique.service.settings import Settings, World
from pratique.store import StoreError, queue

INTERVAL = 2.0
"""Seconds between looks at the journal."""
LONGEST = 300.0
"""Seconds that the follower waits at most after a failure."""
CHECK = 1800.0
"""Seconds between checks for gaps: the list of all projects is made anew each half hour."""
KEEP_HOUSE = 10.0
GRACE = 60.0
"""Seconds that workers have to finish what is in hand."""

log = structlog.get_logger(__name__)


def work(settings: Settings, name: str, lanes: Sequence[int], stop: Stop, quiet: bool) -> None:
    """Be a worker process until told to stop or until the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    (logs.to_nowhere if quiet else logs.to_stderr)()
    parent, world = os.getppid(), World(settings)
    with contextlib.closing(make_worker(world)) as worker:
        serve(world, worker, name=name, lanes=lanes, stopping=lambda: stop.is_set() or os.getppid() != parent)
    world.close()


class Staff:
    """Worker processes: one keeps to live uploads, so that a long re-read never holds one up; the dead are replaced."""

    def __init__(self, settings: Settings, jobs: int, *, quiet: bool) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._stop = self._context.Event()
        self._settings, self._quiet = settings, quiet
        self._processes: list[SpawnProcess] = [self._start(number) for number in range(jobs)]

    def _start(self, number: int) -> SpawnProcess:
        lanes = range(queue.LIVE + 1) if number == 0 else range(len(queue.LANES))
        made = self._context.Process(
            target=work, args=(self._settings, f"local-{number}", tuple(lanes), self._stop, self._quiet)
        )
        made.start()
        return made

    def replace_dead(self) -> int:
        """Start another process for each that ended; return how many."""
        dead = [number for number, one in enumerate(self._processes) if not one.is_alive()]
        for number in dead:
            self._processes[number] = self._start(number)
        return len(dead)

    def close(self) -> None:
        """Let each finish its job, and end those that take too long: their jobs are done again."""
        self._stop.set()
        deadline = time.monotonic() + GRACE
        for one in self._processes:
            one.join(max(0.1, deadline - time.monotonic()))
            if one.is_alive():
                one.terminate()
                one.join()


class Tick:
    """Something to do now and then."""

    def __init__(self, every: float, action: Callable[[], object]) -> None:
        self.every, self._action, self._next = every, action, 0.0

    def due(self, moment: float) -> None:
        """Do it, if its time has come."""
        if moment >= self._next:
            self._next = moment + self.every
            self._action()


class Watch:
    """The follower's loop."""

    def __init__(self, world: World, follower: Follower, ticks: Sequence[Tick] = ()) -> None:
        self._world, self._follower = world, follower
        self._pause, self._again = 0.0, 0.0
        self.trouble = ""
        """What the registry or the database does wrong at the moment; "" when all is well."""
        self._ticks = [
            Tick(INTERVAL, self._poll), Tick(CHECK, self._check), Tick(KEEP_HOUSE, self._keep_house), *ticks,
        ]  # fmt: skip

    def also(self, tick: Tick) -> None:
        """Do something else now and then."""
        self._ticks.append(tick)

    def run(self, stop: threading.Event, *, until: Callable[[], bool] = bool) -> None:
        """Go on until `stop` is set, or `until()` holds after a look at the journal."""
        while not stop.is_set():
            for tick in self._ticks:
                try:
                    tick.due(time.monotonic())
                except StoreError as error:
                    self._complain(error)
            if until():
                return
            stop.wait(0.2)

    def _poll(self) -> None:
        """Take what is new; after a failure wait twice as long as before."""
        if time.monotonic() < self._again:
            return
        try:
            while self._follower.poll().events:
                pass
        except (RegistryError, StoreError) as error:
            self._pause = min(max(1.0, 2 * self._pause), LONGEST)
            self._again = time.monotonic() + self._pause
            self._complain(error)
        else:
            self._pause, self.trouble = 0.0, ""

    def _check(self) -> None:
        try:
            missed = self._follower.reconcile()
            silent = self._follower.silent()
        except (RegistryError, StoreError) as error:
            self._complain(error)
            return
        if missed:
            log.warning("gaps-filled", projects=len(missed), some=missed[:10])
        if silent:
            log.warning("journal-silent", seconds=round(silent))

    def _keep_house(self) -> None:
        try:
            with self._world.store.write() as connection:
                count = queue.park_hopeless(connection)
        except StoreError as error:
            self._complain(error)
            return
        if count:
            log.warning("parked", jobs=count)

    def _complain(self, error: PratiqueError) -> None:
        self.trouble = error.message
        log.warning("trouble", reason=error.message, pause_s=self._pause)


def idle(world: World) -> bool:
    """Tell whether nothing is left to do."""
    with world.store.read() as connection:
        return not any(state in {"pending", "leased"} for _, state in queue.depth(connection))
