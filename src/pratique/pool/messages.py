"""What passes between the processes: msgspec structs as length-prefixed msgpack, capped in size, strictly decoded.

A child only ever writes, to one pipe, and its parent believes nothing: an unknown tag, a wrong type, a length past its
cap or a note after the last one ends the child.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Annotated

import msgspec

PREFIX = 4
"""Bytes of a frame's length, big endian."""
PLACE_CAP = 1 << 13
REASON_CAP = 1 << 10
KEY_CAP = 512
VALUE_CAP = 32 << 20
"""Bytes of one stored value."""

_KEY, _KIND = r"\A[\x21-\x7e]+\Z", r"\A[a-z][a-z0-9-]{0,31}\Z"

Place = Annotated[str, msgspec.Meta(max_length=PLACE_CAP)]
Reason = Annotated[str, msgspec.Meta(max_length=REASON_CAP)]
Key = Annotated[str, msgspec.Meta(min_length=1, max_length=KEY_CAP, pattern=_KEY)]
Kind = Annotated[str, msgspec.Meta(pattern=_KIND)]
Value = Annotated[bytes, msgspec.Meta(max_length=VALUE_CAP)]


class Began(msgspec.Struct, frozen=True, kw_only=True, tag=True, forbid_unknown_fields=True):
    """The child is about to read one file."""

    place: Place


class Step(msgspec.Struct, frozen=True, kw_only=True, tag=True, forbid_unknown_fields=True):
    """The child has left the files for work on the artifact as a whole: unpacking, linking."""

    name: Annotated[str, msgspec.Meta(max_length=64)]


class Store(msgspec.Struct, frozen=True, kw_only=True, tag=True, forbid_unknown_fields=True):
    """Something to keep for later runs. An empty value says that what is kept was used."""

    kind: Kind
    key: Key
    value: Value = b""


class Done(msgspec.Struct, frozen=True, kw_only=True, tag=True, forbid_unknown_fields=True):
    """The result."""

    result: bytes


class Failed(msgspec.Struct, frozen=True, kw_only=True, tag=True, forbid_unknown_fields=True):
    """The work raised."""

    reason: Reason


Note = Began | Step | Store | Done | Failed
"""What a child may say."""


class Skip(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file that ended an earlier child, and how."""

    place: Place
    reason: Reason


class Ask(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a child is told beside the artifact's bytes."""

    options: bytes
    skip: tuple[Skip, ...]


class Start(msgspec.Struct, frozen=True, kw_only=True, tag=True, forbid_unknown_fields=True):
    """To the zygote: fork a child. Comes with three descriptors: the data, the `Ask`, the pipe to write notes to."""

    job: int


class Reap(msgspec.Struct, frozen=True, kw_only=True, tag=True, forbid_unknown_fields=True):
    """To the zygote: kill the job's child if it still runs, and collect it."""

    job: int


class Ready(msgspec.Struct, frozen=True, kw_only=True, tag=True, forbid_unknown_fields=True):
    """From the zygote: everything is loaded."""

    cpu_s: float


class Broken(msgspec.Struct, frozen=True, kw_only=True, tag=True, forbid_unknown_fields=True):
    """From the zygote: loading failed."""

    reason: Reason


class Forked(msgspec.Struct, frozen=True, kw_only=True, tag=True, forbid_unknown_fields=True):
    """From the zygote: the child runs, or why it could not be started."""

    job: int
    reason: Reason = ""


class Ended(msgspec.Struct, frozen=True, kw_only=True, tag=True, forbid_unknown_fields=True):
    """From the zygote: the child is gone."""

    job: int
    signal: int
    status: int
    cpu_s: float
    peak_mb: float


Order = Start | Reap
Answer = Ready | Broken | Forked | Ended

ORDERS = msgspec.msgpack.Decoder(Order)
ANSWERS = msgspec.msgpack.Decoder(Answer)
ASKS = msgspec.msgpack.Decoder(Ask)
NOTES: msgspec.msgpack.Decoder[Note] = msgspec.msgpack.Decoder(Note)
encode = msgspec.msgpack.Encoder().encode


class ProtocolError(ValueError):
    """A child said something that is not the protocol."""


def storable(kind: str, key: str, value: bytes) -> bool:
    """Tell whether a `Store` of these would be taken."""
    fits = len(key) <= KEY_CAP and len(value) <= VALUE_CAP
    return fits and re.match(_KIND, kind) is not None and re.match(_KEY, key) is not None


def plain(text: str, cap: int) -> str:
    """Return `text` as something that can be sent: no lone surrogates, at most `cap` characters."""
    sendable = text.encode("utf-8", "backslashreplace").decode()
    return sendable if len(sendable) <= cap else sendable[: cap - 1] + "…"


def frame(message: Note) -> bytes:
    """Return the bytes of one note on the pipe."""
    body = encode(message)
    return len(body).to_bytes(PREFIX, "big") + body


def write_all(descriptor: int, data: bytes) -> None:
    """Write everything. Raises `OSError` (`BrokenPipeError` when nobody reads any more)."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


class Notes:
    """Cuts one child's stream into notes."""

    def __init__(self, result_cap: int, stream_cap: int) -> None:
        self._buffer = bytearray()
        self._result_cap = result_cap
        self._frame_cap = max(result_cap, VALUE_CAP) + KEY_CAP + PLACE_CAP
        self._left = stream_cap

    def feed(self, data: bytes) -> Iterator[Note]:
        """Yield the notes that `data` completes. Raises `ProtocolError`."""
        self._left -= len(data)
        if self._left < 0:
            raise ProtocolError("it said more than it may")
        self._buffer += data
        while len(self._buffer) >= PREFIX:
            length = int.from_bytes(self._buffer[:PREFIX], "big")
            if length > self._frame_cap:
                raise ProtocolError(f"it announced a message of {length} bytes")
            if len(self._buffer) < PREFIX + length:
                return
            body = bytes(memoryview(self._buffer)[PREFIX : PREFIX + length])
            del self._buffer[: PREFIX + length]
            yield self._decode(body)

    def _decode(self, body: bytes) -> Note:
        try:
            note = NOTES.decode(body)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            raise ProtocolError("it said something that is not a message") from error
        if isinstance(note, Done) and len(note.result) > self._result_cap:
            raise ProtocolError(f"its result has {len(note.result)} bytes, past the limit of {self._result_cap}")
        return note
