"""What a child may spend and do. Every limit is best effort; what the kernel gave is reported, never assumed."""

from __future__ import annotations

import contextlib
import functools
import math
import os
import resource
import signal
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import msgspec

from pratique.pool import landlock, seccomp
from pratique.pool.libc import DEATH_SIGNAL, DUMPABLE, NO_NEW_PRIVS, prctl


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What one artifact may cost."""

    file_seconds: float = 20.0
    """CPU time for one file, which a busy machine does not change."""
    step_seconds: float = 120.0
    """CPU time for a step between files: unpacking, linking, encoding the result."""
    patience: float = 8.0
    """How many times as long either may take by the clock: that ends what only waits."""
    cpu_seconds: int = 600
    """Of one child."""
    memory_bytes: int = 3 << 30
    """Address space of a child beyond the zygote's. Address space, because resident memory cannot be limited without
    cgroups: 3 GiB leaves room for what an allocator reserves and does not use around 1 GiB of real data."""
    descriptors: int = 64
    """Highest descriptor + 1: shared libraries that are loaded late need some."""
    restarts: int = 5
    """Further children for the same artifact, each leaving out the files that ended the ones before."""
    result_bytes: int = 256 << 20
    stream_bytes: int = 1 << 30
    """All that one child may say."""
    readable: tuple[str, ...] = ()
    """Folders that may be read besides those that Python loads its own modules from."""
    store_bytes: int = 128 << 20
    """Values to keep that are taken from one artifact; further ones are dropped."""

    @classmethod
    def of_one(cls, seconds: float) -> Limits:
        """Return limits for reading many artifacts: CPU seconds for one of them, which may be given up a file."""
        return cls(file_seconds=seconds, step_seconds=seconds, cpu_seconds=max(1, math.ceil(seconds)), restarts=1)


class Achieved(msgspec.Struct, frozen=True, kw_only=True):
    """One limit and whether it holds."""

    name: str
    ok: bool
    detail: str


@functools.cache
def readable() -> tuple[str, ...]:
    """Return the folders that hold Python, its packages and the system's shared libraries."""
    paths = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    paths += [str(Path(__file__).resolve().parents[1]), f"{sys.base_prefix}/lib"]
    paths += [path for path in sys.path if path.endswith(("/site-packages", "/dist-packages"))]
    paths += ["/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib"]
    return tuple(dict.fromkeys(path for path in paths if path and Path(path).is_dir()))


def warm() -> None:
    """Work out what `apply` needs, once, in the zygote."""
    readable()
    _size()
    with contextlib.suppress(OSError):
        landlock.version()


def apply(limits: Limits) -> tuple[Achieved, ...]:
    """Limit this process for good; what cannot be had is in the answer, nothing raises.

    The order matters: Landlock and the filter need NO_NEW_PRIVS, and the filter forbids what the others need.
    """
    steps: tuple[tuple[str, Callable[[], str]], ...] = (
        ("die with the parent", _die_with_parent),
        ("no new privileges", _no_new_privileges),
        ("memory", functools.partial(_memory, limits)),
        ("CPU time", functools.partial(_cpu, limits)),
        ("file size", functools.partial(_set, resource.RLIMIT_FSIZE, 0, "no file grows")),
        ("descriptors", functools.partial(_set, resource.RLIMIT_NOFILE, limits.descriptors, f"{limits.descriptors}")),
        ("core dumps", _no_cores),
        ("landlock", functools.partial(landlock.restrict, (*readable(), *limits.readable))),
        ("seccomp", seccomp.restrict),
    )
    return tuple(_tried(name, step) for name, step in steps)


def _tried(name: str, step: Callable[[], str]) -> Achieved:
    try:
        return Achieved(name=name, ok=True, detail=step())
    except (OSError, ValueError, AttributeError) as error:
        return Achieved(name=name, ok=False, detail=f"not here: {getattr(error, 'strerror', None) or error}")


def _die_with_parent() -> str:
    """prctl(2) PR_SET_PDEATHSIG."""
    prctl(DEATH_SIGNAL, int(signal.SIGKILL))
    return "killed when the zygote ends"


def _no_new_privileges() -> str:
    """prctl(2) PR_SET_NO_NEW_PRIVS: programs with setuid bits give nothing."""
    prctl(NO_NEW_PRIVS, 1)
    return "for good"


def _memory(limits: Limits) -> str:
    detail = f"{limits.memory_bytes >> 20} MiB of address space beyond what is loaded"
    return _set(resource.RLIMIT_AS, _size() + limits.memory_bytes, detail)


def _size() -> int:
    """Return this process's address space in bytes: proc_pid_statm(5)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _cpu(limits: Limits) -> str:
    return _set(resource.RLIMIT_CPU, limits.cpu_seconds, f"{limits.cpu_seconds} s")


def _no_cores() -> str:
    """No core file, and nobody of the same user may attach: prctl(2) PR_SET_DUMPABLE."""
    prctl(DUMPABLE, 0)
    return _set(resource.RLIMIT_CORE, 0, "none, and not traceable")


def _set(which: int, value: int, detail: str) -> str:
    """Lower a limit of getrlimit(2), soft and hard; one that is lower already stays."""
    hard = resource.getrlimit(which)[1]
    lowest = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(which, (lowest, lowest))
    return detail
