"""One 512-byte tar header (POSIX.1-1988 ustar, GNU, v7), read as a strict reader and as Python's tarfile would."""

from __future__ import annotations

import re

import msgspec

BLOCK = 512
ZERO_BLOCK = bytes(BLOCK)
REGULAR = frozenset(b"\x0007")
SUPPORTED = frozenset(b"\x0001234567LKSxgX")
"""What Python's tarfile knows; it takes any other type for a regular file."""
GNU_MAGIC = b"ustar  \0"
_OCTAL = re.compile(rb" *([0-7]*)[ \0]*")


class Header(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The fields that matter, undecoded."""

    name: bytes
    mode: int
    size: int
    type: int
    link: bytes
    magic: bytes
    prefix: bytes
    loose: tuple[str, ...] = ()
    """Number fields that are not plain octal or base-256."""
    block: bytes = b""


def is_header(block: bytes) -> bool:
    """Whether a block is a header with the right checksum."""
    if len(block) < BLOCK or block[148:156].strip(b" 01234567\0"):
        return False
    stored = _OCTAL.fullmatch(block[148:156])
    if stored is None or not stored[1]:
        return False
    wanted = int(stored[1], 8)
    total = sum(block) - sum(block[148:156]) + 256
    if total == wanted:
        return True
    # Historic Sun tars summed signed bytes.
    return total - 256 * sum(byte > 127 for byte in block[:148] + block[156:BLOCK]) == wanted


def parse(block: bytes) -> Header:
    """Return the fields of a block for which `is_header` holds."""
    loose = []
    size, plain = number(block[124:136])
    if not plain:
        loose.append("size")
    mode, plain = number(block[100:108])
    if not plain:
        loose.append("mode")
    magic = block[257:265]
    return Header(
        name=_text(block[0:100]),
        mode=mode,
        size=size,
        type=block[156],
        link=_text(block[157:257]),
        magic=magic,
        prefix=_text(block[345:500]),
        loose=tuple(loose),
        block=block,
    )


def number(field: bytes) -> tuple[int, bool]:
    """Return a number field's value and whether every reader sees the same; a value no reader can use is 0."""
    if field[0] in (0x80, 0xFF):
        value = int.from_bytes(field[1:], "big")
        if field[0] == 0xFF:
            return 0, False
        return value, True
    plain = _OCTAL.fullmatch(field)
    if plain is not None:
        return int(plain[1] or b"0", 8), True
    try:
        # What Python's tarfile does: it takes signs, underscores and prefixes too.
        value = int(_text(field).strip() or b"0", 8)
    except ValueError:
        return 0, False
    return max(value, 0), False


def _text(field: bytes) -> bytes:
    return field.split(b"\0", 1)[0]
