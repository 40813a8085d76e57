"""The reading from the end: end records, and the directories they point to."""

from __future__ import annotations

import re
import struct

import msgspec

from pratique.unpack.formats.zip.records import CENTRAL, END, LOCAL, End, Header, central_at, end_at

TAIL = 65_557
CANDIDATES = 16
"""End records that are followed; every further one is only reported."""


class Directory(msgspec.Struct, frozen=True):
    """One directory: its records, and how far all offsets in it are shifted."""

    start: int
    end: int
    shift: int
    records: tuple[Header, ...]


class Central(msgspec.Struct, frozen=True):
    """Everything the end of the file leads to."""

    ends: tuple[End, ...]
    """The one that Python's zipfile takes first; then the others outside of members."""
    directories: tuple[Directory, ...]
    """The one that Python's zipfile takes first, if it finds any."""
    primary: bool
    """Whether the first directory is what Python's zipfile reads."""
    problems: tuple[tuple[str, int, str], ...]


def primary_end(view: memoryview) -> End | None:
    """Return the end record that Python's zipfile takes: at the very end, else the last signature in the tail."""
    at = len(view) - 22
    if at >= 0 and view[at : at + 4] == END and bytes(view[-2:]) == b"\0\0":
        return end_at(view, at)
    start = max(0, len(view) - TAIL)
    at = bytes(view[start:]).rfind(END)
    return end_at(view, start + at) if at >= 0 else None


def all_ends(view: memoryview) -> list[int]:
    """Return every offset in the tail where an end signature stands."""
    start = max(0, len(view) - TAIL)
    return [start + found.start() for found in re.finditer(re.escape(END), bytes(view[start:]))]


def read_central(view: memoryview, primary: End | None, others: list[End], limit: int) -> Central:
    """Read the directories of all end records, `limit` records at most in one and twice as many in all."""
    fuel = 2 * limit
    problems: list[tuple[str, int, str]] = []
    directories: dict[int, Directory] = {}
    ends = ([primary] if primary else []) + others
    found_primary = False
    for number, end in enumerate(ends[:CANDIDATES]):
        starts = _starts(view, end)
        if number == 0 and primary:
            found_primary = bool(starts) and starts[0] == end.tail_at - end.length
            if not starts and (end.count or end.length):
                problems.append(("zip-directory-missing", end.at, ""))
            if len(starts) > 1:
                problems.append(("zip-directories-differ", end.at, f"at {starts[0]} or {starts[1]}"))
            problems += _complaints(end)
        for start in starts:
            if start not in directories and fuel > 0:
                directories[start] = directory = _read(view, start, end, min(limit, fuel))
                fuel -= len(directory.records)
                problems += _count(directory, end, min(limit, fuel))
    if fuel <= 0 or len(ends) > CANDIDATES:
        problems.append(("zip-directories-many", ends[0].at, f"{len(ends)} end records"))
    return Central(tuple(ends), tuple(directories.values()), found_primary, tuple(problems))


def _complaints(end: End) -> list[tuple[str, int, str]]:
    found = []
    if end.conflict:
        found.append(("zip64-mismatch", end.at, ""))
    if end.disks:
        found.append(("zip-multidisk", end.at, ""))
    if end.comment:
        found.append(("zip-comment", end.at, f"{end.comment} bytes"))
    return found


def _starts(view: memoryview, end: End) -> list[int]:
    """Return where the directory may start, as different readers compute it; Python's zipfile first."""
    _, length, offset = end.plain
    computed = (end.tail_at - end.length, end.offset, end.at - length, offset)
    return list(dict.fromkeys(at for at in computed if 0 <= at < end.at and view[at : at + 4] == CENTRAL))


def _read(view: memoryview, start: int, end: End, limit: int) -> Directory:
    records: list[Header] = []
    at = start
    while len(records) <= limit and (record := central_at(view, at)) is not None:
        records.append(record)
        at = record.end
    return Directory(start, at, _shift(view, start - end.offset, records), tuple(records))


def _shift(view: memoryview, shift: int, records: list[Header]) -> int:
    """Return the shift under which the first record's local header is where it is said to be."""
    if shift and records and view[records[0].local_at + shift :][:4] != LOCAL:
        first = records[0].local_at
        return 0 if view[first : first + 4] == LOCAL else shift
    return shift


def _count(directory: Directory, end: End, limit: int) -> list[tuple[str, int, str]]:
    found, length = len(directory.records), directory.end - directory.start
    if found > limit:
        return []
    said = end.count if end.tail_at != end.at else end.count & 0xFFFF
    counted = found if end.tail_at != end.at else found & 0xFFFF
    if said == counted and end.length == length:
        return []
    detail = f"{found} records of {length} bytes, said to be {end.count} of {end.length}"
    return [("zip-directory-count", directory.start, detail)]


def lurking_start(tail: bytes, size: int) -> int:
    """Return where a zip starts that only its end shows, -1 if these last bytes of `size` bytes end in none."""
    at = tail.rfind(END)
    if at < 0 or at + 22 > len(tail):
        return -1
    _, _, _, count, length, offset, _ = struct.unpack_from("<4xHHHHIIH", tail, at)
    base = size - len(tail)
    directory = base + at - length
    if not count or length < 46 or directory < offset or directory < 0:
        return -1
    if directory >= base and tail[directory - base : directory - base + 4] != CENTRAL:
        return -1
    return int(directory - offset)
