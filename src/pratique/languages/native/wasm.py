"""WebAssembly: imports and exports (WebAssembly core specification, binary format, "Modules")."""

from __future__ import annotations

from pratique.languages.native.binary import NAME, SYMBOLS, Binary, Cut, Section

_IMPORTS, _EXPORTS, _CODE = 2, 7, 10


class _Cursor:
    def __init__(self, data: bytes, at: int, end: int) -> None:
        self.data, self.at, self.end = data, at, min(end, len(data))

    def number(self) -> int:
        value = shift = 0
        while shift < 64:
            if self.at >= self.end:
                raise Cut
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 0x7F) << shift
            if not byte & 0x80:
                return value
            shift += 7
        raise Cut

    def text(self) -> str:
        size = self.number()
        if self.at + size > self.end:
            raise Cut
        self.at += size
        return self.data[self.at - size : self.at][:NAME].decode("utf-8", "replace")


def read(data: bytes) -> Binary:
    """Return the imports and exports of a module."""
    found = Binary()
    cursor = _Cursor(data, 8, len(data))
    try:
        while cursor.at < len(data) and len(found.sections) < SYMBOLS:
            kind, size = cursor.number(), cursor.number()
            found.sections.append(Section(f"section {kind}", cursor.at, size, kind == _CODE))
            part = _Cursor(data, cursor.at, cursor.at + size)
            if kind == _IMPORTS:
                _imports(part, found)
            elif kind == _EXPORTS:
                _exports(part, found)
            cursor.at += size
            found.end = cursor.at
    except Cut:
        pass
    return found


def _imports(part: _Cursor, found: Binary) -> None:
    for _ in range(min(part.number(), SYMBOLS)):
        module, name = part.text(), part.text()
        found.imports.append((module, name))
        kind = part.number()
        if kind in (1, 3):  # a table's or a global's type comes first
            part.number()
        if kind == 3:
            part.number()
        elif kind in (1, 2):
            flags = part.number()
            part.number()
            if flags & 1:
                part.number()
        else:
            part.number()


def _exports(part: _Cursor, found: Binary) -> None:
    for _ in range(min(part.number(), SYMBOLS)):
        found.exports.append(part.text())
        part.number()
        part.number()
