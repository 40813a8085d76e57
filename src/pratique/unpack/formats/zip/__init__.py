"""zip (PKWARE APPNOTE 6.3.10), read twice: by its directory and by its local headers."""

from __future__ import annotations

from pratique.unpack.formats import Format, Probe
from pratique.unpack.formats.zip.central import lurking_start
from pratique.unpack.formats.zip.compare import walk_zip, zip_gap


def _leads(head: bytes) -> bool:
    return head[:4] in (b"PK\x03\x04", b"PK\x05\x06") and len(head) >= 22


def _lurks(probe: Probe) -> int:
    return -1 if b"PK\x05\x06" not in probe.tail else lurking_start(probe.tail, probe.size)


FORMAT = Format("zip", (".zip", ".whl", ".egg", ".jar"), _leads, walk_zip, zip_gap, _lurks)
