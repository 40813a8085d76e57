"""Whole-file compression (gz, bz2, xz, zst): a tar inside is walked in place, anything else is the one member."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.unpack.codecs import Codec, Inflation
from pratique.unpack.formats import HEAD, formats, leading
from pratique.unpack.formats.tar.cursor import Cursor
from pratique.unpack.formats.tar.walk import walk_tar
from pratique.unpack.ledger import Range
from pratique.unpack.site import Site
from pratique.unpack.tree import Box, Part


def walk_stream(site: Site, codec: Codec) -> None:
    """Decompress the container at the site, then read what is inside."""
    first = _Metered(site, codec)
    limit = site.ledger.budget.member_bytes
    data = bytearray()
    for chunk in first:
        data += chunk
        if first.size > limit:
            break
    fits = first.size <= limit
    tar = leading(bytes(data[:HEAD])) == ("tar",)
    if not fits:
        del data
        first = _Metered(site, codec, free=first.size)
        _large(site, first, codec, tar=tar)
    else:
        _small(site, first, codec, data, tar=tar)
    _report(site, first, tar=tar)


def stream_gap(site: Site, piece: Range) -> str:
    """Bytes that no stream covers follow the last one."""
    return "stream-zeros" if site.zero(piece) else "stream-trailing"


class _Metered:
    """Decompressed chunks, each counted before it is handed on; `free` bytes were counted on an earlier pass."""

    def __init__(self, site: Site, codec: Codec, free: int = 0) -> None:
        self._site = site
        self._free = free
        self.inflation = Inflation(codec, site.view)
        self.size = 0
        self.refused = ""
        self.finished = False

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self.inflation:
            self.size += len(chunk)
            due = max(0, min(len(chunk), self.size - self._free))
            self.refused = self._site.overrun(due, self.size, self.inflation.fed)
            if self.refused:
                return
            yield chunk
        self.finished = True


def _small(site: Site, stream: _Metered, codec: Codec, data: bytearray, *, tar: bool) -> None:
    part = Part(box=site.box, start=0, end=len(site.view), codec=codec, size=len(data))
    if not tar:
        _single(site, part, data=data, refused=stream.refused)
        return
    inner = _inner(site, site.work.shelf.add(Box(part=part), data))
    inner.view = memoryview(data)
    _tar(inner, Cursor(inner.view))


def _large(site: Site, stream: _Metered, codec: Codec, *, tar: bool) -> None:
    if tar:
        box = site.work.shelf.add(Box(part=Part(box=site.box, start=0, end=len(site.view), codec=codec, size=1 << 62)))
        inner = _inner(site, box)
        cursor = Cursor(iter(stream))
        _tar(inner, cursor)
        return
    weight = site.weigh_chunks(stream, lambda: max(1, stream.inflation.fed), spend=False)
    if site.enter():
        part = Part(box=site.box, start=0, end=len(site.view), codec=codec, size=weight.size)
        site.add(_inner_name(site), part, weight, refused=f"limit reached: {stream.refused}" if stream.refused else "")


def _inner(site: Site, box: int) -> Site:
    inner = Site(site.work, box, site.segments, "tar")
    inner.counted = True
    return inner


def _tar(inner: Site, cursor: Cursor) -> None:
    inner.survey(lambda site: walk_tar(site, cursor))


def _single(site: Site, part: Part, *, data: bytearray, refused: str) -> None:
    if site.enter():
        weight = site.weigh_chunks([bytes(data)] if data else [], lambda: max(1, len(site.view)), spend=False)
        site.add(_inner_name(site), part, weight, refused=f"limit reached: {refused}" if refused else "")


def _inner_name(site: Site) -> str:
    """Return the outer name without its compression suffix; the name inside a gzip header is the writer's whim."""
    outer = site.segments[-1] if site.segments else site.work.filename
    base = outer.rpartition("/")[2]
    for suffix in formats()[site.form].suffixes:
        if base.lower().endswith(suffix) and len(base) > len(suffix):
            stem = base[: -len(suffix)]
            return stem + ".tar" if suffix.startswith(".t") else stem
    return "content"


def _report(site: Site, stream: _Metered, *, tar: bool) -> None:
    inflation = stream.inflation
    for code, offset, detail in inflation.notes:
        site.problem(code, detail, offset=offset)
    site.claims += inflation.ranges
    if not stream.finished:
        # A limit stopped us: what was not looked at is the stream's, as far as we know.
        site.claim(0, len(site.view), "data")
    if inflation.streams > 1:
        site.problem("stream-several-tar" if tar else "stream-several", f"{inflation.streams} streams")
    if inflation.error:
        code = "stream-truncated" if inflation.error == "truncated" else "stream-corrupt"
        site.problem(code, inflation.error, offset=inflation.fed)
