"""Which CPython wrote some bytecode: by the magic number of a `.pyc` header, else by what fits.

Magic numbers: `Include/internal/pycore_magic_number.h` and `Lib/importlib/_bootstrap_external.py` of CPython.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import msgspec

from pratique.languages.bytecode.marshal import PYTHON2, PYTHON30, PYTHON38, PYTHON311, Layout


@dataclass(frozen=True, slots=True)
class Table:
    """The opcodes of one version."""

    names: tuple[str, ...]
    """By number; "" where there is none. Specialised and instrumented opcodes have their general name."""
    caches: tuple[int, ...]
    """Cache entries that follow, by number."""
    relative: frozenset[str]
    absolute: frozenset[str]
    special: frozenset[int]
    """Specialised and instrumented opcodes, which run but which no compiler writes."""


@dataclass(frozen=True, slots=True)
class Version:
    """A CPython minor version."""

    minor: tuple[int, int]
    magics: range
    header: int
    """Bytes of the header of a `.pyc` file."""
    layout: Layout

    @property
    def text(self) -> str:
        """The version as people write it."""
        return f"{self.minor[0]}.{self.minor[1]}"


VERSIONS: Final = (
    Version((2, 7), range(62171, 62221), 8, PYTHON2),
    Version((3, 2), range(3000, 3190), 8, PYTHON30),
    Version((3, 5), range(3190, 3360), 12, PYTHON30),
    Version((3, 6), range(3360, 3390), 12, PYTHON30),
    Version((3, 7), range(3390, 3400), 16, PYTHON30),
    Version((3, 8), range(3400, 3420), 16, PYTHON38),
    Version((3, 9), range(3420, 3430), 16, PYTHON38),
    Version((3, 10), range(3430, 3450), 16, PYTHON38),
    Version((3, 11), range(3450, 3500), 16, PYTHON311),
    Version((3, 12), range(3500, 3550), 16, PYTHON311),
    Version((3, 13), range(3550, 3600), 16, PYTHON311),
    Version((3, 14), range(3600, 3650), 16, PYTHON311),
    Version((3, 15), range(3650, 3700), 16, PYTHON311),
)
GUESSED: Final = ((3, 12), (3, 11), (3, 13), (3, 10), (3, 14), (3, 9), (3, 8), (3, 7), (3, 6), (2, 7))
"""The order in which versions are tried where no header tells."""


def by_header(data: bytes) -> Version | None:
    """Return the version that the header of a `.pyc` file names, None if there is no header of a known one."""
    if data[2:4] != b"\r\n":
        return None
    magic = int.from_bytes(data[:2], "little")
    return next((version for version in VERSIONS if magic in version.magics), None)


def by_minor(minor: tuple[int, int]) -> Version:
    """Return a version of `VERSIONS`."""
    return next(version for version in VERSIONS if version.minor == minor)


class _Entry(msgspec.Struct):
    names: str
    caches: dict[str, int]
    jrel: list[str]
    jabs: list[str]
    special: list[int]


@cache
def _entries() -> dict[str, _Entry]:
    raw = files("pratique").joinpath("languages", "bytecode", "opcodes.json").read_bytes()
    return msgspec.json.decode(raw, type=dict[str, _Entry])


@cache
def table_of(minor: tuple[int, int]) -> Table | None:
    """Return the opcodes of a version, None where there is no table of it."""
    entry = _entries().get(f"{minor[0]}.{minor[1]}")
    if entry is None:
        return None
    names = tuple("" if name == "-" else name for name in entry.names.split(" "))
    names += ("",) * (256 - len(names))
    caches = tuple(entry.caches.get(name, 0) for name in names)
    return Table(names, caches, frozenset(entry.jrel), frozenset(entry.jabs), frozenset(entry.special))
