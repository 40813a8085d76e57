"""Pages of an index between runs: `http.Store` over the cache."""

from __future__ import annotations

import msgspec

from pratique.cache.database import Cache
from pratique.http import Answer

KIND = "http"
_DECODER = msgspec.msgpack.Decoder(Answer, strict=True)


class AnswerStore:
    """Answers by their opaque key; see `pratique.http.Store`."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    def load(self, key: str) -> Answer | None:
        """Return the answer kept under `key`, if any."""
        value = self._cache.get(KIND, key)
        if value is None:
            return None
        try:
            return _DECODER.decode(value)
        except msgspec.DecodeError:
            return None

    def save(self, key: str, answer: Answer) -> None:
        """Keep `answer` under `key`."""
        self._cache.put(KIND, key, msgspec.msgpack.encode(answer))
