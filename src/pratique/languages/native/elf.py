"""ELF, by the dynamic segment, which is what a loader reads; section headers only name stretches of the file.

Format: System V ABI, chapters 4 and 5 ("Object Files", "Program Loading and Dynamic Linking").
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass

from pratique.languages.native.binary import SYMBOLS, Binary, Cut, Section, text_at, unpack

_LOAD, _DYNAMIC = 1, 2
_NEEDED, _HASH, _STRTAB, _SYMTAB = 1, 4, 5, 6
_EXECUTABLE, _NO_BITS = 4, 8


@dataclass(slots=True)
class _Elf:
    data: bytes
    order: str
    wide: bool
    loads: list[tuple[int, int, int]]

    def words(self, at: int, count: int) -> tuple[int, ...]:
        return unpack(f"{self.order}{count}{'Q' if self.wide else 'I'}", self.data, at)

    def offset(self, address: int) -> int:
        """Return where in the file an address is loaded from."""
        for start, virtual, size in self.loads:
            if virtual <= address < virtual + size:
                return address - virtual + start
        raise Cut


def read(data: bytes) -> Binary:
    """Return what the dynamic segment and the section headers say."""
    found = Binary()
    if len(data) < 52:
        return found
    elf = _Elf(data, "<" if data[5] == 1 else ">", data[4] == 2, [])
    head = f"{elf.order}{'QQQ' if elf.wide else 'III'}IHHHHHH"
    try:
        _, segments, sections, _, _, size, count, entry, number, names = unpack(head, data, 24)
    except Cut:
        return found
    dynamic = _segments(elf, found, segments, size, count)
    steps: tuple[Callable[[], None], ...] = (
        lambda: _sections(elf, found, sections, entry, number, names),
        lambda: _dynamic(elf, found, dynamic),
    )
    for step in steps:
        try:
            step()
        except Cut:
            continue
    return found


def _segments(elf: _Elf, found: Binary, at: int, size: int, count: int) -> int:
    dynamic = -1
    for index in range(count):
        try:
            if elf.wide:
                kind, _, start, virtual, _, length = unpack(f"{elf.order}IIQQQQ", elf.data, at + index * size)
            else:
                kind, start, virtual, _, length = unpack(f"{elf.order}5I", elf.data, at + index * size)
        except Cut:
            break
        if kind == _LOAD:
            elf.loads.append((start, virtual, length))
        if kind == _DYNAMIC:
            dynamic = start
        found.end = max(found.end, start + length)
    return dynamic


def _sections(elf: _Elf, found: Binary, at: int, size: int, count: int, names: int) -> None:
    rows = []
    for index in range(min(count, SYMBOLS)):
        name, kind = unpack(f"{elf.order}II", elf.data, at + index * size)
        flags, _, start, length = elf.words(at + index * size + 8, 4)
        rows.append((name, kind, flags, start, length))
    table = rows[names][3] if names < len(rows) else -1
    for name, kind, flags, start, length in rows:
        if kind not in (0, _NO_BITS):
            executable = bool(flags & _EXECUTABLE)
            found.sections.append(
                Section(text_at(elf.data, table + name) if table > 0 else "", start, length, executable)
            )
            found.end = max(found.end, start + length)
    found.end = max(found.end, at + count * size)


def _dynamic(elf: _Elf, found: Binary, at: int) -> None:
    if at < 0:
        return
    entries: dict[int, int] = {}
    needed: list[int] = []
    step = 16 if elf.wide else 8
    for index in range(SYMBOLS):
        tag, value = elf.words(at + index * step, 2)
        if tag == 0:
            break
        if tag == _NEEDED:
            needed.append(value)
        entries.setdefault(tag, value)
    strings, symbols = elf.offset(entries.get(_STRTAB, -1)), elf.offset(entries.get(_SYMTAB, -1))
    found.libraries += [text_at(elf.data, strings + one) for one in needed]
    _symbols(elf, found, symbols, strings, _count(elf, entries, symbols, strings))


def _count(elf: _Elf, entries: dict[int, int], symbols: int, strings: int) -> int:
    """Return how many symbols there are: by the hash table, else up to the strings, which follow."""
    size = 24 if elf.wide else 16
    if _HASH in entries:
        return int(unpack(f"{elf.order}II", elf.data, elf.offset(entries[_HASH]))[1])
    return (strings - symbols) // size if strings > symbols else SYMBOLS


def _symbols(elf: _Elf, found: Binary, at: int, strings: int, count: int) -> None:
    size = 24 if elf.wide else 16
    whole = max(0, min(count, SYMBOLS, (len(elf.data) - at) // size if at >= 0 else 0))
    rows = struct.iter_unpack(
        f"{elf.order}{'IBBHQQ' if elf.wide else 'IIIBBH'}", elf.data[at + size : at + size * whole]
    )
    for row in rows:
        name, info, section = (row[0], row[1], row[3]) if elf.wide else (row[0], row[3], row[5])
        if info >> 4 not in (1, 2):
            continue
        text = text_at(elf.data, strings + name).partition("@")[0]
        if text and section == 0:
            found.imports.append(("", text))
        elif text:
            found.exports.append(text)
    if whole < min(count, SYMBOLS):
        raise Cut
