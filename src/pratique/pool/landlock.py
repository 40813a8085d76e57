"""Landlock: a process gives up the file system, TCP and signals to others, for good.

After `restrict` nothing can be created, written, renamed, removed or run, and files are read only beneath the given
folders; descriptors that are open already keep working. Sources: landlock(7), landlock_create_ruleset(2),
landlock_add_rule(2), landlock_restrict_self(2), include/uapi/linux/landlock.h. The three system calls have the same
numbers on every architecture (since Linux 5.13).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import struct
from collections.abc import Iterable

from pratique.pool.libc import syscall

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION_FLAG = 1
RULE_PATH_BENEATH = 1

READ_FILE, READ_DIR = 1 << 2, 1 << 3
FS_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many file-system rights each version knows: execute … make_sym, refer (2), truncate (3), ioctl_dev (5)."""
NET_RIGHTS = 0b11
"""Bind and connect TCP, since version 4."""
SCOPES = 0b11
"""Abstract UNIX sockets and signals of processes outside, since version 6."""


def version() -> int:
    """Return the version of Landlock that the kernel offers. Raises `OSError` when it offers none."""
    return syscall(CREATE_RULESET, None, 0, VERSION_FLAG)


def restrict(readable: Iterable[str]) -> str:
    """Leave this process only reading beneath `readable`. Returns what holds; raises `OSError` when nothing does.

    PR_SET_NO_NEW_PRIVS must have been set.
    """
    offered = version()
    # struct landlock_ruleset_attr: handled_access_fs, handled_access_net, scoped; an older kernel knows fewer of them
    handled = [(1 << FS_RIGHTS.get(offered, 16)) - 1, *[NET_RIGHTS] * (offered >= 4), *[SCOPES] * (offered >= 6)]
    ruleset = struct.pack(f"={len(handled)}Q", *handled)
    descriptor = syscall(CREATE_RULESET, ctypes.c_char_p(ruleset), len(ruleset), 0)
    try:
        for path in readable:
            with contextlib.suppress(OSError):
                _allow(descriptor, path)
        syscall(RESTRICT_SELF, descriptor, 0)
    finally:
        os.close(descriptor)
    more = ("; no TCP" if offered >= 4 else "") + ("; no signals outside" if offered >= 6 else "")
    return f"version {offered}: no file is written, only Python's own are read{more}"


def _allow(ruleset: int, path: str) -> None:
    """Let files beneath `path` be read. Raises `OSError` when there is no such folder."""
    folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = struct.pack("=Qi", READ_FILE | READ_DIR, folder)  # struct landlock_path_beneath_attr, packed
        syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, ctypes.c_char_p(rule), 0)
    finally:
        os.close(folder)
