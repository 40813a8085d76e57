"""A reading position in a tar: over bytes at hand, or over chunks that come once."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.unpack.codecs import CHUNK


class Cursor:
    """Reads forward; `seek` works only over bytes at hand (`seekable`)."""

    def __init__(self, source: memoryview | Iterator[bytes]) -> None:
        self.at = 0
        self._view = source if isinstance(source, memoryview) else None
        self._chunks = iter(()) if isinstance(source, memoryview) else source
        self._pending = b""

    @property
    def seekable(self) -> bool:
        """Whether every offset can be reached."""
        return self._view is not None

    def seek(self, at: int) -> None:
        """Continue at an offset of the bytes at hand."""
        assert self._view is not None
        self.at = at

    def view(self, count: int) -> memoryview | None:
        """Return the next `count` bytes (fewer at the end) without copying, None over chunks."""
        if self._view is None:
            return None
        piece = self._view[self.at : self.at + count]
        self.at += len(piece)
        return piece

    def take(self, count: int) -> bytes:
        """Return the next `count` bytes, fewer at the end. For small counts."""
        if self._view is not None:
            piece = bytes(self._view[self.at : self.at + count])
        else:
            while len(self._pending) < count and (chunk := next(self._chunks, b"")):
                self._pending += chunk
            piece, self._pending = self._pending[:count], self._pending[count:]
        self.at += len(piece)
        return piece

    def give_back(self, piece: bytes) -> None:
        """Undo the last `take` of `piece`, or of its end."""
        self.at -= len(piece)
        if self._view is None:
            self._pending = piece + self._pending

    def chunks(self, count: int) -> Iterator[bytes]:
        """Yield the next `count` bytes in pieces, fewer at the end."""
        while count > 0 and (piece := self._some(min(count, CHUNK))):
            count -= len(piece)
            yield piece

    def _some(self, count: int) -> bytes:
        if self._view is not None:
            return self.take(count)
        if not self._pending:
            self._pending = next(self._chunks, b"")
        piece, self._pending = self._pending[:count], self._pending[count:]
        self.at += len(piece)
        return piece
