"""How a value is kept: compressed, with a checksum that binds it to its key and to this layout."""

from __future__ import annotations

import hashlib
import sys

import msgspec

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

SCHEMA = b"pratique cache 1"
"""Changes whenever older values must not be read."""
SUM = 16
LEVEL = 3
LARGEST = 256 << 20
"""Bytes of a value, unpacked; what would be larger is a miss."""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A packed value under its key, on its way to the disk."""

    kind: str
    key: str
    packed: bytes
    """"" when what is there already was used again."""


def row_id(kind: str, key: str) -> bytes:
    """Return the short name under which the database finds a value."""
    return hashlib.blake2b(f"{kind} {key}".encode("utf-8", "backslashreplace"), digest_size=SUM, key=SCHEMA).digest()


def pack(kind: str, key: str, value: bytes) -> bytes:
    """Return `value` compressed, behind its checksum."""
    body = zstd.compress(value, LEVEL)
    return _sum(kind, key, body) + body


def unpack(kind: str, key: str, packed: bytes) -> bytes | None:
    """Return the value, or None when a byte of it, its key or its layout is not what was packed. Never raises."""
    body = packed[SUM:]
    if not body or _sum(kind, key, body) != packed[:SUM]:
        return None
    try:
        decompressor = zstd.ZstdDecompressor()
        value = decompressor.decompress(body, max_length=LARGEST)
    except (zstd.ZstdError, ValueError, MemoryError):
        return None
    return value if decompressor.eof else None


def _sum(kind: str, key: str, body: bytes) -> bytes:
    return hashlib.blake2b(row_id(kind, key) + body, digest_size=SUM, key=SCHEMA).digest()
