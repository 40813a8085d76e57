"""Frozen facts of one artifact: read once, so that maps, rules and verdicts of any later day can run on them."""

from __future__ import annotations

from collections.abc import Callable, Container

import msgspec

from pratique.errors import ConfigError
from pratique.link import Unit
from pratique.model import Artifact, Entry, Facts, File, LayerNote, Problem, ReadNote, Unknown
from pratique.reading import Unread, facts_key

SCHEMA = "pratique-facts/1"
_NOT_HERE = Facts(language="", front_end="", depth="")


class Frozen(msgspec.Struct, frozen=True, kw_only=True):
    """All that judging needs of an artifact. It carries no capability and no judgement (DESIGN principle 8)."""

    schema: str = SCHEMA
    artifact: Artifact
    units: tuple[Unit, ...]
    """Files that a front end read, then the decoded layers."""
    mounts: tuple[tuple[str, ...], ...] = ()
    """Archives, by their segments, whose modules the code makes importable."""
    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]
    declared: tuple[tuple[str, str], ...]
    unread: tuple[Unread, ...]
    skipped: tuple[Unknown, ...]
    layers: tuple[LayerNote, ...]
    read: ReadNote
    files: tuple[File, ...] = ()
    """Every file there is, read or not."""
    known: int = 0
    """Files whose facts came from the cache."""
    functions: int = 0
    known_functions: int = 0
    """Functions of all files, and of those whose facts came from the cache."""


def dump(frozen: Frozen) -> bytes:
    """Return frozen facts as msgpack."""
    return msgspec.msgpack.encode(frozen)


def load(data: bytes) -> Frozen:
    """Read what `dump` wrote, strictly.

    Raises:
        ConfigError: it is something else, or of another version.

    """
    try:
        found = msgspec.msgpack.decode(data, type=Frozen)
    except msgspec.DecodeError as error:
        raise ConfigError(f"these are no frozen facts: {error}", hint="write them with `pratique facts`") from error
    if found.schema != SCHEMA:
        raise ConfigError(f"these facts are of version {found.schema}, not {SCHEMA}", hint="read the artifact again")
    return found


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """Frozen facts without those that are kept by file, so that what two artifacts share is kept once."""

    frozen: Frozen
    """Its units of real files have no facts."""
    keys: tuple[str, ...]
    """For each unit the key of its facts, "" where the unit holds them itself."""


def split(frozen: Frozen, kept: Container[str]) -> Manifest:
    """Take the facts whose keys are in `kept` out of an artifact's frozen facts."""
    named = ("" if unit.home is not None else facts_key(unit.file) for unit in frozen.units)
    keys = tuple(key if key in kept else "" for key in named)
    bare = tuple(
        msgspec.structs.replace(unit, facts=_NOT_HERE) if key else unit
        for unit, key in zip(frozen.units, keys, strict=True)
    )
    return Manifest(frozen=msgspec.structs.replace(frozen, units=bare), keys=keys)


def join(manifest: Manifest, facts: Callable[[str], Facts | None]) -> Frozen | None:
    """Put facts back, by their keys; None when some are not kept any more."""
    units = []
    for unit, key in zip(manifest.frozen.units, manifest.keys, strict=True):
        found = facts(key) if key else unit.facts
        if found is None:
            return None
        units.append(msgspec.structs.replace(unit, facts=found))
    return msgspec.structs.replace(manifest.frozen, units=tuple(units))
