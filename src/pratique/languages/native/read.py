"""From the tables of a binary to facts."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Final

from pratique.languages.native import elf, macho, pe, wasm
from pratique.languages.native.binary import Binary
from pratique.model import Arg, Facts, Import, Node, Scope, Span

if TYPE_CHECKING:
    import ahocorasick_rs

CALLS: Final = 5_000
"""Imported functions that are kept."""
TEXTS: Final = 300
"""Texts of interest that are kept."""
SEARCHED: Final = 64 << 20
"""Bytes that are searched for texts."""
SAMPLE: Final = 1 << 18
"""Bytes of a section whose entropy is measured."""
DENSE: Final = 7.4
"""Bits per byte from which on a section of code is packed or encrypted: compiled code stays below 7."""
_TEXT: Final = re.compile(
    rb"(?:https?|wss?|ftp)://[\x21-\x7e]{4,300}"
    rb"|\.ssh/id_|\.aws/credentials|\.config/gcloud|/etc/shadow|Login Data|wallet\.dat"
    rb"|/bin/(?:ba)?sh -c|cmd(?:\.exe)? /[ck] |powershell(?:\.exe)? -|curl -|wget -"
)
"""Addresses, stores of secrets and command lines; the latter two are kept with the text around them."""
_ANCHORS: Final = (
    b"://", b".ssh/id_", b".aws/credentials", b".config/gcloud", b"/etc/shadow", b"Login Data", b"wallet.dat",
    b"/bin/bash -c", b"/bin/sh -c", b"cmd /", b"cmd.exe /", b"powershell -", b"powershell.exe -", b"curl -", b"wget -",
)  # fmt: skip
"""What every match of `_TEXT` holds: one scan for all of them is fourteen times as fast as the expression."""
_SCHEMES: Final = (b"https", b"http", b"wss", b"ws", b"ftp")
_CHUNK: Final = 1 << 20
_LONGEST: Final = max(map(len, _ANCHORS))
_AFTER: Final = re.compile(rb"[\x20-\x7e]{0,200}")
_PYTHON: Final = re.compile(r"_?Py[A-Z_]")
_PYTHON_LIBRARY: Final = re.compile(r"(?:lib)?python\d*")
_PACKED: Final = ("UPX0", "UPX1", ".aspack", ".petite", ".vmp0", ".themida", ".MPRESS1")
_UPX: Final = b"UPX!"
"""What UPX writes behind the headers of the programs that it packs, whatever their format."""
_HEADERS: Final = 1 << 10
_ARCHIVES: Final = (b"PK\x03\x04", b"\x1f\x8b\x08", b"7z\xbc\xaf\x27\x1c", b"MZ", b"\x7fELF")


def tables_of(data: bytes) -> Binary:
    """Return the tables of a binary of any format."""
    if data[:4] == b"\x7fELF":
        return elf.read(data)
    if data[:2] == b"MZ":
        return pe.read(data)
    return wasm.read(data) if data[:4] == b"\0asm" else macho.read(data)


def read(data: bytes, depth: str, front_end: str) -> Facts:
    """Return the facts of one binary. Never raises."""
    try:
        found = tables_of(data)
        nodes = (*_texts(data), *_calls(found))
        traits = tuple((trait, 1) for trait in dict.fromkeys(_traits(data, found)))
    except Exception as error:  # noqa: BLE001 - whatever goes wrong, a crash must not hide the file
        found, nodes, traits = Binary(), (), ((f"unreadable-tables ({type(error).__name__})", 1),)
    return Facts(
        language="native",
        front_end=front_end,
        depth=depth,
        scopes=(Scope(0, -1, "module", "", (), Span(), nodes),),
        imports=tuple(Import(_clean(library), "", "", 0, 1) for library in dict.fromkeys(found.libraries) if library),
        traits=traits,
    )


def _calls(found: Binary) -> Iterator[Node]:
    """Yield a call for each imported function, named by its library; ELF and Mach-O do not tell which one."""
    names = dict.fromkeys(_resolved(library, name) for library, name in found.imports)
    for name in list(names)[:CALLS]:
        yield Node("call", _clean(name), (), 1, 0)


def _resolved(library: str, name: str) -> str:
    if _PYTHON.match(name) or _PYTHON_LIBRARY.fullmatch(library):
        return f"libpython.{name}"
    if library in ("msvcrt", "ucrtbase") or library.startswith("api-ms-win-crt"):
        return f"libc.{name}"
    return f"{library or 'libc'}.{name}"


def _texts(data: bytes) -> Iterator[Node]:
    found: dict[str, None] = {}
    end = 0
    for start in _starts(data):
        match = _TEXT.match(data, start, SEARCHED) if start >= end else None
        if match:
            end = match.end()
            found[_around(data, match).decode("ascii")] = None
            if len(found) >= TEXTS:
                break
    for number, text in enumerate(found):
        yield Node("const", "", (), 1, 0, text, True)
        yield Node("call", "native.address" if "://" in text[:8] else "native.text", (Arg("0", 2 * number),), 1, 0)


def _starts(data: bytes) -> Iterator[int]:
    """Yield where `_TEXT` may match, in order."""
    anchors = _anchors()
    for chunk in range(0, min(len(data), SEARCHED), _CHUNK):
        part = data[chunk : chunk + _CHUNK + _LONGEST]
        starts = set()
        for pattern, at, _ in anchors.find_matches_as_indexes(part, overlapping=True):
            if at >= _CHUNK:
                continue  # the next stretch begins with it
            if pattern:
                starts.add(chunk + at)
            else:
                starts |= {chunk + at - len(one) for one in _SCHEMES if data.endswith(one, 0, chunk + at)}
        yield from sorted(starts)


@cache
def _anchors() -> ahocorasick_rs.BytesAhoCorasick:
    import ahocorasick_rs

    return ahocorasick_rs.BytesAhoCorasick(_ANCHORS)


def _around(data: bytes, match: re.Match[bytes]) -> bytes:
    """Return an address as it is, and what else was found with the printable text around it."""
    if b"://" in match[0]:
        return match[0]
    start, end = match.span()
    before = start
    while before > max(0, start - 120) and 0x20 <= data[before - 1] <= 0x7E:
        before -= 1
    after = _AFTER.match(data, end)
    return data[before : after.end() if after else end]


def _traits(data: bytes, found: Binary) -> Iterator[str]:
    for section in found.sections:
        part = data[section.start : section.start + min(section.size, SAMPLE)]
        if section.executable and len(part) >= 4096 and entropy(part) > DENSE:
            yield "high-entropy-code"
        if section.name in _PACKED:
            yield "packed"
    if _UPX in data[:4096]:
        yield "packed"
    body = data[_HEADERS : _HEADERS + SAMPLE]
    if not found.sections and len(body) >= 4096 and entropy(body) > DENSE:
        yield "high-entropy-code"  # packers leave out the table of sections
    behind = data[found.end :] if found.end else b""
    if len(behind.strip(b"\0")) > 512:
        yield "appended-data"
        yield from ("embedded-archive" for magic in _ARCHIVES if magic in behind[:4096])
    if data.count(b"This program cannot be run in DOS mode", 0, SEARCHED) > (data[:2] == b"MZ"):
        yield "embedded-pe"
    if len(found.sections) + len(found.imports) == 0:
        yield "no-tables"


def entropy(data: bytes) -> float:
    """Return the bits per byte of some bytes, between 0 and 8."""
    total = len(data)
    return -sum(count / total * math.log2(count / total) for count in Counter(data).values()) if total else 0.0


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
