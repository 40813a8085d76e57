"""The tree: what an artifact holds, and how to get the bytes of any file in it again."""

from __future__ import annotations

import os
import stat
from collections import OrderedDict
from collections.abc import Iterator

import msgspec

from pratique.errors import PratiqueError
from pratique.model import Budget, File, Problem, Spent
from pratique.unpack.codecs import CHUNK, Codec, Inflation
from pratique.unpack.ledger import Account


class Refused(PratiqueError):
    """The bytes of a file cannot be had; the message says why."""


class Part(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Where the bytes of a file lie: a recipe, not the bytes."""

    box: int
    start: int
    end: int
    """Offsets in the box's bytes, before decompression."""
    codec: Codec = "stored"
    size: int
    """Bytes after decompression, as counted."""
    sparse: tuple[tuple[int, int], ...] | None = None
    """Of a sparse tar member: (offset, length) of each stored piece; the rest is zero."""


class Box(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes that hold others: the artifact, a decompressed stream, a nested archive, or a file on disk."""

    data: bytes | None = None
    path: str = ""
    size: int = 0
    """Of a file on disk."""
    part: Part | None = None


class Shelf:
    """All boxes of an artifact, and the few of them that are resident."""

    def __init__(self, resident: int) -> None:
        self.boxes: list[Box] = []
        self._resident = resident
        self._kept: OrderedDict[int, bytes | bytearray] = OrderedDict()

    def add(self, box: Box, data: bytes | bytearray | None = None) -> int:
        """Add a box, its bytes if they are at hand, and return its number."""
        self.boxes.append(box)
        if data is not None:
            self._keep(len(self.boxes) - 1, data)
        return len(self.boxes) - 1

    def view(self, number: int) -> memoryview:
        """Return a box's bytes, inflated again if need be. Raises Refused where they may not be resident."""
        data = self._at_hand(number)
        if data is None:
            box = self.boxes[number]
            size = box.part.size if box.part else box.size
            if size > self._resident:
                raise Refused("it is larger than what may be resident")
            # Goes outwards box by box; `Budget.nesting` bounds how far.
            data = bytearray()  # grows in place: joining pieces would hold everything twice
            for chunk in self.chunks(box.part) if box.part else _from_disk(box.path, box.size):
                data += chunk
            self._keep(number, data)
        return memoryview(data)

    def chunks(self, part: Part) -> Iterator[bytes]:
        """Yield the bytes of a part in pieces, streaming through a box that is too large to be resident."""
        box = self.boxes[part.box]
        if box.path:
            yield from _from_disk(box.path, part.size)
        elif self._at_hand(part.box) is None and box.part is not None and box.part.size > self._resident:
            yield from expand(part, _cut(self.chunks(box.part), part.start, part.end))
        else:
            yield from _pieces(part, self.view(part.box))

    def _at_hand(self, number: int) -> bytes | bytearray | None:
        data = self.boxes[number].data
        return self._kept.get(number) if data is None else data

    def _keep(self, number: int, data: bytes | bytearray) -> None:
        self._kept[number] = data
        self._kept.move_to_end(number)
        while len(self._kept) > 1 and sum(map(len, self._kept.values())) > self._resident:
            self._kept.popitem(last=False)


def _pieces(part: Part, view: memoryview) -> Iterator[bytes]:
    return expand(part, iter(Inflation(part.codec, view[part.start : part.end])))


def expand(part: Part, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the chunks with the zeros of a sparse member between them."""
    if part.sparse is None:
        yield from chunks
        return
    at, pending = 0, b""
    for offset, length in part.sparse:
        yield from _zeros(offset - at)
        at = offset + length
        left = length
        while left > 0:
            if not pending:
                pending = next(chunks, b"")
                if not pending:
                    return
            piece, pending = pending[:left], pending[left:]
            left -= len(piece)
            yield piece
    yield from _zeros(part.size - at)


def _zeros(count: int) -> Iterator[bytes]:
    for at in range(0, count, CHUNK):
        yield bytes(min(CHUNK, count - at))


def _cut(chunks: Iterator[bytes], start: int, end: int) -> Iterator[bytes]:
    at = 0
    for chunk in chunks:
        if at >= end:
            return
        if at + len(chunk) > start:
            yield chunk[max(0, start - at) : end - at]
        at += len(chunk)


def _from_disk(path: str, size: int) -> Iterator[bytes]:
    """Yield a regular file's bytes, never following a link. Raises Refused when it is not what was listed."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise Refused(f"it cannot be opened: {error.strerror}") from error
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise Refused("it is no regular file")
        left = size
        while left > 0 and (chunk := file.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk


class Tree:
    """Everything found in one artifact. Only offsets are kept; `read` inflates again."""

    __slots__ = ("_parts", "_shelf", "accounts", "budget", "files", "problems", "spent")

    def __init__(
        self,
        *,
        files: tuple[File, ...],
        problems: tuple[Problem, ...],
        spent: Spent,
        accounts: tuple[Account, ...],
        parts: dict[File, Part],
        shelf: Shelf,
        budget: Budget,
    ) -> None:
        self.files = files
        """In the order of the container; files of nested archives after those of the archive around them."""
        self.problems = problems
        self.spent = spent
        self.accounts = accounts
        """Where every byte of every container belongs, outermost first."""
        self.budget = budget
        self._parts = parts
        self._shelf = shelf

    @property
    def complete(self) -> bool:
        """Whether every file's bytes can be read."""
        return not any(file.refused for file in self.files) and not any(p.severity == "fatal" for p in self.problems)

    def read(self, file: File, cap: int | None = None) -> bytes:
        """Return the file's bytes, or only its first `cap` bytes.

        Raises Refused, with the reason, where they cannot be had: refused on opening (encrypted, corrupt, beyond the
        budget), a link or device without content, larger than what may be resident (then give a `cap`), or no file of
        this tree. Returns b"" for empty files only.
        """
        part = self._parts.get(file)
        if part is None or file.refused:
            raise Refused(f"{file.shown}: {file.refused or 'it has no content of its own'}")
        want = file.size if cap is None else min(cap, file.size)
        if want > self.budget.member_bytes:
            raise Refused(f"{file.shown}: larger than what may be resident")
        got, pieces = 0, []
        for chunk in self._shelf.chunks(part):
            pieces.append(chunk[: want - got])
            got += len(pieces[-1])
            if got >= want:
                break
        if got < want:
            raise Refused(f"{file.shown}: it changed while it was read")
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)
