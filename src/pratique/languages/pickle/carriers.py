"""What pickles come wrapped in: NumPy's array files, and the compressed dumps of joblib and its like."""

from __future__ import annotations

import bz2
import lzma
import zlib
from typing import Protocol

MAX_UNPACKED = 64 << 20
"""Bytes of a compressed pickle that are read."""
_NUMPY = b"\x93NUMPY"


class _Inflater(Protocol):
    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes:
        """Return at most `max_length` bytes."""


def unwrapped(data: bytes) -> bytes:
    """Return the pickle inside: behind the header of a `.npy` file (NEP 1), decompressed, or as it is."""
    if data.startswith(_NUMPY) and len(data) > 12:
        wide = data[6] > 1
        length = int.from_bytes(data[8 : 12 if wide else 10], "little")
        return data[(12 if wide else 10) + length :]
    inflater = _inflater(data)
    if inflater is None:
        return data
    try:
        return inflater.decompress(data, MAX_UNPACKED)
    except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError):
        return data


def _inflater(data: bytes) -> _Inflater | None:
    if data[:2] in (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda"):
        return zlib.decompressobj()
    if data[:2] == b"\x1f\x8b":
        return zlib.decompressobj(31)
    if data[:3] == b"BZh":
        return bz2.BZ2Decompressor()
    return lzma.LZMADecompressor() if data[:5] in (b"\xfd7zXZ", b"\x5d\0\0\x80\0") else None
