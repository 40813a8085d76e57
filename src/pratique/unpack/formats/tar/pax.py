"""Extended headers: pax records (POSIX.1-2001), GNU long names, and sparse maps."""

from __future__ import annotations

from pratique.unpack.formats.tar.header import BLOCK, number

LIMIT = 1 << 20
"""Bytes of one extended header."""
PIECES = 100_000
"""Pieces of one sparse map."""
Map = tuple[tuple[int, int], ...]


def records(data: bytes) -> tuple[tuple[tuple[str, str], ...], bool]:
    """Return the (key, value) records in order, and whether all of the data was well-formed."""
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(data) and data[at]:
        space = data.find(b" ", at, at + 12)
        digits = data[at:space] if space > at else b""
        if not digits.isdigit():
            return tuple(found), False
        end = at + int(digits)
        key, equals, value = data[space + 1 : end - 1].partition(b"=")
        if end > len(data) or end <= space + 1 or data[end - 1 : end] != b"\n" or not equals or not key:
            return tuple(found), False
        found.append((decode(key), decode(value)))
        at = end
    return tuple(found), not data[at:].strip(b"\0")


def decode(raw: bytes) -> str:
    """Return a name's text; bytes that are no UTF-8 become U+FFFD."""
    return raw.decode("utf-8", "replace")


def plain_number(text: str) -> int | None:
    """Return a decimal of at most 19 digits, else None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 19 else None


def gnu_map(block: bytes, extensions: list[bytes]) -> Map:
    """Return the sparse map of an old GNU header and its extension blocks."""
    pieces: list[tuple[int, int]] = []
    for area, count in ((block[386:482], 4), *((extension, 21) for extension in extensions)):
        for entry in range(count):
            offset, length = area[entry * 24 : entry * 24 + 12], area[entry * 24 + 12 : entry * 24 + 24]
            if offset and length and (offset[0] or length[0]):
                pieces.append((number(offset)[0], number(length)[0]))
    return tuple(pieces)


def pax_map(found: tuple[tuple[str, str], ...]) -> Map | None:
    """Return the sparse map of pax formats 0.0 and 0.1, None if the records are no map."""
    text = next((value for key, value in found if key == "GNU.sparse.map"), None)
    if text is None:
        numbers = [value for key, value in found if key in ("GNU.sparse.offset", "GNU.sparse.numbytes")]
    else:
        numbers = text.split(",")
    return _pairs([plain_number(value) for value in numbers])


def leading_map(data: bytes) -> tuple[Map, int] | None:
    """Return the map that precedes the data in pax format 1.0, and the bytes it takes; None if it is malformed."""
    lines = data.split(b"\n")[:-1]
    count = plain_number(decode(lines[0])) if lines else None
    if count is None or count > PIECES or len(lines) < 1 + 2 * count:
        return None
    used = lines[: 1 + 2 * count]
    pairs = _pairs([plain_number(decode(line)) for line in used[1:]])
    length = sum(len(line) + 1 for line in used)
    return (pairs, -(-length // BLOCK) * BLOCK) if pairs is not None else None


def possible(pieces: Map, stored: int, size: int) -> bool:
    """Whether a map is ordered, fits the file's size and uses no more than the stored bytes."""
    at = 0
    for offset, length in pieces:
        if offset < at:
            return False
        at = offset + length
    return at <= size and sum(length for _, length in pieces) <= stored and len(pieces) <= PIECES


def _pairs(numbers: list[int | None]) -> Map | None:
    whole = [value for value in numbers if value is not None]
    if len(whole) != len(numbers) or len(whole) % 2:
        return None
    return tuple(zip(whole[::2], whole[1::2], strict=True))
