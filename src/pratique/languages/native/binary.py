"""What the readers of all formats fill in, and a bounded cursor over bytes."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Any, Final

SYMBOLS: Final = 20_000
"""Imports, exports and sections of one file, each."""
NAME: Final = 512
"""Bytes of one name."""


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the file."""

    name: str
    start: int
    size: int
    executable: bool


@dataclass(slots=True)
class Binary:
    """The tables of one binary, as far as they could be read."""

    imports: list[tuple[str, str]] = field(default_factory=list)
    """Library, or "" where the format does not say, and function."""
    exports: list[str] = field(default_factory=list)
    libraries: list[str] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    end: int = 0
    """Where the file ends by its own tables; 0 if they do not say."""


class Cut(Exception):
    """A table leads outside the file."""


def unpack(form: str, data: bytes, at: int) -> tuple[Any, ...]:
    """Read a structure at an offset.

    Raises:
        Cut: it does not lie within the file.

    """
    if at < 0 or at + struct.calcsize(form) > len(data):
        raise Cut
    return struct.unpack_from(form, data, at)


def text_at(data: bytes, at: int) -> str:
    """Return the text that ends with a NUL; "" outside the file."""
    if not 0 <= at < len(data):
        return ""
    end = data.find(b"\0", at, at + NAME)
    return data[at : end if end >= 0 else at + NAME].decode("utf-8", "replace")
