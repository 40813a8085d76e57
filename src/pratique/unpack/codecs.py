"""Bounded decompression: chunks of at most a megabyte, whatever the input claims. Nothing here raises on bad data."""

from __future__ import annotations

import bz2
import lzma
import struct
import sys
import zlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Literal

from pratique.unpack.ledger import Range

if TYPE_CHECKING or sys.version_info < (3, 14):
    from backports import zstd
else:
    from compression import zstd

Codec = Literal["stored", "deflate", "bzip2", "lzma", "gz", "bz2", "xz", "zst"]
"""The first four are one raw stream each, as in zip members; the others are framed and may follow each other."""
FEED = 1 << 16
CHUNK = 1 << 20
MEMORY = 256 << 20
"""What a decompressor's window may take; `xz -9` needs 65 MB, `zstd --ultra -22` 128 MB."""
WINDOW_LOG = 27
BAD_DATA = (zlib.error, lzma.LZMAError, zstd.ZstdError, OSError, EOFError, ValueError, MemoryError, struct.error)
_ZERO = b"\0"


class _Inflate:
    """zlib's raw inflate with the interface of the other decompressors."""

    def __init__(self) -> None:
        self._z = zlib.decompressobj(-15)

    def decompress(self, data: Any, max_length: int) -> bytes:
        tail = self._z.unconsumed_tail
        return self._z.decompress(tail + bytes(data) if tail else data, max_length)

    @property
    def eof(self) -> bool:
        return self._z.eof

    @property
    def unused_data(self) -> bytes:
        return self._z.unused_data

    @property
    def needs_input(self) -> bool:
        return not self._z.unconsumed_tail


def _lzma_of_zip(view: memoryview) -> tuple[Any, int]:
    """Return the decompressor of a zip member's LZMA and where its data starts (APPNOTE 5.8.8)."""
    _, length = struct.unpack_from("<HH", view)
    properties = bytes(view[4 : 4 + length])
    filters = lzma._decode_filter_properties(lzma.FILTER_LZMA1, properties)  # type: ignore[attr-defined]  # noqa: SLF001
    if filters.get("dict_size", 0) > MEMORY:
        raise ValueError("LZMA dictionary too large")
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[filters]), 4 + length


def _zstd() -> Any:
    return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: WINDOW_LOG})


_RAW: dict[str, Callable[[memoryview], tuple[Any, int]]] = {
    "deflate": lambda _: (_Inflate(), 0),
    "bzip2": lambda _: (bz2.BZ2Decompressor(), 0),
    "lzma": _lzma_of_zip,
}


class Inflation:
    """The decompressed bytes of `view`: iterate once, then look at what happened."""

    def __init__(self, codec: Codec, view: memoryview) -> None:
        self.codec = codec
        self.view = view
        self.fed = 0
        """Input bytes given to the decompressor so far."""
        self.consumed = 0
        """Input bytes that belong to complete streams, once iterated."""
        self.error = ""
        """`corrupt: …` or `truncated`, or ""."""
        self.streams = 0
        self.notes: list[tuple[str, int, str]] = []
        """(code, offset, detail) of what is wrong around the streams."""
        self.ranges: list[Range] = []
        """Of whole-file codecs: where headers and data lie."""
        self._start = 0

    def __iter__(self) -> Iterator[bytes]:
        try:
            if self.codec == "stored":
                yield from self._stored()
            elif self.codec in _RAW:
                decoder, at = _RAW[self.codec](self.view)
                yield from self._pump(decoder, at)
            else:
                yield from self._streams()
        except BAD_DATA as error:
            self.error = f"corrupt: {error}"[:200]
            self.ranges.append(Range(self._start, len(self.view), "data"))

    def _stored(self) -> Iterator[bytes]:
        for at in range(0, len(self.view), CHUNK):
            piece = bytes(self.view[at : at + CHUNK])
            self.fed = self.consumed = at + len(piece)
            yield piece

    def _pump(self, decoder: Any, at: int) -> Iterator[bytes]:
        """Feed one stream that starts at `at`; afterwards `consumed` is where it ended."""
        view, fed = self.view, at
        while not decoder.eof:
            piece: Any = b""
            if decoder.needs_input:
                piece = view[fed : fed + FEED]
                fed += len(piece)
                self.fed = fed
            chunk = decoder.decompress(piece, CHUNK)
            if chunk:
                yield chunk
            elif not len(piece) and not decoder.eof and fed >= len(view):
                self.error = "truncated"
                self.consumed = fed
                return
        self.consumed = fed - len(decoder.unused_data)

    def _streams(self) -> Iterator[bytes]:
        """Streams of a whole file, one after the other, with what lies between and after them."""
        at, view = 0, self.view
        while at < len(view) and not self.error:
            start = self._header(at)
            if start < 0:
                break
            if start > at:
                self.ranges.append(Range(at, start, "header"))
            if self.codec == "zst" and _skippable(view, at):
                self.notes.append(("stream-skippable", at, f"{start - at} bytes"))
                at = start
                continue
            self.streams += 1
            self._start = start
            yield from self._one(start)
            self.ranges.append(Range(start, self.consumed, "data"))
            at = self.consumed
            if self.codec == "gz" and not self.error:
                at = self._gz_trailer(at)
        self.consumed = at

    def _one(self, at: int) -> Iterator[bytes]:
        if self.codec == "gz":
            self._crc, self._size = 0, 0
            for chunk in self._pump(_Inflate(), at):
                self._crc = zlib.crc32(chunk, self._crc)
                self._size += len(chunk)
                yield chunk
        elif self.codec == "bz2":
            yield from self._pump(bz2.BZ2Decompressor(), at)
        elif self.codec == "xz":
            yield from self._pump(lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MEMORY), at)
        else:
            yield from self._pump(_zstd(), at)

    def _header(self, at: int) -> int:
        """Return where the data of the stream at `at` starts, or -1 if no stream starts there."""
        view = self.view
        magic = bytes(view[at : at + 6])
        if self.codec == "gz":
            return _gz_header(view, at)
        if self.codec == "bz2":
            return at if magic[:3] == b"BZh" and magic[3:4] in b"123456789" and len(magic) > 3 else -1
        if self.codec == "xz":
            return at if magic == b"\xfd7zXZ\0" else -1
        if _skippable(view, at):
            size = int.from_bytes(view[at + 4 : at + 8], "little")
            return min(at + 8 + size, len(view))
        return at if magic[:4] == b"\x28\xb5\x2f\xfd" else -1

    def _gz_trailer(self, at: int) -> int:
        trailer = bytes(self.view[at : at + 8])
        if len(trailer) < 8:
            self.error = "truncated"
            return at
        if struct.unpack("<II", trailer) != (self._crc, self._size & 0xFFFFFFFF):
            self.notes.append(("stream-crc-wrong", at, ""))
        self.ranges.append(Range(at, at + 8, "header"))
        return at + 8


def _skippable(view: memoryview, at: int) -> bool:
    """Whether a zstd skippable frame (RFC 8878, 3.1.2) starts at `at`."""
    return bytes(view[at + 1 : at + 4]) == b"\x2a\x4d\x18" and view[at] & 0xF0 == 0x50


def _gz_header(view: memoryview, at: int) -> int:
    """Return the end of the gzip header (RFC 1952) at `at`, or -1."""
    if bytes(view[at : at + 3]) != b"\x1f\x8b\x08" or len(view) < at + 10:
        return -1
    flags, end = view[at + 3], at + 10
    if flags & 4:
        end += 2 + int.from_bytes(view[end : end + 2], "little")
    for bit in (8, 16):
        if flags & bit:
            text = bytes(view[end : end + (1 << 16)])
            zero = text.find(_ZERO)
            if zero < 0:
                return -1
            end += zero + 1
    if flags & 2:
        end += 2
    return end if end <= len(view) else -1


def is_zero(view: memoryview) -> bool:
    """Whether every byte is zero."""
    return all(not bytes(view[at : at + FEED]).strip(_ZERO) for at in range(0, len(view), FEED))
