"""Marshalled code of nine interpreters, and a hand assembler for a tenth."""

from __future__ import annotations

import base64
import json
import struct
from pathlib import Path

from pratique.languages.bytecode.versions import table_of

_HERE = Path(__file__).parent
ALL: dict[str, dict[str, str]] = json.loads((_HERE / "fixtures.json").read_text("ascii"))
VERSIONS = tuple(sorted(ALL, key=lambda text: tuple(map(int, text.split(".")))))
MAGIC = {
    "2.7": 62211, "3.6": 3379, "3.7": 3394, "3.8": 3413, "3.9": 3425, "3.10": 3439, "3.11": 3495, "3.12": 3531,
    "3.13": 3571, "3.14": 3627,
}  # fmt: skip


def marshalled(version: str, name: str = "calls") -> bytes:
    """Return the code that a version of CPython made of one of our sources."""
    return base64.b64decode(ALL[version][name])


def pyc(version: str, code: bytes) -> bytes:
    """Put the header of a `.pyc` file before marshalled code."""
    size = 8 if version == "2.7" else 12 if version == "3.6" else 16
    return struct.pack("<HBB", MAGIC[version], 13, 10).ljust(size, b"\0") + code


def text(value: str) -> bytes:
    """Marshal a text."""
    raw = value.encode()
    return b"u" + struct.pack("<i", len(raw)) + raw


def sequence(*items: bytes) -> bytes:
    """Marshal a tuple of marshalled items."""
    return b"(" + struct.pack("<i", len(items)) + b"".join(items)


def blob(value: bytes) -> bytes:
    """Marshal bytes."""
    return b"s" + struct.pack("<i", len(value)) + value


def assemble(minor: tuple[int, int], program: list[tuple[str, int]]) -> bytes:
    """Return the code string of some instructions, with their caches."""
    table = table_of(minor)
    assert table is not None
    made = b""
    for name, arg in program:
        number = table.names.index(name)
        made += bytes([number, arg]) + b"\0\0" * table.caches[number]
    return made


def code_new(code: bytes, consts: tuple[bytes, ...], names: tuple[str, ...]) -> bytes:
    """Marshal a module's code object as 3.11 and later lay it out."""
    head = b"c" + struct.pack("<5i", 0, 0, 0, 4, 0)
    parts = (blob(code), sequence(*consts), sequence(*map(text, names)), sequence(), blob(b""))
    named = (text("own.py"), text("<module>"), text("<module>"))
    return head + b"".join(parts) + b"".join(named) + struct.pack("<i", 1) + blob(b"") + blob(b"")
