"""The two C functions that the limits need, with errors as `OSError`."""

from __future__ import annotations

import ctypes
import functools
import os
from typing import Any

NO_NEW_PRIVS, DUMPABLE, DEATH_SIGNAL, SECCOMP = 38, 4, 1, 22
"""PR_SET_NO_NEW_PRIVS, PR_SET_DUMPABLE, PR_SET_PDEATHSIG, PR_SET_SECCOMP of prctl(2)."""


@functools.cache
def _library() -> Any:
    return ctypes.CDLL(None, use_errno=True)


def checked(result: int) -> int:
    """Return `result`, or raise the `OSError` of a call that gave -1."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def syscall(number: int, *arguments: Any) -> int:
    """Make a system call. Raises `OSError`."""
    words = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    return checked(_library().syscall(ctypes.c_long(number), *words))


def prctl(option: int, *arguments: Any) -> int:
    """Change an attribute of this process; unused arguments are zeros. Raises `OSError`."""
    words = [ctypes.c_ulong(one) if isinstance(one, int) else one for one in (*arguments, *(0,) * (4 - len(arguments)))]
    return checked(_library().prctl(ctypes.c_int(option), *words))
