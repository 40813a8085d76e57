"""gzip (RFC 1952)."""

from __future__ import annotations

from functools import partial

from pratique.unpack.formats import Format
from pratique.unpack.streams import stream_gap, walk_stream


def _leads(head: bytes) -> bool:
    return head[:3] == b"\x1f\x8b\x08"


FORMAT = Format("gz", (".gz", ".tgz"), _leads, partial(walk_stream, codec="gz"), stream_gap)
