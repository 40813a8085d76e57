"""xz (the .xz file format 1.2)."""

from __future__ import annotations

from functools import partial

from pratique.unpack.formats import Format
from pratique.unpack.streams import stream_gap, walk_stream


def _leads(head: bytes) -> bool:
    return head[:6] == b"\xfd7zXZ\0"


FORMAT = Format("xz", (".xz", ".txz"), _leads, partial(walk_stream, codec="xz"), stream_gap)
