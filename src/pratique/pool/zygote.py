"""The zygote: a process that has loaded everything once and forks a child whenever it is told to.

It never reads a byte of an artifact, has one thread, and obeys two orders: start a child, and collect one. A child is
killed before it is collected, by the only process that can do so without mistaking it for another: its parent.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import os
import resource
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass, field

from pratique.pool.child import Work, live, reason
from pratique.pool.limits import Limits, warm
from pratique.pool.messages import ORDERS, Answer, Broken, Ended, Forked, Ready, Reap, Start, encode

ORDER_CAP = 1 << 12


@dataclass(slots=True, kw_only=True)
class Zygote:
    """The process's own state."""

    control: socket.socket
    limits: Limits
    prepare: Callable[[], None]
    work: Work
    children: dict[int, int] = field(default_factory=dict)
    """job: process"""

    def serve(self) -> None:
        """Obey until the other end of the control socket is closed."""
        while True:
            data, descriptors, _, _ = socket.recv_fds(self.control, ORDER_CAP, 3)
            if not data:
                return
            order = ORDERS.decode(data)
            if isinstance(order, Start):
                self._start(order, descriptors)
            else:
                self._reap(order)

    def _start(self, order: Start, descriptors: list[int]) -> None:
        try:
            process = os.fork()
        except OSError as error:
            self._answer(Forked(job=order.job, reason=f"no process could be started: {error.strerror}"))
        else:
            if process == 0:
                self._become_child(descriptors)
            self.children[order.job] = process
            self._answer(Forked(job=order.job))
        for descriptor in descriptors:
            os.close(descriptor)

    def _become_child(self, descriptors: list[int]) -> None:
        """Live as a child; never returns."""
        try:
            self.control.close()
            live(descriptors, self.limits, self.prepare, self.work)
        finally:
            os._exit(0)

    def _reap(self, order: Reap) -> None:
        process = self.children.pop(order.job, 0)
        if not process:  # a job of an earlier zygote
            self._answer(Ended(job=order.job, signal=signal.SIGKILL, status=0, cpu_s=0, peak_mb=0))
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)  # changes nothing for one that is dying already
        _, status, usage = os.wait4(process, 0)
        died = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        left = os.WEXITSTATUS(status) if os.WIFEXITED(status) else 0
        cpu, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
        self._answer(Ended(job=order.job, signal=died, status=left, cpu_s=cpu, peak_mb=peak))

    def _answer(self, answer: Answer) -> None:
        self.control.sendall(encode(answer))

    def end(self) -> None:
        """Leave no child behind."""
        for process in self.children.values():
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(process, signal.SIGKILL)
                os.waitpid(process, 0)


def run(
    control: socket.socket, limits: Limits, preload: Callable[[], None], prepare: Callable[[], None], work: Work
) -> None:
    """Be the zygote, in a process that was just forked; never returns."""
    zygote = Zygote(control=control, limits=limits, prepare=prepare, work=work)
    try:
        _leave_the_parent(control.fileno())
        started = _cpu()
        try:
            preload()
        except BaseException as error:  # noqa: BLE001  (told to the parent, which raises it)
            control.sendall(encode(Broken(reason=reason(error))))
            return
        warm()
        gc.collect()
        gc.freeze()  # children never touch, so never copy, what was loaded
        control.sendall(encode(Ready(cpu_s=_cpu() - started)))
        zygote.serve()
    except (OSError, KeyboardInterrupt):
        pass  # the parent is gone
    finally:
        zygote.end()
        os._exit(0)


def _leave_the_parent(control: int) -> None:
    """Let go of the parent's terminal, files and signal handlers."""
    os.setsid()
    faulthandler.disable()  # it would write to a descriptor that is about to be someone else's
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGCHLD, signal.SIGALRM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208  (names are all that is wanted)
        if int(name) > 2 and int(name) != control:
            with contextlib.suppress(OSError):  # the one that listed them
                os.close(int(name))


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
