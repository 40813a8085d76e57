"""Fingerprints of a file and of its functions: a digest of the normal form, and a MinHash signature of its shingles."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache
from hashlib import blake2b

import msgspec

from pratique.known.minhash import signature, stable_hash
from pratique.known.tokens import placed, streams
from pratique.model import Facts

SHINGLE = 3
"""Tokens of one shingle."""
LEAST = 6
"""Shingles below which code is too small to be anybody's own."""
COMPARED = 12
"""Shingles below which code is only equal or not: a likeness of so few says nothing."""
_MASK = (1 << 64) - 1
_ODD = (0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0x9E3779B97F4A7C15)
_token_hash = lru_cache(maxsize=65_536)(stable_hash)


class FunctionPrint(msgspec.Struct, frozen=True, kw_only=True):
    """One function with what is defined in it, or the body of a module."""

    name: str
    """Qualified name, "" for a module's body."""
    line: int
    digest: bytes
    """16 bytes over the normal form."""
    shingles: frozenset[int]

    @property
    def mass(self) -> int:
        """Return how much there is to compare."""
        return len(self.shingles)

    @property
    def signature(self) -> tuple[int, ...]:
        """Return the MinHash signature, worked out when it is asked for; () of too little code."""
        return signature(self.shingles) if self.mass >= COMPARED else ()


class FilePrint(msgspec.Struct, frozen=True, kw_only=True):
    """One file or decoded layer."""

    digest: bytes
    shingles: frozenset[int]
    functions: tuple[FunctionPrint, ...]
    """Those with at least `LEAST` shingles."""

    @property
    def mass(self) -> int:
        """Return how much there is to compare."""
        return len(self.shingles)

    @property
    def signature(self) -> tuple[int, ...]:
        """Return the MinHash signature of the whole file; () of too little code."""
        return signature(self.shingles) if self.mass >= COMPARED else ()


def fingerprint(facts: Facts, own: frozenset[str] = frozenset(), least: int = LEAST) -> FilePrint:
    """Return the fingerprints of a file's facts. `own`: import names of its artifact, see `compare.names.own_roots`."""
    tokens = streams(facts, own)
    local = [_shingles(stream) for stream in tokens]
    held = _held(facts)
    functions = []
    for scope in facts.scopes:
        if scope.kind == "class" or scope.hole:
            continue
        inner = held[scope.id]
        shingles = frozenset[int]().union(*(local[at] for at in inner))
        if len(shingles) >= least:
            digest = _digest(tokens[at] for at in inner)
            functions.append(FunctionPrint(name=scope.name, line=scope.span.line, digest=digest, shingles=shingles))
    return FilePrint(digest=_digest(tokens), shingles=frozenset[int]().union(*local), functions=tuple(functions))


def core(facts: Facts, name: str, lines: Collection[int], own: frozenset[str] = frozenset()) -> frozenset[int]:
    """Return the shingles of a function, and of what is defined in it, that touch one of these lines."""
    held = _held(facts)
    inner = {at for scope in facts.scopes if scope.name == name for at in held[scope.id]}
    found: set[int] = set()
    for at in inner:
        pairs = placed(facts.scopes[at], own)
        hashes = [1, *(_token_hash(token) for token, _ in pairs), 2]
        for place, (_, line) in enumerate(pairs):
            if line in lines:  # the token stands in the middle of the shingle of its own number
                near = range(max(0, place - 1), min(place + 2, len(pairs)))
                found.update(_shingle(*hashes[at_ : at_ + SHINGLE]) for at_ in near)
    return frozenset(found)


def _held(facts: Facts) -> dict[int, list[int]]:
    """Return each scope with all that is defined in it; a module's body stands for itself."""
    held = {scope.id: [scope.id] for scope in facts.scopes}
    for scope in facts.scopes:
        outer = scope.parent
        while outer > 0:
            held[outer].append(scope.id)
            outer = facts.scopes[outer].parent
    return held


def _shingles(stream: list[str]) -> frozenset[int]:
    """Return the hashes of every run of `SHINGLE` tokens; the ends of the stream count as tokens."""
    if not stream:
        return frozenset()
    hashes = [1, *map(_token_hash, stream), 2]
    return frozenset(map(_shingle, hashes, hashes[1:], hashes[2:]))


def _shingle(one: int, two: int, three: int) -> int:
    return (one * _ODD[0] ^ two * _ODD[1] ^ three * _ODD[2]) & _MASK


def _digest(parts: Iterable[list[str]]) -> bytes:
    whole = "\1".join("\0".join(stream) for stream in parts)
    return blake2b(whole.encode("utf-8", "surrogatepass"), digest_size=16).digest()
