"""The parent's side of the zygote: starts it, gives it orders, believes it, and cleans up after it."""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from pratique.errors import PratiqueError
from pratique.pool import spawn, zygote
from pratique.pool.child import Work
from pratique.pool.limits import Limits
from pratique.pool.messages import ANSWERS, Answer, Broken, Ended, Forked, Order, Ready, Reap, Start, encode

ANSWER_CAP = 1 << 14
PATIENCE = 60.0
"""Seconds that an order may take."""
LOADING = 300.0
"""Seconds that loading may take."""


_JOBS = itertools.count(1)


class PoolUnavailable(PratiqueError):
    """No pool of children can be started here."""

    hint = "make the pool before any thread is started, or work in this process, without limits, with jobs=0"


class ZygoteDied(Exception):
    """The zygote is gone, and its children with it."""


def new_job() -> int:
    """Return a number for a child that no other child of this process ever had."""
    return next(_JOBS)


def supported() -> bool:
    """Tell whether this platform has what children need: Linux with anonymous files."""
    return hasattr(os, "memfd_create") and hasattr(os, "fork") and hasattr(socket, "recv_fds")


class Keeper:
    """One zygote."""

    def __init__(self, limits: Limits, preload: Callable[[], None], prepare: Callable[[], None], work: Work) -> None:
        """Fork it, or start it in a fresh interpreter when other threads run: a fork copies the locks they hold.

        Raises `PoolUnavailable` when neither can be done.
        """
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._loaded: Ready | None = None
        with theirs:
            if _threads() > 1:
                self._process = self._spawn(theirs, limits, (preload, prepare, work))
                return
            with _no_interruption():
                self._process = os.fork()
                if self._process == 0:
                    zygote.run(theirs, limits, preload, prepare, work)

    def _spawn(self, theirs: socket.socket, limits: Limits, functions: Sequence[Callable[..., object]]) -> int:
        try:
            preload, prepare, work = map(spawn.named, functions)
            role = spawn.Role(limits=limits, preload=preload, prepare=prepare, work=work)
            return spawn.start(self._control, theirs, role)
        except (OSError, ValueError) as error:
            self._control.close()
            raise PoolUnavailable(f"other threads run here, and no fresh interpreter could start: {error}") from error

    def loaded(self) -> Ready:
        """Wait until everything is loaded. Raises `PoolUnavailable` when that failed, or `ZygoteDied`."""
        if self._loaded is None:
            answer = self._listen(LOADING)
            if isinstance(answer, Broken):
                raise PoolUnavailable(f"the pool's first process {answer.reason}")
            if not isinstance(answer, Ready):
                raise ZygoteDied
            self._loaded = answer
        return self._loaded

    def start(self, job: int, descriptors: Sequence[int]) -> str:
        """Start the child for `job`; returns "" or why there is none. Raises `ZygoteDied`."""
        self.loaded()
        answer = self._ask(Start(job=job), descriptors)
        if not isinstance(answer, Forked) or answer.job != job:
            raise ZygoteDied
        return answer.reason

    def reap(self, job: int) -> Ended:
        """Kill the child of `job` if it lives, and return how it ended. Raises `ZygoteDied`."""
        answer = self._ask(Reap(job=job))
        if not isinstance(answer, Ended) or answer.job != job:
            raise ZygoteDied
        return answer

    def close(self) -> None:
        """End it with its children, and wait until it is gone."""
        self._control.close()
        if self._loaded is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process, signal.SIGKILL)
        deadline = time.monotonic() + PATIENCE
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(self._process, os.WNOHANG)[0] == 0:
                if time.monotonic() > deadline:
                    os.kill(self._process, signal.SIGKILL)
                time.sleep(0.001)

    def _ask(self, order: Order, descriptors: Sequence[int] = ()) -> Answer:
        try:
            self._control.settimeout(PATIENCE)
            socket.send_fds(self._control, [encode(order)], list(descriptors))
        except OSError as error:
            raise ZygoteDied from error
        return self._listen(PATIENCE)

    def _listen(self, patience: float) -> Answer:
        try:
            self._control.settimeout(patience)
            data = self._control.recv(ANSWER_CAP)
        except OSError as error:
            raise ZygoteDied from error
        if not data:
            raise ZygoteDied
        answer: Answer = ANSWERS.decode(data)
        return answer


@contextlib.contextmanager
def _no_interruption() -> Iterator[None]:
    """Hold signals back, so that no handler of the parent runs in the new process."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGALRM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _threads() -> int:
    """Return how many threads this process has, those of native libraries included."""
    try:
        return len(list(Path("/proc/self/task").iterdir()))
    except OSError:
        return threading.active_count()


def anonymous(data: bytes, name: str) -> int:
    """Return a descriptor of a sealed anonymous file in memory that holds `data`."""
    descriptor = os.memfd_create(name, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
        sealed = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, sealed)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor
