"""The structural walk over a tar's headers, following every place where two readers would part ways."""

from __future__ import annotations

from collections import deque

import msgspec

from pratique.unpack.codecs import FEED
from pratique.unpack.formats.tar import pax
from pratique.unpack.formats.tar.cursor import Cursor
from pratique.unpack.formats.tar.header import (
    BLOCK,
    GNU_MAGIC,
    REGULAR,
    SUPPORTED,
    ZERO_BLOCK,
    Header,
    is_header,
    number,
    parse,
)
from pratique.unpack.ledger import Range
from pratique.unpack.site import Reading, Site, Weight
from pratique.unpack.tree import Part, expand

STEP = 8 * BLOCK
"""The first of the doubling steps in which zeros and rubbish are skipped."""
GLOBAL_BYTES = 8_192
"""Of a global value, which every member is compared with."""
PLAIN_LIMIT = 8 << 30
"""What eleven octal digits can say: only above it may a header's size honestly differ from the pax size."""
KEPT = ("path", "linkpath", "size")
KEPT_PREFIX = "GNU.sparse."
"""The records that change what a reader sees; all others are metadata."""
SPARSE_KEYS = ("GNU.sparse.map", "GNU.sparse.offset", "GNU.sparse.major")


def walk_tar(site: Site, cursor: Cursor) -> None:
    """Add every member that any reader of the tar under the cursor would find."""
    _Walk(site, cursor).run()


def tar_gap(site: Site, piece: Range) -> str:
    """Bytes that are neither headers, contents nor zero padding."""
    if site.zero(piece):
        return "tar-zeros"
    return "tar-padding" if piece.start % BLOCK and piece.end - piece.start < BLOCK else "tar-trailing"


class _Extensions(msgspec.Struct):
    """What extended headers said about the member that follows."""

    long_name: bytes | None = None
    long_link: bytes | None = None
    records: list[tuple[str, str]] = []
    """Only those that change what a reader sees, in order."""

    def get(self, key: str) -> str | None:
        """Return the last value of a key."""
        return next((value for name, value in reversed(self.records) if name == key), None)


class _Walk:
    """One tar. The queue holds offsets where another reader would continue."""

    def __init__(self, site: Site, cursor: Cursor) -> None:
        self._site = site
        self._cursor = cursor
        self._queue: deque[tuple[int, Reading]] = deque([(0, "both")])
        self._visited: set[int] = set()
        self._globals: dict[str, str] = {}
        self._alternate = False
        """Whether we follow a reading that only some readers have: as far as it makes sense, at the budget's cost."""

    def run(self) -> None:
        length = 0
        while self._queue:
            start, reading = self._queue.popleft()
            self._alternate = start > 0
            if self._alternate:
                self._cursor.seek(start)
            self._from_here(reading)
            length = max(length, self._cursor.at)
        self._site.length = len(self._site.view) or length

    # -- headers -------------------------------------------------------------------------------------------------

    def _from_here(self, reading: Reading) -> None:
        """Read headers from the cursor to the end of the bytes."""
        cursor, site = self._cursor, self._site
        extensions, ended = _Extensions(), False
        while cursor.at not in self._visited:
            at = cursor.at
            self._visited.add(at)
            block = cursor.take(BLOCK)
            if not block:
                if not ended and reading == "both":
                    site.problem("tar-no-end", offset=at)
                return
            if self._alternate and not is_header(block):
                return
            if block == ZERO_BLOCK:
                ended = True
                self._padding(block)
            elif is_header(block):
                if ended and reading == "both":
                    reading = "local"
                    site.problem("tar-after-end", offset=at)
                site.claim(at, at + BLOCK, "header")
                extensions = self._header(parse(block), extensions, at, reading)
            else:
                if not ended and reading == "both" and len(block) == BLOCK:
                    reading = "local"
                    site.problem("tar-checksum", offset=at)
                self._resync(block)
            if site.stopped:
                site.claim(0, len(site.view), "data")
                return

    def _padding(self, block: bytes) -> None:
        """Claim the zeros from `block` on, in large steps."""
        cursor, start, step = self._cursor, self._cursor.at - len(block), STEP
        while True:
            piece = cursor.take(step)
            zeros = len(piece) - len(piece.lstrip(b"\0"))
            whole = zeros if zeros == len(piece) else zeros // BLOCK * BLOCK
            if whole < len(piece):
                cursor.give_back(piece[whole:])
            if whole < step:
                break
            step = min(2 * step, FEED)
        self._site.claim(start, cursor.at, "padding")

    def _resync(self, block: bytes) -> None:
        """Skip what is no header, up to the next block with a tar's magic or of zeros."""
        cursor, step = self._cursor, STEP
        if len(block) < BLOCK:
            return
        while piece := cursor.take(step):
            step = min(2 * step, FEED)
            for at in range(0, len(piece), BLOCK):
                candidate = piece[at : at + BLOCK]
                if (candidate[257:262] == b"ustar" and is_header(candidate)) or candidate == ZERO_BLOCK:
                    cursor.give_back(piece[at:])
                    return

    def _header(self, header: Header, extensions: _Extensions, at: int, reading: Reading) -> _Extensions:
        """Read what one header announces; return the extensions that hold for the next."""
        site = self._site
        if header.loose:
            site.problem("tar-number", " and ".join(header.loose), offset=at)
        kind = chr(header.type)
        if kind in "xXgLK":
            return self._extension(header, kind, extensions, at)
        self._member(header, extensions, at, reading)
        return _Extensions()

    def _extension(self, header: Header, kind: str, extensions: _Extensions, at: int) -> _Extensions:
        cursor, site = self._cursor, self._site
        if header.size > pax.LIMIT:
            site.problem("tar-extension-large", f"{header.size} bytes", offset=at)
            for _ in cursor.chunks(header.size):
                pass
            site.claim(at + BLOCK, cursor.at, "header")
            self._pad(header.size)
            return extensions
        data = cursor.take(header.size)
        site.claim(at + BLOCK, cursor.at, "header")
        self._pad(header.size)
        if kind == "L":
            return msgspec.structs.replace(extensions, long_name=data.split(b"\0", 1)[0])
        if kind == "K":
            return msgspec.structs.replace(extensions, long_link=data.split(b"\0", 1)[0])
        found, whole = pax.records(data)
        if not whole:
            site.problem("tar-pax", offset=at)
        kept = [(key, value) for key, value in found if key in KEPT or key.startswith(KEPT_PREFIX)]
        if kind == "g":
            if kept:
                site.problem("tar-global-override", offset=at)
            self._globals |= {key: value[:GLOBAL_BYTES] for key, value in kept if key in KEPT}
        else:
            extensions.records.extend(kept)
        return extensions

    def _pad(self, size: int) -> None:
        """Account for the rest of the last block of `size` bytes."""
        start = self._cursor.at
        if not self._cursor.take(-size % BLOCK).strip(b"\0"):
            self._site.claim(start, self._cursor.at, "padding")

    # -- members -------------------------------------------------------------------------------------------------

    def _member(self, header: Header, extensions: _Extensions, at: int, reading: Reading) -> None:
        site = self._site
        both = _Extensions(extensions.long_name, extensions.long_link, [*self._globals.items(), *extensions.records])
        name, others = self._names(header, both, at)
        stored = self._stored_size(header, both, at, name)
        if not site.enter():
            return
        target = both.get("linkpath") or pax.decode(header.link if both.long_link is None else both.long_link)
        target = target[: site.ledger.budget.name_bytes]
        kind = chr(header.type)
        if kind in "12":
            site.link(name, target, relative=kind == "2", reading=reading)
        elif kind in "346":
            site.problem("device", name=name)
            site.add(name, None, None, kind="device", reading=reading)
        elif kind == "5" or (header.type in REGULAR and name.endswith("/") and not stored):
            site.folder(name)
        else:
            self._content(header, both, name, others, stored, reading)
            return
        if stored:
            self._weighed(stored)
            self._pad(stored)

    def _stored_size(self, header: Header, both: _Extensions, at: int, name: str) -> int:
        """Return how many bytes follow as Python's tarfile sees it, and queue where other readers would go on."""
        size = header.size
        if (text := both.get("size")) is not None:
            declared = pax.plain_number(text)
            if declared is None:
                self._site.problem("tar-pax", "a size that is no number", offset=at, name=name)
            elif declared != size:
                honest = declared >= PLAIN_LIMIT
                size, other = declared, size
                if not honest:
                    self._differ(other, size, at, name)
        if header.type in SUPPORTED and header.type not in REGULAR and header.type != ord("S") and size:
            self._differ(size, 0, at, name)
            size = 0
        return size

    def _differ(self, other: int, size: int, at: int, name: str) -> None:
        """Report two sizes; the reading that takes `other` continues after that many bytes."""
        self._site.problem("tar-sizes-differ", f"{size} or {other} bytes", offset=at, name=name)
        target = at + BLOCK + -(-other // BLOCK) * BLOCK
        if self._cursor.seekable and target < len(self._site.view):
            self._queue.append((target, "local"))

    def _names(self, header: Header, both: _Extensions, at: int) -> tuple[str, tuple[str, ...]]:
        """Return the name that Python's tarfile takes, and the others that the fields give."""
        base = header.name
        if header.prefix and header.magic != GNU_MAGIC:
            base = header.prefix + b"/" + base
        plain = pax.decode(base)
        long = None if both.long_name is None else pax.decode(both.long_name)
        given = [value for key, value in both.records if key in ("path", "GNU.sparse.name")]
        candidates = [given[-1] if given else None, long, plain]
        name = next(candidate for candidate in candidates if candidate is not None)
        others = {value for value in given if value != name}
        if both.get("GNU.sparse.name"):
            # pax sparse formats put a made-up name into `path`, for readers that do not know them.
            others = set()
        if given and long is not None and long != name:
            others.add(long)
        if others:
            self._site.problem("tar-names-differ", f"{len(others) + 1} names", offset=at, name=name)
        if header.prefix and header.magic == GNU_MAGIC and long is None and not given:
            self._site.problem("tar-prefix", offset=at, name=name)
            others.add(pax.decode(header.prefix + b"/" + header.name))
        return name, tuple(sorted(others))

    def _content(
        self, header: Header, both: _Extensions, name: str, others: tuple[str, ...], stored: int, reading: Reading
    ) -> None:
        """Weigh and add a regular file; `stored` bytes follow the header."""
        site, cursor = self._site, self._cursor
        if header.type not in SUPPORTED:
            site.problem("tar-type", repr(chr(header.type)), name=name)
        refused, sparse, size = "", None, stored
        if header.type == ord("S") or any(both.get(key) is not None for key in SPARSE_KEYS):
            site.problem("tar-sparse", name=name)
            sparse, size, stored = self._sparse(header, both, stored)
            if sparse is None:
                site.problem("tar-sparse-map", name=name)
                refused, size = "its sparse map is impossible", stored
        start = cursor.at
        part = Part(box=site.box, start=start, end=start + stored, size=size, sparse=sparse)
        weight = self._weighed(stored, part)
        if cursor.at - start < stored and not weight.refused:
            site.problem("tar-truncated", f"{stored - (cursor.at - start)} bytes missing", offset=start, name=name)
            refused = "it is cut off"
        self._pad(stored)
        executable = bool(header.mode & 0o111)
        site.add(name, part, weight, reading=reading, executable=executable, refused=refused)
        for other in others:
            site.add(other, part, weight, reading="local", executable=executable, refused=refused)

    def _sparse(self, header: Header, both: _Extensions, stored: int) -> tuple[pax.Map | None, int, int]:
        """Return the map (None if impossible), the expanded size, and the bytes that still follow."""
        cursor, site = self._cursor, self._site
        if header.type == ord("S"):
            extensions: list[bytes] = []
            more = header.block[482:483]
            while more.strip(b"\0") and len(extensions) * 21 < pax.PIECES:
                site.claim(cursor.at, cursor.at + BLOCK, "header")
                extensions.append(cursor.take(BLOCK))
                more = extensions[-1][504:505]
            pieces: pax.Map | None = pax.gnu_map(header.block, extensions)
            size: int | None = number(header.block[483:495])[0]
        else:
            size = pax.plain_number(both.get("GNU.sparse.realsize") or both.get("GNU.sparse.size") or "")
            if both.get("GNU.sparse.major") == "1":
                at, limit = cursor.at, min(stored, pax.LIMIT)
                data = cursor.take(limit)
                leading = pax.leading_map(data)
                pieces, used = leading if leading is not None else (None, 0)
                cursor.give_back(data[used:])
                site.claim(at, cursor.at, "header")
                stored -= used
            else:
                pieces = pax.pax_map(tuple(both.records))
        if pieces is None or size is None or not pax.possible(pieces, stored, size):
            return None, stored, stored
        return pieces, size, stored

    def _weighed(self, stored: int, part: Part | None = None) -> Weight:
        """Hash the next `stored` bytes, with the zeros of a sparse member between them."""
        cursor, site = self._cursor, self._site
        start, sparse = cursor.at, part.sparse if part else None
        spend = self._alternate or not site.counted

        def fed() -> int:
            return max(1, cursor.at - start)

        if part is not None and sparse is not None:
            weight = site.weigh_chunks(expand(part, cursor.chunks(stored)), fed, spend=True)
        elif (view := cursor.view(stored)) is not None:
            weight = site.weigh("stored", start, start + len(view), spend=spend)
        else:
            weight = site.weigh_chunks(cursor.chunks(stored), fed, spend=spend)
        for _ in cursor.chunks(start + stored - cursor.at):
            pass  # what a limit or the map left over
        site.claim(start, cursor.at, "data")
        return weight
