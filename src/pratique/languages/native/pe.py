"""PE: imports by library, delayed ones too, exports, sections, and what stands behind them.

Format: Microsoft, "PE Format" (the COFF header, the optional header and its data directories).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pratique.languages.native.binary import SYMBOLS, Binary, Cut, Section, text_at, unpack

_EXECUTABLE = 0x20000000


@dataclass(slots=True)
class _Pe:
    data: bytes
    wide: bool
    places: list[tuple[int, int, int]]
    """Address, size and offset of each section."""

    def offset(self, address: int) -> int:
        for virtual, size, start in self.places:
            if virtual <= address < virtual + size:
                return address - virtual + start
        raise Cut


def read(data: bytes) -> Binary:
    """Return what the headers and directories say."""
    found = Binary()
    try:
        (at,) = unpack("<I", data, 60)
        if data[at : at + 4] != b"PE\0\0":
            return found
        _, number, _, _, _, optional, _ = unpack("<HHIIIHH", data, at + 4)
        (magic,) = unpack("<H", data, at + 24)
    except Cut:
        return found
    pe = _Pe(data, magic == 0x20B, [])
    directories = at + 24 + (112 if pe.wide else 96)
    steps: tuple[Callable[[], None], ...] = (
        lambda: _sections(pe, found, at + 24 + optional, number),
        lambda: _imports(pe, found, unpack("<I", data, directories + 8)[0]),
        lambda: _delayed(pe, found, unpack("<I", data, directories + 13 * 8)[0]),
        lambda: _exports(pe, found, unpack("<I", data, directories)[0]),
        lambda: _certificates(found, *unpack("<II", data, directories + 4 * 8)),
    )
    for step in steps:
        try:
            step()
        except Cut:
            continue
    return found


def _sections(pe: _Pe, found: Binary, at: int, number: int) -> None:
    for index in range(min(number, 96)):
        raw, virtual_size, virtual, size, start, *_, flags = unpack("<8sIIIIIIHHI", pe.data, at + 40 * index)
        name = raw.rstrip(b"\0").decode("latin-1")
        pe.places.append((virtual, max(virtual_size, size), start))
        found.sections.append(Section(name, start, size, bool(flags & _EXECUTABLE)))
        found.end = max(found.end, start + size)


def _imports(pe: _Pe, found: Binary, address: int) -> None:
    if not address:
        return
    at = pe.offset(address)
    for index in range(SYMBOLS):
        lookup, _, _, name, table = unpack("<5I", pe.data, at + 20 * index)
        if not name:
            return
        _thunks(pe, found, text_at(pe.data, pe.offset(name)), lookup or table)


def _delayed(pe: _Pe, found: Binary, address: int) -> None:
    if not address:
        return
    at = pe.offset(address)
    for index in range(SYMBOLS):
        _, name, _, _, names = unpack("<5I", pe.data, at + 32 * index)
        if not name:
            return
        _thunks(pe, found, text_at(pe.data, pe.offset(name)), names)


def _thunks(pe: _Pe, found: Binary, library: str, address: int) -> None:
    stem = library.lower().removesuffix(".dll")
    found.libraries.append(library)
    size = 8 if pe.wide else 4
    at = pe.offset(address)
    for index in range(SYMBOLS):
        (value,) = unpack("<Q" if pe.wide else "<I", pe.data, at + size * index)
        if not value or len(found.imports) >= SYMBOLS:
            return
        if value >> (8 * size - 1):
            found.imports.append((stem, f"#{value & 0xFFFF}"))
        else:
            found.imports.append((stem, text_at(pe.data, pe.offset(value & 0x7FFFFFFF) + 2)))


def _exports(pe: _Pe, found: Binary, address: int) -> None:
    if not address:
        return
    (count,) = unpack("<I", pe.data, pe.offset(address) + 24)
    (names,) = unpack("<I", pe.data, pe.offset(address) + 32)
    at = pe.offset(names)
    for index in range(min(count, SYMBOLS)):
        (name,) = unpack("<I", pe.data, at + 4 * index)
        found.exports.append(text_at(pe.data, pe.offset(name)))


def _certificates(found: Binary, start: int, size: int) -> None:
    """Count signatures, which stand behind all sections, as part of the file."""
    if start and found.end <= start + 8:
        found.end = max(found.end, start + size)
