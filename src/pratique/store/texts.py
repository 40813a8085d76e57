"""Texts and documents on their way into the database."""

from __future__ import annotations

import hashlib
import sys
import time

import msgspec
from sqlalchemy import Row

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LONGEST = 500
"""Characters of a registry's text that is kept: PostgreSQL's indexes end at a third of a page."""
LARGEST = 1 << 30


def clean(text: str, cap: int = LONGEST) -> str:
    """Return a registry's text as both databases take it: no NUL, no lone surrogate, at most `cap` characters."""
    sound = text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
    return (
        sound
        if len(sound) <= cap
        else f"{sound[: cap - 17]}~{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:16]}"
    )


def pack(value: object) -> bytes:
    """Return `value` in msgpack, compressed."""
    return squeeze(msgspec.msgpack.encode(value), 6)


def squeeze(data: bytes, level: int) -> bytes:
    """Return `data` compressed."""
    return zstd.compress(data, level)


def unpack(packed: bytes) -> bytes:
    """Return what was compressed. Raises `ValueError` for anything else."""
    decompressor = zstd.ZstdDecompressor()
    try:
        value = decompressor.decompress(packed, max_length=LARGEST)
    except zstd.ZstdError as error:
        raise ValueError("not a compressed document") from error
    if not decompressor.eof:
        raise ValueError("a document is cut off or too large")
    return value


def now() -> float:
    """Return the time as the database keeps it: seconds since 1970, UTC."""
    return time.time()


def fields(row: Row[tuple[object, ...]]) -> dict[str, object]:
    """Return a row as a plain dictionary."""
    return {f"{name}": value for name, value in row._mapping.items()}  # noqa: SLF001  (the public name of it)
