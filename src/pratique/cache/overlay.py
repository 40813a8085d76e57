"""What a child uses as its cache: reads from the disk and from what it kept itself, keeps by telling its parent."""

from __future__ import annotations

from collections.abc import Callable

from pratique.cache.packing import pack
from pratique.cache.reader import Reader


class Overlay:
    """A cache over a `Reader`; `send(kind, key, packed)` takes what is to be written elsewhere."""

    def __init__(self, reader: Reader, send: Callable[[str, str, bytes], None]) -> None:
        self._reader = reader
        self._send = send
        self._own: dict[tuple[str, str], bytes] = {}

    def get(self, kind: str, key: str) -> bytes | None:
        """Return what is kept under `key`, or None."""
        own = self._own.get((kind, key))
        return own if own is not None else self._reader.get(kind, key)

    def put(self, kind: str, key: str, value: bytes) -> None:
        """Keep `value` under `key`."""
        self._own[kind, key] = value
        self._send(kind, key, pack(kind, key, value))

    def finish(self) -> None:
        """Tell which values were used, at the end of the work."""
        for kind, key in self._reader.used:
            self._send(kind, key, b"")
        self._reader.used.clear()
