"""Zstandard (RFC 8878), with or without skippable frames."""

from __future__ import annotations

from functools import partial

from pratique.unpack.formats import Format
from pratique.unpack.streams import stream_gap, walk_stream


def _leads(head: bytes) -> bool:
    return head[:4] == b"\x28\xb5\x2f\xfd" or (head[1:4] == b"\x2a\x4d\x18" and head[0] & 0xF0 == 0x50)


FORMAT = Format("zst", (".zst", ".tzst"), _leads, partial(walk_stream, codec="zst"), stream_gap)
