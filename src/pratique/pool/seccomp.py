"""A seccomp filter: system calls that reading never needs fail with EPERM, for good.

What is denied: every socket, every new process and program, every change to the file system, other processes (signals,
ptrace, their memory), more limits for oneself, and the wide doors of the kernel (bpf, io_uring, keys, namespaces …).
Everything else is allowed, so that a new C library does not break a review; Landlock and the limits stand behind it.
Sources: seccomp(2), seccomp_data and the constants of include/uapi/linux/{seccomp,filter,audit}.h, the numbers of
syscalls(2): arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h (aarch64).
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from dataclasses import dataclass

from pratique.pool.libc import SECCOMP, prctl

MODE_FILTER = 2
KILL_PROCESS, ERRNO, ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
LOAD, JUMP_EQUAL, JUMP_AT_LEAST, AND, RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16
"""Offsets in struct seccomp_data."""
X32 = 0x40000000
"""Numbers from here on are x86_64's x32 variant of the same calls."""

AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
COLUMN = {"x86_64": 0, "aarch64": 1}

DENIED = {
    # sockets
    "socket": (41, 198), "connect": (42, 203), "bind": (49, 200), "listen": (50, 201), "accept": (43, 202),
    "accept4": (288, 242), "socketpair": (53, 199), "sendto": (44, 206), "sendmsg": (46, 211), "sendmmsg": (307, 269),
    # processes and programs
    "fork": (57, None), "vfork": (58, None), "execve": (59, 221), "execveat": (322, 281), "ptrace": (101, 117),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424), "pidfd_getfd": (438, 438), "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240), "setrlimit": (160, 164), "kcmp": (312, 272), "setpriority": (141, 140),
    "sched_setaffinity": (203, 122), "process_madvise": (440, 440),
    # the file system
    "creat": (85, None), "mkdir": (83, None), "mkdirat": (258, 34), "rmdir": (84, None), "unlink": (87, None),
    "unlinkat": (263, 35), "rename": (82, None), "renameat": (264, 38), "renameat2": (316, 276), "link": (86, None),
    "linkat": (265, 37), "symlink": (88, None), "symlinkat": (266, 36), "mknod": (133, None), "mknodat": (259, 33),
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452), "chown": (92, None),
    "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54), "truncate": (76, 45), "utime": (132, None),
    "utimes": (235, None), "utimensat": (280, 88), "futimesat": (261, None), "setxattr": (188, 5),
    "lsetxattr": (189, 6), "fsetxattr": (190, 7), "removexattr": (197, 14), "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "fanotify_init": (300, 262), "open_by_handle_at": (304, 265), "mount": (165, 40), "umount2": (166, 39),
    "pivot_root": (155, 41), "chroot": (161, 51), "open_tree": (428, 428), "move_mount": (429, 429),
    "fsopen": (430, 430), "fsmount": (432, 432), "mount_setattr": (442, 442),
    "swapon": (167, 224), "quotactl": (179, 60),
    # the kernel's wide doors
    "bpf": (321, 280), "perf_event_open": (298, 241), "io_uring_setup": (425, 425), "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427), "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    "unshare": (272, 97), "setns": (308, 268), "userfaultfd": (323, 282), "init_module": (175, 105),
    "finit_module": (313, 273), "delete_module": (176, 106), "kexec_load": (246, 104), "kexec_file_load": (320, 294),
    "reboot": (169, 142), "settimeofday": (164, 170), "clock_settime": (227, 112),
    "acct": (163, 89), "syslog": (103, 116),
    "iopl": (172, None), "ioperm": (173, None), "personality": (135, 92), "modify_ldt": (154, None),
    "msgget": (68, 186), "semget": (64, 190), "shmget": (29, 194), "mq_open": (240, 180),
}  # fmt: skip
"""Name: number on x86_64 and on aarch64."""

ABSENT = {"clone3": (435, 435), "openat2": (437, 437)}
"""Their arguments lie in memory where no filter sees them: ENOSYS makes the C library take the older call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _If:
    """Allowed only where `argument & mask == value` (both halves of the argument are looked at where `wide`)."""

    numbers: tuple[int, int | None]
    argument: int
    mask: int
    value: int
    wide: bool = False


def _conditions() -> tuple[_If, ...]:
    own = os.getpid()
    writes = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
    thread = 0x00010000  # CLONE_THREAD of clone(2)
    every = 0xFFFFFFFF
    return (
        _If(numbers=(2, None), argument=1, mask=writes, value=0),  # open
        _If(numbers=(257, 56), argument=2, mask=writes, value=0),  # openat
        _If(numbers=(56, 220), argument=0, mask=thread, value=thread),  # clone
        _If(numbers=(62, 129), argument=0, mask=every, value=own),  # kill
        _If(numbers=(234, 131), argument=0, mask=every, value=own),  # tgkill
        _If(numbers=(200, 130), argument=0, mask=every, value=own),  # tkill
        _If(numbers=(302, 261), argument=2, mask=every, value=0, wide=True),  # prlimit64: asking, not setting
    )


def program(machine: str) -> bytes:
    """Return the filter for this process on `machine` (`x86_64` or `aarch64`)."""
    column = COLUMN[machine]
    code = [
        _op(LOAD, ARCHITECTURE),
        _op(JUMP_EQUAL, AUDIT[machine], 1, 0),
        _op(RETURN, KILL_PROCESS),
        _op(LOAD, NUMBER),
    ]
    if machine == "x86_64":
        code += [_op(JUMP_AT_LEAST, X32, 0, 1), _deny(errno.EPERM)]
    for table, number in ((DENIED, errno.EPERM), (ABSENT, errno.ENOSYS)):
        for numbers in table.values():
            if numbers[column] is not None:
                code += [_op(JUMP_EQUAL, numbers[column] or 0, 0, 1), _deny(number)]
    for condition in _conditions():
        code += _check(condition, column)
    return b"".join([*code, _op(RETURN, ALLOW)])


def _check(condition: _If, column: int) -> list[bytes]:
    number = condition.numbers[column]
    if number is None:
        return []
    low = ARGUMENTS + 8 * condition.argument  # both machines are little-endian
    body = [_op(LOAD, low), _op(AND, condition.mask)]
    if condition.wide:
        body += [_op(JUMP_EQUAL, condition.value, 0, 2), _op(LOAD, low + 4)]
    body += [_op(JUMP_EQUAL, 0 if condition.wide else condition.value, 1, 0), _deny(errno.EPERM), _op(RETURN, ALLOW)]
    return [_op(JUMP_EQUAL, number, 0, len(body)), *body]


def _op(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("=HBBI", code, yes, no, value)


def _deny(number: int) -> bytes:
    return _op(RETURN, ERRNO | number)


def restrict() -> str:
    """Put this process, and threads it starts later, under the filter. Returns what holds; raises `OSError`.

    PR_SET_NO_NEW_PRIVS must have been set.
    """
    machine = platform.machine()
    if machine not in COLUMN or struct.calcsize("P") != 8:
        raise OSError(errno.ENOSYS, f"no system call table for {machine}")
    code = program(machine)
    buffer = ctypes.create_string_buffer(code, len(code))
    head = ctypes.create_string_buffer(struct.pack("@HP", len(code) // 8, ctypes.addressof(buffer)))
    prctl(SECCOMP, MODE_FILTER, ctypes.byref(head))
    return "no sockets, no new processes or programs, no files opened for writing, no signals to others"
