"""bzip2."""

from __future__ import annotations

from functools import partial

from pratique.unpack.formats import Format
from pratique.unpack.streams import stream_gap, walk_stream

_BLOCK = bytes.fromhex("314159265359")
_END = bytes.fromhex("177245385090")


def _leads(head: bytes) -> bool:
    return head[:3] == b"BZh" and head[3:4] in b"123456789" and head[4:10] in (_BLOCK, _END)


FORMAT = Format("bz2", (".bz2", ".tbz", ".tbz2"), _leads, partial(walk_stream, codec="bz2"), stream_gap)
