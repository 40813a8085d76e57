"""The reading from the front: local headers, each followed by its data, structurally."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping

import msgspec

from pratique.unpack.formats.zip.records import (
    CENTRAL,
    DESCRIPTOR,
    ENCRYPTED,
    END,
    EXTRA_RECORDS,
    LOCAL,
    STREAMED,
    Header,
    central_at,
    descriptor_end,
    end_at,
    local_at,
)
from pratique.unpack.ledger import Range
from pratique.unpack.site import Weight

_SIGNATURE = re.compile(rb"PK(?:\x03\x04|\x01\x02|\x05\x06)")
_DESCRIPTOR = re.compile(re.escape(DESCRIPTOR))
SCANS = 4
"""How many times the archive's length may be searched for the ends of stored members that leave them open."""
Weigh = Callable[[Header, int], Weight | None]


class Local(msgspec.Struct, frozen=True, gc=False):
    """One local header with the extent of its data, as found from the front."""

    header: Header
    data_end: int
    """End of the data, -1 if it reaches beyond the file or could not be found."""
    stop: int
    """Where the next record starts."""
    descriptor: bool = True
    """False if a promised data descriptor is missing."""


class Walked(msgspec.Struct):
    """What the walk found."""

    locals: dict[int, Local]
    centrals: dict[int, int]
    """Start and end of the directory records met on the way."""
    ends: list[int]
    claims: list[Range]
    full: bool = False
    """Whether there were more members than the limit."""


def walk_front(
    view: memoryview, hints: Mapping[int, Header], known: Mapping[int, int], limit: int, weigh: Weigh
) -> Walked:
    """Walk the records from offset 0.

    `hints`: directory records by local offset, for what the headers leave open. `known`: start and end of directory
    records that are already parsed. `weigh(header, end)` inflates a member whose data lies before `end`; None if its
    method is unknown.
    """
    walked = Walked({}, {}, [], [])
    extents = _Extents(view, weigh)
    at, size = 0, len(view)
    while at < size:
        signature = bytes(view[at : at + 4])
        stop = -1
        if signature == LOCAL and (header := local_at(view, at)) is not None:
            if len(walked.locals) >= limit:
                walked.full = True
                break
            found = extents.find(header, hints.get(at))
            walked.locals[at] = found
            _claim(walked, found)
            stop = found.stop
        elif signature == CENTRAL and (stop := known.get(at) or _central_end(view, at)) > 0:
            walked.centrals[at] = stop
            walked.claims.append(Range(at, stop, "header"))
        elif signature == END and (end := end_at(view, at)) is not None:
            walked.ends.append(at)
            walked.claims += [Range(*span, "header") for span in end.spans]
            stop = end.end
        elif signature in EXTRA_RECORDS:
            stop = _extra_record(view, at, signature)
            walked.claims.append(Range(at, min(stop, size), "header"))
        at = stop if stop > at else _next(view, at + 1)
    return walked


def _claim(walked: Walked, found: Local) -> None:
    header = found.header
    walked.claims.append(Range(header.at, header.end, "header"))
    if found.data_end > header.end:
        walked.claims.append(Range(header.end, found.data_end, "data"))
    if found.stop > found.data_end >= 0:
        walked.claims.append(Range(found.data_end, found.stop, "header"))


def _central_end(view: memoryview, at: int) -> int:
    record = central_at(view, at)
    return record.end if record is not None else -1


def _extra_record(view: memoryview, at: int, signature: bytes) -> int:
    where, form = EXTRA_RECORDS[signature]
    width = 4 if form == "<I" else 2
    return at + where + width + int.from_bytes(view[at + where : at + where + width], "little")


def _next(view: memoryview, at: int) -> int:
    """Return the next offset where a record's signature stands, else the end."""
    found = _SIGNATURE.search(view, at)
    return found.start() if found else len(view)


class _Extents:
    """Finds where members end, within a fuel of searched bytes."""

    def __init__(self, view: memoryview, weigh: Weigh) -> None:
        self._view = view
        self._weigh = weigh
        self._fuel = SCANS * len(view)

    def find(self, header: Header, hint: Header | None) -> Local:
        """Find where a member's data and descriptor end."""
        view, size = self._view, len(self._view)
        if not header.open_ended:
            end = header.end + header.packed
            if end <= size:
                return _with_descriptor(view, header, end, hint)
            fallback = header.end + hint.packed if hint is not None and header.end + hint.packed <= size else header.end
            return Local(header, -1, fallback)
        hinted = _by_hint(view, header, hint)
        if (hinted.descriptor and hinted.data_end >= 0) or header.flags & ENCRYPTED:
            return hinted
        if header.method == 0:
            return self._stored(header) or hinted
        weight = self._weigh(header, size)
        if weight is None or weight.error or weight.refused:
            return hinted
        end = header.end + weight.consumed
        stop = descriptor_end(view, end, weight.crc, weight.consumed, weight.size)
        return Local(header, end, max(stop, end), stop >= 0)

    def _stored(self, header: Header) -> Local | None:
        """Find the descriptor that states the very distance it stands at, and the CRC of what lies before it."""
        view, crc, done = self._view, 0, header.end
        if self._fuel <= 0:
            return None
        for found in _DESCRIPTOR.finditer(view, header.end):
            at = found.start()
            self._fuel -= at - done
            if self._fuel < 0:
                return None
            crc, done = zlib.crc32(view[done:at], crc), at
            stop = descriptor_end(view, at, crc, at - header.end, at - header.end)
            if stop >= 0:
                return Local(header, at, stop)
        self._fuel -= len(view) - done
        return None


def _by_hint(view: memoryview, header: Header, hint: Header | None) -> Local:
    """Take the directory's word for a member whose own header does not say where it ends."""
    if hint is None or header.end + hint.packed > len(view):
        return Local(header, -1, header.end)
    return _with_descriptor(view, header, header.end + hint.packed, hint)


def _with_descriptor(view: memoryview, header: Header, end: int, hint: Header | None) -> Local:
    """Skip the descriptor of a member of known size."""
    if not header.flags & STREAMED:
        return Local(header, end, end)
    for known in (None if header.open_ended else header, hint):
        if known is not None:
            stop = descriptor_end(view, end, known.crc, known.packed, known.size)
            if stop >= 0:
                return Local(header, end, stop)
    return Local(header, end, end, descriptor=False)
