"""The index of known malware: one file of hashes (`pratique-known/1`), loaded in milliseconds, and what is asked of it.

It holds digests, MinHash signatures, names of campaigns and SHA-256 of samples: nothing that a sample's author wrote.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from sys import byteorder
from typing import Literal

import msgspec

from pratique.digest import code_digest
from pratique.errors import ConfigError
from pratique.known.minhash import SIZE, bands, similarity, unpack
from pratique.known.tokens import FORM

SCHEMA = "pratique-known/1"
Kind = Literal["artifact", "file", "code", "function", "indicator", "behaviour"]
"""artifact, file: SHA-256 of bytes · code: the normal form of a file · function: of one function · indicator: a host,
page, wallet or token · behaviour: what an artifact can do, when, and what flows where."""
KINDS: tuple[Kind, ...] = ("artifact", "file", "code", "function", "indicator", "behaviour")
KEY = 16
"""Bytes of a key: the number of its kind, and the head of a digest."""
CORE = 8
"""Shingles of a core that are kept, 32 bits each: the smallest ones. What is alike must have half of them."""
MOST = 64
"""Rows of one bucket that are compared: a bucket that holds more tells nobody apart."""


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """A sample that keys point to."""

    sha256: str
    campaign: str


class Index(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """An index, as it is stored. Integers in its columns are little-endian."""

    schema: str = SCHEMA
    form: str = FORM
    front_ends: str
    """Digest of the front ends that read the samples: others may give another normal form."""
    made: str
    """The day it was built, RFC 3339."""
    dataset: str
    """What it was built from, in words with digests."""
    benign: str = ""
    """Which benign code was looked at, in words; "" for none."""
    benign_projects: int = 0
    removed: int = 0
    """Keys left out because benign code has them."""
    samples: tuple[Sample, ...] = ()
    exact: dict[bytes, int] = {}
    """Key to the first sample that has it."""
    rows: tuple[bytes, ...] = ()
    """The key of each signature."""
    signatures: bytes = b""
    """`SIZE` bytes for each row."""
    cores: tuple[bytes, ...] = ()
    """Shingles of the payload itself for each row, 4 bytes each, at most `CORE`."""
    bucket_keys: bytes = b""
    """64-bit keys of LSH buckets, sorted."""
    bucket_rows: bytes = b""
    """The row that stands in each, 32 bits."""

    @cached_property
    def _buckets(self) -> tuple[array[int], array[int]]:
        return _integers("Q", self.bucket_keys), _integers("I", self.bucket_rows)

    def near(self, sign: tuple[int, ...], shingles: Collection[int], least: float) -> Iterator[tuple[bytes, float]]:
        """Yield the keys whose signature is at least so similar, with the similarity.

        Half of the payload's own shingles must be among `shingles`: an honest library is like the payload that somebody
        put into a copy of it, but for these.
        """
        keys, rows = self._buckets
        found: set[int] = set()
        for band in bands(sign):
            at = bisect_left(keys, band)
            for place in range(at, min(at + MOST, len(keys))):
                if keys[place] != band:
                    break
                found.add(rows[place])
        short = {one & 0xFFFFFFFF for one in shingles} if found else set()
        for row in sorted(found):
            kept = _integers("I", self.cores[row])
            if 2 * sum(one in short for one in kept) < len(kept):
                continue
            share = similarity(sign, unpack(self.signatures[row * SIZE : (row + 1) * SIZE]))
            if share >= least:
                yield self.rows[row], share

    @property
    def stale(self) -> bool:
        """Tell whether other front ends, or another normal form, made its digests of code."""
        return self.form != FORM or self.front_ends != front_ends()

    @property
    def fits(self) -> bool:
        """Tell whether the columns agree with each other."""
        rows, samples = len(self.rows), len(self.samples)
        columns = len(self.signatures) == rows * SIZE and len(self.cores) == rows
        lengths = columns and len(self.bucket_keys) == 2 * len(self.bucket_rows)
        inside = all(0 <= at < samples for at in self.exact.values()) and all(row < rows for row in self._buckets[1])
        return lengths and inside and all(one in self.exact and one[0] < len(KINDS) for one in self.rows)

    def without(self, keys: Iterable[bytes], benign: str, projects: int) -> Index:
        """Return the index without what benign code has as well."""
        gone = set(keys)
        kept = [(key, self.signatures[at * SIZE : (at + 1) * SIZE], self.cores[at]) for at, key in enumerate(self.rows)]
        left = msgspec.structs.replace(
            self,
            exact={key: at for key, at in self.exact.items() if key not in gone},
            benign=benign,
            benign_projects=projects,
            removed=self.removed + len(gone & (self.exact.keys() | set(self.rows))),
        )
        return with_rows(left, [row for row in kept if row[0] not in gone])


def front_ends() -> str:
    """Return the digest of what reads samples."""
    return code_digest(("model", "languages"))


def key(kind: Kind, digest: bytes) -> bytes:
    """Return the key of a digest."""
    return bytes((KINDS.index(kind),)) + digest[: KEY - 1]


def kind_of(one: bytes) -> Kind:
    """Return the kind of a key."""
    return KINDS[one[0]]


def packed_core(shingles: Iterable[int]) -> bytes:
    """Return what is kept of a core."""
    return _column("I", sorted({one & 0xFFFFFFFF for one in shingles})[:CORE])


def with_rows(index: Index, rows: Iterable[tuple[bytes, bytes, bytes]]) -> Index:
    """Return the index with these rows (key, signature, core), and their buckets."""
    listed = sorted(set(rows))
    pairs = sorted((band, row) for row, (_, sign, _) in enumerate(listed) for band in bands(unpack(sign)))
    return msgspec.structs.replace(
        index,
        rows=tuple(one for one, _, _ in listed),
        signatures=b"".join(sign for _, sign, _ in listed),
        cores=tuple(core for _, _, core in listed),
        bucket_keys=_column("Q", (band for band, _ in pairs)),
        bucket_rows=_column("I", (row for _, row in pairs)),
    )


def dump(index: Index) -> bytes:
    """Return the index as msgpack."""
    return msgspec.msgpack.encode(index)


def load(data: bytes) -> Index:
    """Read what `dump` wrote, strictly.

    Raises:
        ConfigError: it is something else, of another version, or its columns do not fit together.

    """
    try:
        index = msgspec.msgpack.decode(data, type=Index)
    except msgspec.DecodeError as error:
        raise ConfigError(
            f"this is no index of known malware: {error}", hint="make one: pratique known build"
        ) from error
    if index.schema != SCHEMA:
        raise ConfigError(f"this index is of version {index.schema}, not {SCHEMA}", hint="build it again")
    if not index.fits:
        raise ConfigError("this index of known malware is damaged: its columns do not fit", hint="build it again")
    return index


class IndexFile(msgspec.Struct, frozen=True, kw_only=True):
    """An index on disk: what options, cached reviews and child processes know of it."""

    path: str
    digest: str
    """First 16 hex digits of the SHA-256 of its bytes."""

    def open(self) -> Index:
        """Load it, once per process. Raises ConfigError, also where the file is another one by now."""
        return _opened(self.path, self.digest)


def find(path: Path) -> IndexFile:
    """Describe the index in a file. Raises ConfigError where there is none."""
    data = _bytes_of(path)
    load(data)
    return IndexFile(path=str(path.resolve()), digest=sha256(data).hexdigest()[:16])


@lru_cache(maxsize=2)
def _opened(path: str, digest: str) -> Index:
    data = _bytes_of(Path(path))
    if sha256(data).hexdigest()[:16] != digest:
        raise ConfigError(f"{path} changed while it was in use", hint="review again")
    return load(data)


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror or error}") from error


def _integers(kind: str, data: bytes) -> array[int]:
    found = array(kind, data[: len(data) // array(kind).itemsize * array(kind).itemsize])
    if byteorder == "big":
        found.byteswap()
    return found


def _column(kind: str, numbers: Iterable[int]) -> bytes:
    packed = array(kind, numbers)
    if byteorder == "big":
        packed.byteswap()
    return packed.tobytes()
