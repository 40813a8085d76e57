"""From files to facts: every file that some front end can read is read, and every other one is accounted for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pratique.languages import for_layer, front_end
from pratique.model import Facts, File, ReadNote, Trigger, Unknown, Where

_NATIVE = {"elf": "a native ELF binary", "pe": "a native Windows binary", "macho": "a native macOS binary",
           "wasm": "a WebAssembly module", "bytecode": "compiled Python without a reader", "pickle": "a pickle"}  # fmt: skip
_CODE = frozenset(_NATIVE) | {"python", "pth", "start", "shell", "powershell", "batch", "javascript"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFile:
    """A file and what a front end read in it."""

    file: File
    facts: Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A file of code that no front end read."""

    file: File
    kind: str
    """opaque or refused"""
    reason: str


def read_files(files: tuple[File, ...], read: Callable[[File], bytes]) -> tuple[list[ReadFile], list[Unread]]:
    """Read every file that a front end knows. `read` gives a file's bytes or raises `Refused`."""
    done: list[ReadFile] = []
    unread: list[Unread] = []
    known: dict[tuple[str, str], Facts] = {}
    for file in files:
        reader = front_end(file.kind)
        if reader is None:
            if file.kind in _NATIVE:
                unread.append(Unread(file=file, kind="opaque", reason=_NATIVE[file.kind]))
            continue
        key = (file.sha256, file.kind)
        if key not in known:
            try:
                known[key] = reader.read(read(file))
            except _refused() as error:
                unread.append(Unread(file=file, kind="refused", reason=str(error)))
                continue
        facts = known[key]
        done.append(ReadFile(file=file, facts=facts))
        unread += [Unread(file=file, kind="refused", reason=limit) for limit in facts.limits]
    return done, unread


def _refused() -> type[Exception]:
    from pratique.unpack import Refused

    return Refused


def read_layer(data: bytes, language: str) -> Facts | None:
    """Read a decoded layer by the front end of its own language; None where there is none."""
    reader = for_layer(language)
    return reader.read(data) if reader is not None else None


def layer_file(parent: File, number: int, codecs: tuple[str, ...], data: bytes, language: str) -> File:
    """Name a layer as a file inside the one it was found in."""
    how = "+".join(codecs[:6]) or "text"
    return File(
        segments=(*parent.segments, f"<layer {number}: {how}>"),
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        kind="python" if language == "python" else "text",
        head=data[:64],
    )


def unknowns(unread: list[Unread], triggers: dict[tuple[str, ...], tuple[Trigger, ...]]) -> Iterator[Unknown]:
    """Turn unread files into unknowns with what is known to run them."""
    for one in unread:
        runs = triggers.get(one.file.segments, ())
        kind = "refused" if one.kind == "refused" else "opaque"
        yield Unknown(kind=kind, reason=one.reason, where=Where(segments=one.file.segments), triggers=runs)  # type: ignore[arg-type]


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
