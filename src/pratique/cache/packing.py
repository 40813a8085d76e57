"""How a value is kept: compressed, encrypted under its own name, and bound to that and to this layout by a checksum.

Facts hold texts of what was read, also of malware: on disk they must be nothing that a scanner, an indexer or grep
could find. The database holds no key: each value is encrypted under the name that it is asked for by, which for facts
contains the SHA-256 of the file. Who has the file can read its facts; who has only the database can read nothing of it.
The cipher is SHAKE256 over name and checksum as a key stream (FIPS 202; the checksum makes the stream new for every
value): it is in the standard library, so that the core needs no other.
"""

from __future__ import annotations

import hashlib
import sys

import msgspec

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

SCHEMA = b"pratique cache 2"
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
    """Return `value` compressed and encrypted, behind its checksum."""
    body = zstd.compress(value, LEVEL)
    mark = _sum(kind, key, body)
    return mark + _veiled(kind, key, mark, body)


def unpack(kind: str, key: str, packed: bytes) -> bytes | None:
    """Return the value, or None when a byte of it, its key or its layout is not what was packed. Never raises."""
    mark, veiled = packed[:SUM], packed[SUM:]
    body = _veiled(kind, key, mark, veiled)
    if not body or _sum(kind, key, body) != mark:
        return None
    try:
        decompressor = zstd.ZstdDecompressor()
        value = decompressor.decompress(body, max_length=LARGEST)
    except (zstd.ZstdError, ValueError, MemoryError):
        return None
    return value if decompressor.eof else None


def _veiled(kind: str, key: str, mark: bytes, body: bytes) -> bytes:
    """Encrypt or decrypt: both are the same."""
    name = f"{kind} {key}".encode("utf-8", "backslashreplace")
    stream = hashlib.shake_256(SCHEMA + mark + name).digest(len(body))
    return (int.from_bytes(body, "little") ^ int.from_bytes(stream, "little")).to_bytes(len(body), "little")


def _sum(kind: str, key: str, body: bytes) -> bytes:
    return hashlib.blake2b(row_id(kind, key) + body, digest_size=SUM, key=SCHEMA).digest()
