"""What an index takes from one sample, and what a review compares with it: keys and signatures, each with its place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from hashlib import sha256

import msgspec

from pratique.compare.names import own_roots
from pratique.known.index import Kind, key, packed_core
from pratique.known.indicators import indicators
from pratique.known.minhash import pack
from pratique.known.prints import LEAST, FilePrint, FunctionPrint, core, fingerprint
from pratique.link import Unit
from pratique.model import UNATTENDED, Evidence, Use, Where

BEHAVIOURS = 6
"""Different capabilities, operands and flows below which a behaviour is nobody's own."""
ROOTED = 0.5
"""Part of a file's shingles that payload must make up for the whole file to be compared."""


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """A file or function: its key; and where it is large enough to be compared, a signature and its core."""

    key: bytes
    signature: bytes = b""
    core: bytes = b""
    """Shingles of the payload's own lines: what is like it must have half of them (`index.CORE`)."""


class Sketch(msgspec.Struct, frozen=True, kw_only=True):
    """One sample, in hashes."""

    sha256: str
    campaign: str
    keys: tuple[bytes, ...]
    """Of the artifact, of files that hold payload, of indicators inside payload, of the behaviour."""
    codes: tuple[Code, ...]
    """Of files and functions that hold payload."""


Places = Mapping[tuple[tuple[str, ...], str], Collection[int]]
"""Segments and qualified name of each function that holds payload, with the lines of it."""


def sketch(
    sha256_: str, campaign: str, units: Iterable[Unit], payload: Places, evidence: Evidence | None = None
) -> Sketch:
    """Return what an index may know of a sample: of its code, only what is payload."""
    listed = tuple(units)
    keys = [key("artifact", bytes.fromhex(sha256_))]
    codes: list[Code] = []
    holders = {place[: at + 1] for place, _ in payload for at in range(len(place))}
    own = roots_of(listed)
    for unit, prints in printed(listed):
        names = {name: lines for (place, name), lines in payload.items() if place == unit.file.segments}
        if names:
            codes += _codes(unit, prints, names, own)
            keys += [key("indicator", one.digest) for one in indicators(unit.facts, names)]
        if unit.file.segments in holders:
            keys.append(key("file", bytes.fromhex(unit.file.sha256)))
    behaviour = behaviour_of(evidence) if evidence is not None else b""
    keys += [key("behaviour", behaviour)] if behaviour else []
    return Sketch(sha256=sha256_, campaign=campaign, keys=tuple(dict.fromkeys(keys)), codes=tuple(codes))


def printed(units: Iterable[Unit]) -> Iterator[tuple[Unit, FilePrint]]:
    """Yield the fingerprints of every file and layer."""
    listed = tuple(units)
    own = roots_of(listed)
    for unit in listed:
        if unit.facts.scopes:
            yield unit, fingerprint(unit.facts, own)


def roots_of(units: Iterable[Unit]) -> frozenset[str]:
    """Return the import names that an artifact itself provides."""
    return own_roots(unit.file.segments[0] for unit in units if unit.home is None)


def _codes(unit: Unit, prints: FilePrint, names: Mapping[str, Collection[int]], own: frozenset[str]) -> Iterator[Code]:
    payload = [one for one in prints.functions if one.name in names]
    inside = frozenset[int]().union(*(one.shingles for one in payload))
    cores = {name: core(unit.facts, name, lines, own) for name, lines in names.items()}
    for one in payload:
        yield _code("function", one, cores[one.name])
    if prints.mass >= LEAST:
        all_of = frozenset[int]().union(*cores.values())
        yield _code("code", prints, all_of if len(inside) >= ROOTED * prints.mass else frozenset())


def _code(kind: Kind, one: FunctionPrint | FilePrint, middle: frozenset[int]) -> Code:
    """Keep a signature only beside a core: without it, an honest library would be like the payload put into it."""
    if not middle or not one.signature:
        return Code(key=key(kind, one.digest))
    return Code(key=key(kind, one.digest), signature=pack(one.signature), core=packed_core(middle))


def behaviour_of(evidence: Evidence) -> bytes:
    """Return a digest of what the artifact can do, whether asked, and which flows there are; b"" of too little."""
    found = {_said(use) for use in evidence.uses if use.certainty != "assumed"}
    flows = {
        f"{flow.source} {flow.source_operand} > {_said(evidence.uses[flow.sink])} {flow.sink_arg}"
        for flow in evidence.flows
        if flow.certainty != "assumed" and 0 <= flow.sink < len(evidence.uses)
    }
    if not flows or len(found | flows) < BEHAVIOURS:
        return b""
    return sha256("\n".join(sorted(found | flows)).encode("utf-8", "replace")).digest()


def _said(use: Use) -> str:
    return f"{use.capability} {use.operand} {'unattended' if UNATTENDED & set(use.triggers) else 'on use'}"


def spots(places: Iterable[Where]) -> Places:
    """Return the functions that places lie in, with the places' lines."""
    found: dict[tuple[tuple[str, ...], str], set[int]] = {}
    for place in places:
        if place.segments:
            found.setdefault((place.segments, place.symbol), set()).add(place.line)
    return found
