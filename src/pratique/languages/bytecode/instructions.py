"""The instructions of a code object, with their lines and the places that exceptions lead to."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from pratique.languages.bytecode.marshal import Code
from pratique.languages.bytecode.versions import Table


class Instruction(NamedTuple):
    """One instruction; caches and EXTENDED_ARG are part of it."""

    at: int
    """Offset in bytes."""
    after: int
    """Offset of the next one."""
    name: str
    """"" for a number without meaning."""
    arg: int
    target: int
    """Where it jumps, -1 if it does not."""


def instructions(code: bytes, table: Table, minor: tuple[int, int]) -> list[Instruction]:
    """Decode all instructions of a code string."""
    return list(_two(code, table) if minor[0] == 2 else _words(code, table, minor))


def _words(code: bytes, table: Table, minor: tuple[int, int]) -> Iterator[Instruction]:
    """Every instruction is two bytes (3.6 and later); jumps count bytes up to 3.9, then pairs of them."""
    unit = 2 if minor >= (3, 10) else 1
    at = start = extended = 0
    while at + 1 < len(code):
        number, arg = code[at], code[at + 1] | extended
        name = table.names[number]
        if name == "EXTENDED_ARG":
            extended = (arg << 8) & 0xFFFFFFFF
            at += 2
            continue
        after = at + 2 + 2 * table.caches[number]
        target = -1
        if name in table.absolute:
            target = arg * unit
        elif name in table.relative:
            back = "BACKWARD" in name or name == "END_ASYNC_FOR"
            base = after if minor >= (3, 12) else at + 2
            target = base - arg * unit if back else base + arg * unit
        yield Instruction(start, min(after, len(code)), name, arg, target)
        at = start = after
        extended = 0


def _two(code: bytes, table: Table) -> Iterator[Instruction]:
    """One byte, or three with an argument (up to 3.5)."""
    at = start = extended = 0
    while at < len(code):
        number = code[at]
        name = table.names[number]
        after = at + (3 if number >= 90 else 1)
        arg = int.from_bytes(code[at + 1 : at + 3], "little") | extended if number >= 90 else 0
        if name == "EXTENDED_ARG":
            extended, at = (arg << 16) & 0xFFFFFFFF, after
            continue
        target = arg if name in table.absolute else after + arg if name in table.relative else -1
        yield Instruction(start, min(after, len(code)), name, arg, target)
        at = start = after
        extended = 0


class Lines:
    """Offsets to line numbers."""

    def __init__(self, code: Code, minor: tuple[int, int]) -> None:
        pairs = _locations(code) if minor >= (3, 11) else _ranges(code) if minor == (3, 10) else _lnotab(code, minor)
        self._offsets, self._lines = [0], [code.firstlineno]
        for offset, line in pairs:
            if offset >= self._offsets[-1] and 0 < line < 1 << 30:
                self._offsets.append(offset)
                self._lines.append(line)

    def at(self, offset: int) -> int:
        """Return the line of the instruction at an offset."""
        return self._lines[bisect_right(self._offsets, offset) - 1]


def _lnotab(code: Code, minor: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Up to 3.9: pairs of increments, those of lines signed from 3.6 on."""
    offset, line = 0, code.firstlineno
    for index in range(0, len(code.lines) - 1, 2):
        step = code.lines[index + 1]
        offset += code.lines[index]
        line += step - 256 if step > 127 and minor >= (3, 6) else step
        yield offset, line


def _ranges(code: Code) -> Iterator[tuple[int, int]]:
    """3.10 (PEP 626): pairs of a length and a signed increment; -128 stands for no line."""
    offset, line = 0, code.firstlineno
    for index in range(0, len(code.lines) - 1, 2):
        step = code.lines[index + 1]
        line += step - 256 if step > 128 else 0 if step == 128 else step
        yield offset, line
        offset += code.lines[index]


def _locations(code: Code) -> Iterator[tuple[int, int]]:
    """3.11 and later: `Objects/locations.md` of CPython."""
    data = code.lines
    offset, line, at = 0, code.firstlineno, 0
    while at < len(data):
        head = data[at]
        kind, length = (head >> 3) & 15, (head & 7) + 1
        at += 1
        if kind in (13, 14):
            raw, _ = _varint(data, at)
            line += -(raw >> 1) if raw & 1 else raw >> 1
        elif 10 <= kind <= 12:
            line += kind - 10
        if kind != 15:
            yield offset, line
        offset += 2 * length
        while at < len(data) and not data[at] & 0x80:
            at += 1


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data) and shift < 36:
        value |= (data[at] & 63) << shift
        shift += 6
        at += 1
        if not data[at - 1] & 64:
            break
    return value, at


def handlers(code: Code) -> dict[int, int]:
    """Return where exceptions lead in 3.11 and later, with the depth that the stack is cut to.

    `Objects/exception_handling_notes.txt` of CPython: start, length, target and depth<<1|lasti, six bits a byte.
    """
    found: dict[int, int] = {}
    data, at = code.exceptions, 0
    while at < len(data):
        numbers = []
        for _ in range(4):
            value = data[at] & 63 if at < len(data) else 0
            while at < len(data) and data[at] & 64 and value < 1 << 32:
                at += 1
                value = value << 6 | (data[at] & 63 if at < len(data) else 0)
            at += 1
            numbers.append(value)
        found.setdefault(2 * numbers[2], min((numbers[3] >> 1) + (numbers[3] & 1), 256))
    return found
