"""tar: ustar, GNU, pax and v7."""

from __future__ import annotations

from pratique.unpack.formats import Format
from pratique.unpack.formats.tar.cursor import Cursor
from pratique.unpack.formats.tar.header import BLOCK, is_header
from pratique.unpack.formats.tar.walk import tar_gap, walk_tar
from pratique.unpack.site import Site


def _leads(head: bytes) -> bool:
    if head[257:262] == b"ustar":
        return is_header(head[:BLOCK])
    # v7 has no magic: a right checksum, and no byte after the link name.
    return bool(head[:1].strip(b"\0")) and not head[257:BLOCK].strip(b"\0") and is_header(head[:BLOCK])


def _walk(site: Site) -> None:
    walk_tar(site, Cursor(site.view))


FORMAT = Format("tar", (".tar",), _leads, _walk, tar_gap)
