"""What the limits are worth here: a child is started, limited, and tries what it must not be able to do."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from collections.abc import Callable

import msgspec

from pratique.errors import PratiqueError
from pratique.pool.child import Job, Speaker
from pratique.pool.limits import Achieved, Limits
from pratique.pool.outcome import Request
from pratique.pool.pool import Pool


def report() -> tuple[Achieved, ...]:
    """Return every limit and every forbidden act, and whether it holds in a child on this machine. Never raises."""
    try:
        with Pool(_probe, jobs=1, limits=Limits(step_seconds=20, cpu_seconds=20)) as pool:
            if not pool.jobs:
                return (Achieved(name="children", ok=False, detail=f"not on {sys.platform}: one process does all"),)
            outcome = next(pool.map([Request(data=b"")]))
    except (PratiqueError, OSError) as error:
        return (Achieved(name="children", ok=False, detail=str(error)),)
    if outcome.refused:
        return (Achieved(name="children", ok=False, detail=outcome.refused),)
    started = Achieved(name="children", ok=True, detail=f"one per artifact; started in {outcome.wall_s * 1000:.0f} ms")
    return (started, *msgspec.msgpack.decode(outcome.result, type=tuple[Achieved, ...]))


def _probe(_job: Job, speaker: Speaker) -> bytes:
    acts: tuple[tuple[str, Callable[[], object]], ...] = (
        ("cannot open a socket", _open_socket),
        ("cannot start a process", os.fork),
        ("cannot run a program", lambda: os.execv(sys.executable, [sys.executable, "-c", ""])),  # noqa: S606
        ("cannot write a file", _write_file),
        ("cannot read the user's files", lambda: os.close(os.open("/etc/passwd", os.O_RDONLY))),
        ("cannot signal others", lambda: os.kill(os.getppid(), 0)),
    )
    return msgspec.msgpack.encode((*speaker.achieved, *(_denied(name, act) for name, act in acts)))


def _denied(name: str, act: Callable[[], object]) -> Achieved:
    mine = os.getpid()
    try:
        act()
    except OSError as error:
        return Achieved(name=name, ok=True, detail=f"tried: {errno.errorcode.get(error.errno or 0, 'refused')}")
    if os.getpid() != mine:
        os._exit(0)
    return Achieved(name=name, ok=False, detail="tried: it can")


def _open_socket() -> None:
    """Ask for an Internet socket of the C library itself."""
    descriptor = ctypes.CDLL(None, use_errno=True).socket(2, 1, 0)
    if descriptor < 0:
        raise OSError(ctypes.get_errno(), "socket")
    os.close(descriptor)


def _write_file() -> None:
    os.close(os.open("/tmp/pratique-probe", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))  # noqa: S108
