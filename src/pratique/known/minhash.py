"""MinHash signatures by one-permutation hashing with optimal densification, and LSH bands over them.

One hash per shingle goes into one of `WIDTH` bins, each bin keeps its smallest; an empty bin borrows from another that
a hash of its own number picks (Li, Owen and Zhang 2012; Shrivastava 2017). The share of equal components estimates the
Jaccard index of the two sets with a standard error of about 0.06 at one half. No dependency: the usual library brings
scipy and numpy, and is slower on files of this size.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from functools import cache
from hashlib import blake2b
from sys import byteorder

WIDTH = 64
"""Components of a signature, 32 bits each."""
BANDS = 16
ROWS = WIDTH // BANDS
"""Two sets share a band with probability 1 - (1 - s**4)**16: 0.27 at s = 0.37, 0.64 at 0.5, 0.9997 at 0.8."""
SIZE = 4 * WIDTH
"""Bytes of a stored signature."""
_EMPTY = 1 << 32
_MASK = (1 << 64) - 1
_MIX = 0x9E3779B97F4A7C15


def stable_hash(text: str) -> int:
    """Return 64 bits that are the same in every process."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def signature(hashes: Iterable[int]) -> tuple[int, ...]:
    """Return the signature of a set of 64-bit hashes; () of none."""
    bins = [_EMPTY] * WIDTH
    for one in hashes:
        mixed = (one * _MIX) & _MASK
        at, value = mixed >> 58, (mixed >> 16) & 0xFFFFFFFF
        if value < bins[at]:  # noqa: PLR1730  min() costs a call per shingle
            bins[at] = value
    if _EMPTY not in bins:
        return tuple(bins)
    full = [at for at, value in enumerate(bins) if value != _EMPTY]
    return tuple(_borrowed(bins, at) if value == _EMPTY else value for at, value in enumerate(bins)) if full else ()


@cache
def _walks() -> tuple[tuple[int, ...], ...]:
    """Return for each bin the order in which it looks for one to borrow from: a permutation of its own."""
    return tuple(
        tuple(sorted(range(WIDTH), key=lambda other, at=at: stable_hash(f"{at} {other}")))  # type: ignore[misc]
        for at in range(WIDTH)
    )


def _borrowed(bins: list[int], at: int) -> int:
    return next(bins[other] for other in _walks()[at] if bins[other] != _EMPTY)


def similarity(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """Return the estimated Jaccard index, 0 to 1; 0 where either is empty."""
    if not one or not other:
        return 0.0
    return sum(map(int.__eq__, one, other)) / WIDTH


def bands(sign: tuple[int, ...]) -> tuple[int, ...]:
    """Return the 64-bit keys of the buckets that a signature falls into, one per band; () of an empty one."""
    if not sign:
        return ()
    data = pack(sign)
    step = 4 * ROWS
    return tuple(
        int.from_bytes(blake2b(data[at : at + step], digest_size=8, salt=(at // step).to_bytes(2, "little")).digest())
        for at in range(0, SIZE, step)
    )


def pack(sign: tuple[int, ...]) -> bytes:
    """Return a signature as `SIZE` little-endian bytes."""
    packed = array("I", sign)
    if byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def unpack(data: bytes) -> tuple[int, ...]:
    """Read what `pack` wrote."""
    packed = array("I", data)
    if byteorder == "big":
        packed.byteswap()
    return tuple(packed)
