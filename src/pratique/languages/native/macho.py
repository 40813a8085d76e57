"""Mach-O, thin and fat: libraries, undefined symbols, sections.

Format: Apple, `mach-o/loader.h`, `mach-o/fat.h` and `mach-o/nlist.h`.
"""

from __future__ import annotations

from pratique.languages.native.binary import SYMBOLS, Binary, Cut, Section, text_at, unpack

_FAT = {b"\xca\xfe\xba\xbe": False, b"\xca\xfe\xba\xbf": True}
_THIN = {
    b"\xfe\xed\xfa\xce": (">", False), b"\xfe\xed\xfa\xcf": (">", True),
    b"\xce\xfa\xed\xfe": ("<", False), b"\xcf\xfa\xed\xfe": ("<", True),
}  # fmt: skip
_LIBRARIES = frozenset({0xC, 0x80000018, 0x8000001F, 0x80000023, 0x20})
_SEGMENTS, _SYMTAB = {0x1: False, 0x19: True}, 0x2
SLICES = 8
"""Architectures of a fat file."""


def read(data: bytes) -> Binary:
    """Return what the load commands say, of all architectures together."""
    found = Binary()
    for start, size in _slices(data):
        part = data[start : start + size]
        if part[:4] in _THIN:
            try:
                _thin(part, found, start, *_THIN[part[:4]])
            except Cut:
                continue
    return found


def _slices(data: bytes) -> list[tuple[int, int]]:
    wide = _FAT.get(data[:4])
    if wide is None:
        return [(0, len(data))]
    slices: list[tuple[int, int]] = []
    try:
        (count,) = unpack(">I", data, 4)
        for index in range(min(count, SLICES)):
            if wide:
                _, _, start, size = unpack(">IIQQ", data, 8 + 32 * index)
            else:
                _, _, start, size = unpack(">IIII", data, 8 + 20 * index)
            slices.append((start, size))
    except Cut:
        pass
    return slices


def _thin(data: bytes, found: Binary, base: int, order: str, wide: bool) -> None:
    (count,) = unpack(f"{order}I", data, 16)
    at = 32 if wide else 28
    for _ in range(min(count, 4096)):
        command, size = unpack(f"{order}II", data, at)
        if command in _LIBRARIES:
            (name,) = unpack(f"{order}I", data, at + 8)
            found.libraries.append(text_at(data, at + name))
        elif command in _SEGMENTS:
            _segment(data, found, at, base, order, _SEGMENTS[command])
        elif command == _SYMTAB:
            _symbols(data, found, at, order, wide)
        if size < 8:
            raise Cut
        at += size


def _segment(data: bytes, found: Binary, at: int, base: int, order: str, wide: bool) -> None:
    form = f"{order}16sQQQQIIII" if wide else f"{order}16sIIIIIIII"
    name, _, _, start, size, _, protection, _, _ = unpack(form, data, at + 8)
    text = name.rstrip(b"\0").decode("latin-1")
    found.sections.append(Section(text, base + start, size, bool(protection & 4)))
    found.end = max(found.end, base + start + size)


def _symbols(data: bytes, found: Binary, at: int, order: str, wide: bool) -> None:
    symbols, count, strings, length = unpack(f"{order}4I", data, at + 8)
    del length
    size = 16 if wide else 12
    for index in range(min(count, SYMBOLS)):
        name, kind = unpack(f"{order}IB", data, symbols + size * index)
        if kind & 0xE0 or not kind & 1:  # debugging, or not external
            continue
        text = text_at(data, strings + name).removeprefix("_")
        if text and not kind & 0xE:
            found.imports.append(("", text))
        elif text:
            found.exports.append(text)
