"""The opcodes of pickle protocols 0 to 5 and where their arguments end (`Lib/pickletools.py` of CPython, PEP 574)."""

from __future__ import annotations

from typing import Final, NamedTuple

LINES: Final = {**dict.fromkeys(b"ILFSVPgp", 1), **dict.fromkeys(b"ci", 2)}
"""Opcodes whose argument is one line of text, or two."""
FIXED: Final = {**dict.fromkeys(b"Khq\x80\x82", 1), **dict.fromkeys(b"M\x83", 2), **dict.fromkeys(b"Jjr\x84", 4),
                **dict.fromkeys(b"G\x95", 8)}  # fmt: skip
"""Opcodes with an argument of so many bytes."""
COUNTED: Final = {
    **dict.fromkeys(b"UC\x8c\x8a", 1),
    **dict.fromkeys(b"TBX\x8b", 4),
    **dict.fromkeys(b"\x8d\x8e\x96", 8),
}
"""Opcodes with a length of so many bytes and then that many bytes."""
BARE: Final = frozenset(b"(.012NRQ]abdelot}su\x81\x85\x86\x87\x88\x89\x8f\x90\x91\x92\x93\x94\x97\x98)")
PUTS: Final = frozenset(b"pqr\x94")
GETS: Final = frozenset(b"ghj")
STOP: Final = 0x2E


class Opcode(NamedTuple):
    """One instruction."""

    code: int
    arg: bytes
    """The bytes of its argument without their length; for two lines both, with the line feed between them."""
    after: int


class Cut(Exception):
    """The bytes end, or go on with what is no opcode."""


def split(data: bytes, at: int) -> Opcode:
    """Return the instruction at an offset.

    Raises:
        Cut: there is none.

    """
    if at >= len(data):
        raise Cut("the pickle is cut off")
    code = data[at]
    at += 1
    if code in BARE:
        return Opcode(code, b"", at)
    if code in FIXED:
        size, start = FIXED[code], at
    elif code in COUNTED:
        start = at + COUNTED[code]
        size = int.from_bytes(data[at:start], "little")
    elif code in LINES:
        end = at
        for _ in range(LINES[code]):
            end = data.find(b"\n", end) + 1
            if not end:
                raise Cut("the pickle is cut off")
        return Opcode(code, data[at : end - 1], end)
    else:
        raise Cut(f"no opcode has number {code}")
    if start + size > len(data):
        raise Cut("the pickle is cut off")
    return Opcode(code, data[start : start + size], start + size)


def index_of(one: Opcode) -> int:
    """Return the memo's index that a PUT or GET names, -1 if it is none."""
    if one.code in b"gp":
        return int(one.arg) if one.arg.strip().isdigit() and len(one.arg) < 10 else -1
    return int.from_bytes(one.arg, "little")
