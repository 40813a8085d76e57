"""The records of a zip file, parsed one by one from bytes at an offset (APPNOTE 4.3)."""

from __future__ import annotations

import struct
import zlib

import msgspec

LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
END64, LOCATOR, DESCRIPTOR = b"PK\x06\x06", b"PK\x06\x07", b"PK\x07\x08"
EXTRA_RECORDS = {b"PK\x06\x08": (4, "<I"), b"PK\x05\x05": (4, "<H")}
"""Archive extra data and digital signature: where their length is, and how it is written."""
MAX32, MAX16 = 0xFFFFFFFF, 0xFFFF
ENCRYPTED, STREAMED, UTF8 = 1, 8, 0x800
_LOCAL = struct.Struct("<4xHHHHHIIIHH")
_CENTRAL = struct.Struct("<4xHHHHHHIIIHHHHHII")
_END = struct.Struct("<4xHHHHIIH")
_END64 = struct.Struct("<4xQHHIIQQQQ")
_LOCATOR = struct.Struct("<4xIQI")


class Header(msgspec.Struct, frozen=True, gc=False):
    """What a local header or a directory record says about one member."""

    at: int
    end: int
    """End of the record; for a local header, where the data starts."""
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    raw: bytes
    """The name's bytes."""
    extra: bytes
    local_at: int = -1
    """Directory records: where the local header is said to be."""
    mode: int = 0
    """Directory records: Unix mode, 0 if it was not made on Unix."""
    conflict: bool = False
    """A zip64 field contradicts a plain one that leaves no room for it."""

    @property
    def name(self) -> str:
        """The name as Python's zipfile decodes it: UTF-8 if flagged, else code page 437."""
        return self.raw.decode("utf-8" if self.flags & UTF8 else "cp437", "replace")

    @property
    def open_ended(self) -> bool:
        """Whether a local header leaves the sizes to a data descriptor."""
        return bool(self.flags & STREAMED) and not self.packed


class End(msgspec.Struct, frozen=True, gc=False):
    """An end-of-directory record, with its zip64 companion if there is one."""

    at: int
    end: int
    """After the comment, as far as it lies in the file."""
    disks: bool
    """Whether it speaks of more than one disk."""
    count: int
    length: int
    offset: int
    comment: int
    tail_at: int
    """Where the end records start: the zip64 one, if present, else this."""
    spans: tuple[tuple[int, int], ...]
    """The bytes of all the end records."""
    conflict: bool = False
    plain: tuple[int, int, int] = (0, 0, 0)
    """(count, length, offset) of the plain record, zip64 or not."""


def local_at(view: memoryview, at: int) -> Header | None:
    """Return the local header at an offset, None if there is none or it does not fit."""
    if view[at : at + 4] != LOCAL or at + 30 > len(view) or at < 0:
        return None
    _, flags, method, _, _, crc, packed, size, name_length, extra_length = _LOCAL.unpack_from(view, at)
    middle = at + 30 + name_length
    end = middle + extra_length
    if end > len(view):
        return None
    extra = bytes(view[middle:end])
    conflict = False
    if extra:
        packed, size, _, conflict = _zip64(extra, packed, size, -1)
    return Header(at, end, flags, method, crc, packed, size, bytes(view[at + 30 : middle]), extra, conflict=conflict)


def central_at(view: memoryview, at: int) -> Header | None:
    """Return the directory record at an offset, None if there is none or it does not fit."""
    if view[at : at + 4] != CENTRAL or at + 46 > len(view) or at < 0:
        return None
    (
        made_by, _, flags, method, _, _, crc, packed, size, name_length, extra_length, comment_length, _, _, external,
        local,
    ) = _CENTRAL.unpack_from(view, at)  # fmt: skip
    middle = at + 46 + name_length
    extra_end = middle + extra_length
    end = extra_end + comment_length
    if end > len(view):
        return None
    extra = bytes(view[middle:extra_end])
    conflict = False
    if extra:
        packed, size, local, conflict = _zip64(extra, packed, size, local)
    mode = external >> 16 if made_by >> 8 == 3 else 0
    return Header(
        at, end, flags, method, crc, packed, size, bytes(view[at + 46 : middle]), extra, local, mode, conflict
    )  # fmt: skip


def _fields(extra: bytes, wanted: int) -> bytes | None:
    """Return the first extra field with an id."""
    at = 0
    while at + 4 <= len(extra):
        ident, length = struct.unpack_from("<HH", extra, at)
        if ident == wanted:
            return extra[at + 4 : at + 4 + length]
        at += 4 + length
    return None


def _zip64(extra: bytes, packed: int, size: int, local: int) -> tuple[int, int, int, bool]:
    """Return packed size, size and offset with the zip64 field applied, and whether it contradicts them.

    The field holds only the values whose plain field is all ones (APPNOTE 4.5.3), in this order: size, packed, offset.
    Some writers fill it in all the same; then it must agree.
    """
    field = _fields(extra, 1)
    if field is None:
        return packed, size, local, False
    values = [int.from_bytes(field[at : at + 8], "little") for at in range(0, len(field) - 7, 8)]
    missing = (size == MAX32) + (packed == MAX32) + (local == MAX32)
    if not missing:
        given = [value for value in values[:2] if value]
        return packed, size, local, any(g not in (size, packed, local) for g in given) and bool(size or packed)
    if len(values) < missing:
        return packed, size, local, True
    queue = iter(values)
    size = next(queue) if size == MAX32 else size
    packed = next(queue) if packed == MAX32 else packed
    local = next(queue) if local == MAX32 else local
    return packed, size, local, False


def unicode_path(header: Header) -> str | None:
    """Return the name in an Info-ZIP Unicode path field (0x7075), None if it is absent, stale or equal."""
    field = _fields(header.extra, 0x7075) if header.extra else None
    if field is None or len(field) < 6 or field[0] != 1:
        return None
    if struct.unpack_from("<I", field, 1)[0] != zlib.crc32(header.raw):
        return None
    name = field[5:].decode("utf-8", "replace")
    return name if name != header.raw.decode("utf-8", "replace") and name != header.name else None


def end_at(view: memoryview, at: int) -> End | None:
    """Return the end record at an offset, with the zip64 records that belong to it."""
    if view[at : at + 4] != END or at + 22 > len(view) or at < 0:
        return None
    disk, start_disk, here, count, length, offset, comment = _END.unpack_from(view, at)
    plain = (count, length, offset)
    end = min(at + 22 + comment, len(view))
    spans = [(at, end)]
    tail_at, conflict = at, False
    disks = bool(disk not in (0, MAX16) or start_disk not in (0, MAX16))
    wide = _end64(view, at)
    if wide is not None:
        tail_at, count64, length64, offset64, more = wide
        spans += more
        limits = (MAX16, MAX32, MAX32)
        values = (count64, length64, offset64)
        conflict = any(p not in (limit, v) for p, v, limit in zip(plain, values, limits, strict=True))
        count, length, offset = values
    elif count != here:
        conflict = True
    return End(at, end, disks, count, length, offset, comment, tail_at, tuple(spans), conflict, plain)


def _end64(view: memoryview, at: int) -> tuple[int, int, int, int, tuple[tuple[int, int], ...]] | None:
    """Return (offset, count, length, directory offset, spans) of the zip64 end record before `at`."""
    locator = at - 20
    if locator < 0 or view[locator : locator + 4] != LOCATOR:
        return None
    _, said, _ = _LOCATOR.unpack_from(view, locator)
    for where in dict.fromkeys((locator - 56, said)):
        if 0 <= where <= locator - 56 and view[where : where + 4] == END64:
            size, _, _, _, _, _, count, length, offset = _END64.unpack_from(view, where)
            stop = min(where + 12 + size, locator)
            return where, count, length, offset, ((where, stop), (locator, at))
    return None


def descriptor_end(view: memoryview, at: int, crc: int, packed: int, size: int) -> int:
    """Return the end of the data descriptor at `at` that states these values, or -1."""
    for wide in ("<III", "<IQQ"):
        stated = struct.pack(
            wide, crc, packed & (MAX32 if wide == "<III" else ~0), size & (MAX32 if wide == "<III" else ~0)
        )
        for whole in (DESCRIPTOR + stated, stated):
            if view[at : at + len(whole)] == whole:
                return at + len(whole)
    return -1
