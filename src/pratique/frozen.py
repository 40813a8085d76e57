"""Frozen facts of one artifact: read once, so that maps, rules and verdicts of any later day can run on them."""

from __future__ import annotations

import msgspec

from pratique.errors import ConfigError
from pratique.link import Unit
from pratique.model import Artifact, Entry, File, LayerNote, Problem, ReadNote, Unknown
from pratique.reading import Unread

SCHEMA = "pratique-facts/1"


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
