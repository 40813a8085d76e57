"""From files to facts: every file that some front end can read is read, and every other one is accounted for."""

from __future__ import annotations

import gc
import hashlib
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Literal

import msgspec

from pratique.digest import code_digest
from pratique.languages import FrontEnd, for_layer, front_end
from pratique.model import Budget, Facts, File, FileKind, ReadNote, Trigger, Unknown, Where

_NATIVE = {
    "elf": "a native ELF binary",
    "pe": "a native Windows binary",
    "macho": "a native macOS binary",
    "wasm": "a WebAssembly module",
}
"""Kinds that stay opaque, whatever a front end finds in them."""
_ODD = {
    "high-entropy-code": "packed or encrypted code",
    "packed": "packed or encrypted code",
    "appended-data": "data behind its end",
    "embedded-archive": "an archive behind its end",
    "embedded-pe": "a program inside",
}
"""Traits of binaries that no compiler leaves."""
_KINDS: dict[str, FileKind] = {
    "python": "python", "shell": "shell", "powershell": "powershell", "batch": "batch", "javascript": "javascript",
    "pickle": "pickle", "marshal": "bytecode",
}  # fmt: skip
"""The kind of file that a layer of each language is."""
HEAD = 64 << 20
"""Bytes that are read of a binary too large to be resident."""
RESIDENT = Budget().member_bytes
Reads = Callable[[File, int | None], bytes]
"""Gives a file's bytes, or its first ones, or raises `Refused`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFile:
    """A file and what a front end read in it."""

    file: File
    facts: Facts


Triggers = Mapping[tuple[str, ...], tuple[Trigger, ...]]
"""What runs each file, by its segments."""


class Unread(msgspec.Struct, frozen=True, kw_only=True):
    """A file of code that no front end read."""

    file: File
    kind: Literal["opaque", "refused", "unresolved"]
    """opaque, refused or unresolved"""
    reason: str


class Desk:
    """What reading tells whoever runs it, and where known facts come from. This one is silent and knows nothing."""

    def begin(self, place: str) -> str:
        """Say that a file is read from here on; return why it must be refused, "" to go on."""
        del place
        return ""

    def step(self, name: str) -> None:
        """Say that what follows concerns the whole artifact."""

    def load(self, key: str) -> bytes | None:
        """Return what was saved under a key."""
        del key
        return None

    def save(self, key: str, value: bytes) -> None:
        """Keep a value for later runs."""

    def froze(self, frozen: object) -> None:
        """Take the frozen facts of the whole artifact (`pratique.frozen.Frozen`), before they are judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What came of reading the files of an artifact."""

    done: list[ReadFile]
    unread: list[Unread]
    known: int
    """Files whose facts were known already."""
    functions: int = 0
    """In all files that were read or known."""
    known_functions: int = 0
    """Of these, in files whose facts were known: they were not parsed again."""


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the cycle collector out: syntax trees, facts and what is linked from them hold no cycles.

    The first collection afterwards looks at all that is left, so the outermost function wears this: by then it is gone.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@uncollected()
def read_files(files: tuple[File, ...], read: Reads, desk: Desk) -> Reading:
    """Read every file that a front end knows. `read` gives a file's bytes or raises `Refused`."""
    found = Reading(done=[], unread=[], known=0)
    seen: dict[tuple[str, str], Facts] = {}
    known = functions = known_functions = 0
    for file in files:
        reader = front_end(file.kind)
        if file.refused:
            found.unread.append(Unread(file=file, kind="refused", reason=file.refused))
            continue
        if reader is None:
            continue
        facts = seen.get((file.sha256, file.kind))
        if facts is None:
            facts = _stored(file, reader, desk)
            if facts is not None:
                known, known_functions = known + 1, known_functions + _functions(facts)
        else:
            known_functions += _functions(facts)
        if facts is None:
            try:
                facts = _read(file, reader, read, desk)
            except _refused() as error:
                found.unread.append(Unread(file=file, kind="refused", reason=str(error)))
                continue
        functions += _functions(facts)
        if file.kind in _NATIVE:
            traits = ", ".join(dict.fromkeys(_ODD.get(trait, "") for trait, _ in facts.traits))
            large = f", of which only the first {HEAD >> 20} MB were searched" if file.size > RESIDENT else ""
            reason = _NATIVE[file.kind] + (f" with {traits}" if traits.strip(", ") else "") + large
            found.unread.append(Unread(file=file, kind="opaque", reason=reason))
        seen[file.sha256, file.kind] = facts
        found.done.append(ReadFile(file=file, facts=facts))
        found.unread.extend(Unread(file=file, kind=weight(limit), reason=limit) for limit in facts.limits)
    return Reading(
        done=found.done, unread=found.unread, known=known, functions=functions, known_functions=known_functions
    )


def _functions(facts: Facts) -> int:
    """Count the function bodies of a file."""
    return sum(scope.kind == "function" for scope in facts.scopes)


def weight(limit: str) -> Literal["refused", "unresolved"]:
    """Return the kind of a limit: an unread body is `refused`, a constant that is not known `unresolved`."""
    return "unresolved" if "constant evaluation" in limit or "values in one pickle" in limit else "refused"


def unread(facts: Facts) -> tuple[str, ...]:
    """Return the limits that left out what an interpreter would go on to: it stops at damage, as we do."""
    return tuple(limit for limit in facts.limits if "partly read" not in limit or "no table" in limit)


def _read(file: File, reader: FrontEnd, read: Reads, desk: Desk) -> Facts:
    """Read one file and keep its facts. Raises `Refused`."""
    reason = desk.begin("!/".join(file.segments))
    if reason:
        raise _refused()(reason)
    large = file.kind in _NATIVE and file.size > RESIDENT
    facts = reader.read(read(file, HEAD if large else None))
    desk.save(_key(file, reader), msgspec.msgpack.encode(facts))
    return facts


def _stored(file: File, reader: FrontEnd, desk: Desk) -> Facts | None:
    """Return a file's facts from an earlier run, if they decode strictly."""
    value = desk.load(_key(file, reader))
    try:
        return msgspec.msgpack.decode(value, type=Facts) if value else None
    except msgspec.DecodeError:
        return None


def facts_key(file: File) -> str:
    """Return the key of a file's facts (DESIGN section 3); "" where no front end reads it."""
    reader = front_end(file.kind)
    return _key(file, reader) if reader is not None and not file.refused else ""


def _key(file: File, reader: FrontEnd) -> str:
    return f"{file.sha256}/{file.kind}/full/{_front_end_id(reader.name, reader.version)}"


@cache
def _front_end_id(name: str, version: str) -> str:
    """Name a front end by its version, the running Python's minor and its own code."""
    text = f"{name} {version} {sys.version_info[:2]} {code_digest(('languages', 'model'))}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _refused() -> type[Exception]:
    from pratique.unpack import Refused

    return Refused


def unread_program(file: File) -> Unread:
    """Say that a file is started which no front end reads."""
    return Unread(file=file, kind="opaque", reason=f"a program of a kind that is not read ({file.kind})")


def read_layer(data: bytes, language: str) -> Facts | None:
    """Read a decoded layer by the front end of its own language; None where there is none."""
    reader = for_layer(language)
    return reader.read(data) if reader is not None else None


def read_given(data: bytes, given: Mapping[tuple[int, int, str], str | bytes]) -> Facts:
    """Read Python as if its calls at these places (line, column, name) gave these values: the content of files."""
    from pratique.languages.python import FRONT_END

    return FRONT_END.read_given(data, given)


def layer_file(parent: File, number: int, codecs: tuple[str, ...], data: bytes, language: str) -> File:
    """Name a layer as a file inside the one it was found in."""
    how = "+".join(codecs[:6]) or "text"
    return File(
        segments=(*parent.segments, f"<layer {number}: {how}>"),
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        kind=_KINDS.get(language, "text"),
        head=data[:64],
    )


def unknowns(unread: Iterable[Unread], triggers: Triggers, started: Collection[tuple[str, ...]]) -> Iterator[Unknown]:
    """Turn unread files into unknowns with what is known to run them; `started` are the programs that code starts."""
    for one in unread:
        place = one.file.segments
        reason = f"{one.reason}, started by the code" if place in started else one.reason
        yield Unknown(kind=one.kind, reason=reason, where=Where(segments=place), triggers=triggers.get(place, ()))


def account(files: tuple[File, ...], done: list[ReadFile], unread: list[Unread], layers: int) -> ReadNote:
    """Count what was read, so that every file is in exactly one column."""
    read = {one.file.segments for one in done}
    opaque = {one.file.segments for one in unread if one.kind == "opaque"} - read
    refused = {one.file.segments for one in unread if one.kind == "refused"} - read - opaque
    return ReadNote(
        files=len(files),
        bytes=sum(file.size for file in files),
        code_files=len(read),
        code_bytes=sum(one.file.size for one in done),
        data_files=len(files) - len(read) - len(opaque) - len(refused),
        opaque_files=len(opaque),
        refused_files=len(refused),
        layers=layers,
    )
