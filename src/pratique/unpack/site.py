"""The site: where a format's walk reports what it finds in one container. Weighs members and queues nested archives."""

from __future__ import annotations

import hashlib
import zlib
from collections import deque
from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple

import msgspec

from pratique.model import File, FileKind
from pratique.unpack import names
from pratique.unpack.codecs import BAD_DATA, Codec, Inflation, is_zero
from pratique.unpack.formats import HEAD, TAIL, Probe, formats, leading, lurking
from pratique.unpack.kinds import kind_of
from pratique.unpack.ledger import FREE_BYTES, Account, Ledger, Range, RangeKind, settle
from pratique.unpack.tree import Box, Part, Refused, Shelf

Reading = Literal["both", "central", "local"]
ONE_SHOT = 4 << 20
"""Compressed bytes up to which a member is inflated in one call."""
ONE_SHOT_OUT = 16 << 20
_LISTED = frozenset({"elf", "pe", "macho", "wasm", "image", "binary"})
"""Kinds of which a member too large to be resident is listed: no interpreter takes them for code by their name."""
HOPS = 40
"""How many links a path may lead through, as on Linux."""


class Weight(NamedTuple):
    """What inflating and hashing a member showed."""

    size: int
    sha256: str
    crc: int
    head: bytes
    last: int
    """The last byte."""
    consumed: int
    """Compressed bytes that were needed."""
    formats: tuple[str, ...]
    """Container formats that the content can be opened as."""
    archive: bool
    """Whether its first bytes are those of a container."""
    error: str = ""
    refused: str = ""
    """Code of the limit that stopped the reading."""


class Nested(NamedTuple):
    """An archive that waits to be opened."""

    segments: tuple[str, ...]
    part: Part
    formats: tuple[str, ...]


class Work:
    """The one work-list of an artifact: everything that is still to be opened, and everything found."""

    def __init__(self, ledger: Ledger, filename: str) -> None:
        self.ledger = ledger
        self.filename = filename
        self.shelf = Shelf(ledger.budget.member_bytes)
        self.files: dict[File, File] = {}
        """Each file as it was found, to what it is now: a resolved link keeps its place."""
        self.parts: dict[File, Part] = {}
        self.queue: deque[Nested] = deque()

    def open(self, box: int, segments: tuple[str, ...], wanted: Iterable[str]) -> None:
        """Walk one container in each of the wanted formats."""
        walked = 0
        for name in wanted:
            site = Site(self, box, segments, name)
            if not site.is_own_member():
                site.run()
                walked += 1
        if walked > 1:
            self.ledger.problem("polyglot", segments, " and ".join(wanted))

    def drain(self) -> None:
        """Open nested archives until none is left."""
        while self.queue:
            nested = self.queue.popleft()
            box = self.shelf.add(Box(part=nested.part))
            self.open(box, nested.segments, nested.formats)

    def add(self, file: File, part: Part | None) -> None:
        """Add a file unless an equal one is there."""
        if file not in self.files:
            self.files[file] = file
            if part is not None:
                self.parts[file] = part


class Site:
    """One container in one format. `view` holds its bytes."""

    def __init__(self, work: Work, box: int, segments: tuple[str, ...], form: str) -> None:
        self.work = work
        self.ledger = work.ledger
        self.box = box
        self.segments = segments
        self.form = form
        self.view = memoryview(b"")
        self.length = -1
        """Bytes of the container; -1: those of `view`."""
        self.counted = False
        """Whether the bytes in `view` are already counted as inflated."""
        self.claims: list[Range] = []
        self._seen: dict[str, str] = {}
        self._own: list[tuple[File, Part | None]] = []
        self._targets: dict[str, str | None] = {}
        """Path of each link to the path it leads to, None outside the container."""
        self._stopped = False

    def run(self) -> None:
        """Read the container's bytes and survey them. Never raises."""
        try:
            self.view = self.work.shelf.view(self.box)
        except Refused as error:
            self.problem("nested-too-large", error.message)
        else:
            self.survey(formats()[self.form].walk)

    def survey(self, walk: Callable[[Site], None]) -> None:
        """Walk, then settle the account. Never raises: a bug of ours must not hide an artifact from review."""
        for step in (walk, Site._close):
            try:
                step(self)
            except Exception as error:  # noqa: BLE001
                self.problem("reader-failed", f"{type(error).__name__}: {error}")

    def is_own_member(self) -> bool:
        """Whether a container found from the end of these bytes is just a stored member of the one around it."""
        try:
            view = self.work.shelf.view(self.box)
        except Refused:
            return False
        head = bytes(view[:HEAD])
        if self.form in leading(head):
            return False
        starts = {part.start for part in self.work.parts.values() if part.box == self.box and part.codec == "stored"}
        return any(
            at in starts for name, at in lurking(Probe(head, bytes(view[-TAIL:]), len(view))) if name == self.form
        )

    def problem(self, code: str, detail: str = "", *, offset: int = -1, name: str | None = None) -> None:
        """Report a problem of this container or of one member."""
        name = name if name is None else name[: self.ledger.budget.name_bytes]
        self.ledger.problem(code, self.segments, detail, offset=offset, name=name)

    def claim(self, start: int, end: int, kind: RangeKind) -> None:
        """Say what the bytes [start, end) of the container are."""
        if end > start:
            self.claims.append(Range(start, end, kind))

    # -- weighing ------------------------------------------------------------------------------------------------

    def weigh(self, codec: Codec, start: int, end: int, *, size: int = 0, spend: bool = True) -> Weight:
        """Inflate and hash the bytes [start, end) of the view, within the budget; `spend` them or not.

        `size` is what the member claims to inflate to: believed only as the size of the first buffer.
        """
        view = self.view[start:end]
        if codec in ("deflate", "stored") and len(view) <= ONE_SHOT and not self.ledger.exhausted:
            data = _one_shot(codec, view, size)
            if data is not None and (not spend or self.ledger.spend(len(data), self.segments)):
                return _weight(data, len(view))
        inflation = Inflation(codec, view)
        return self.weigh_chunks(inflation, lambda: inflation.fed, inflation, spend=spend)

    def weigh_chunks(
        self, chunks: Iterable[bytes], fed: Callable[[], int], inflation: Inflation | None = None, *, spend: bool
    ) -> Weight:
        """Hash chunks as they come, `fed` giving the compressed bytes used so far, within the budget."""
        size, crc, head, tail, refused = 0, 0, b"", b"", ""
        sha = hashlib.sha256()
        for chunk in chunks:
            size += len(chunk)
            refused = self.overrun(len(chunk) if spend else 0, size, fed())
            if refused:
                break
            sha.update(chunk)
            crc = zlib.crc32(chunk, crc)
            if len(head) < HEAD:
                head += chunk[: HEAD - len(head)]
            tail = chunk[-TAIL:] if len(chunk) >= TAIL else (tail + chunk)[-TAIL:]
        found, archive = _formats(Probe(head, tail, size)) if not refused else ((), False)
        return Weight(
            size=size,
            sha256="" if refused else sha.hexdigest(),
            crc=crc,
            head=head,
            last=tail[-1] if tail else -1,
            consumed=inflation.consumed if inflation else size,
            formats=found,
            archive=archive,
            error=inflation.error if inflation else "",
            refused=refused,
        )

    def overrun(self, count: int, size: int, fed: int) -> str:
        """Spend `count` bytes of a member that has grown to `size`; return the code of the limit it hits, or ""."""
        if count and not self.ledger.spend(count, self.segments):
            return self.ledger.exhausted
        if self.ledger.exhausted and count:
            return self.ledger.exhausted
        if size > FREE_BYTES and size > self.ledger.budget.ratio * max(fed, 1):
            self.problem("bomb", f"more than {self.ledger.budget.ratio} to 1")
            return "bomb"
        return ""

    # -- adding --------------------------------------------------------------------------------------------------

    def enter(self) -> bool:
        """Count one member; False when the walk should stop."""
        if not self._stopped and not self.ledger.member(self.segments):
            self._stopped = True
        return not self._stopped

    def add(
        self,
        name: str,
        part: Part | None,
        weight: Weight | None,
        *,
        reading: Reading = "both",
        kind: FileKind | None = None,
        executable: bool = False,
        link_target: str = "",
        refused: str = "",
    ) -> None:
        """Add a member under every name that a reader may give it, and queue it if it is an archive itself."""
        for code, detail in names.check(name, self.ledger.budget.name_bytes):
            self.problem(code, detail, name=name)
        limit = self.ledger.budget.member_bytes
        if weight is not None and not refused:
            if weight.refused:
                refused = f"limit reached: {weight.refused}"
            elif weight.size > limit:
                listed = (kind or _kind(name, weight)) in _LISTED
                refused = "" if listed else "larger than what may be resident"
                self.problem("member-too-large", f"{weight.size} bytes", name=name)
        if weight is None:
            weight = _NOTHING
        for number, path in enumerate(names.readings(name[: self.ledger.budget.name_bytes])):
            file = File(
                segments=(*self.segments, path),
                sha256=weight.sha256,
                size=weight.size,
                kind=kind or _kind(path, weight),
                head=weight.head[:64],
                reading=reading if number == 0 or reading != "both" else "local",
                executable=executable,
                link_target=link_target,
                refused=refused,
            )
            self._note_duplicate(path, file)
            self._own.append((file, part))
            self.work.add(file, part)
        if weight.formats and part is not None and not refused:
            self._queue(name, part, weight.formats)

    def _queue(self, name: str, part: Part, wanted: tuple[str, ...]) -> None:
        segments = (*self.segments, names.readings(name[: self.ledger.budget.name_bytes])[0])
        if len(segments) > self.ledger.budget.nesting:
            self.problem("nesting-too-deep", name=name)
        else:
            self.work.queue.append(Nested(segments, part, wanted))

    def _note_duplicate(self, path: str, file: File) -> None:
        identity = f"{file.sha256} {file.link_target} {file.refused}"
        known = self._seen.setdefault(path, identity)
        if known is not identity and file.reading == "both":
            self.problem("duplicate-same" if known == identity else "duplicate-differs", name=path)

    # -- closing -------------------------------------------------------------------------------------------------

    def _close(self) -> None:
        """Report gaps and colliding names, resolve links, file the account."""
        if self.form in formats():
            self._settle(formats()[self.form].gap)
        for code, name, other in names.collisions(self._seen):
            self.problem(code, f"with {other[:120]!a}", name=name)
        self._links()

    def _settle(self, gap_code: Callable[[Site, Range], str]) -> None:
        """File the account, and report every gap in it."""
        length = len(self.view) if self.length < 0 else self.length
        settled = []
        for piece in settle(self.claims, length):
            if piece.kind == "gap":
                self.problem(gap_code(self, piece), f"{piece.end - piece.start} bytes", offset=piece.start)
                settled.append(piece._replace(kind="padding") if self.zero(piece) else piece)
            else:
                settled.append(piece)
        self.ledger.accounts.append(Account(self.segments, self.form, length, tuple(settled)))

    def zero(self, piece: Range) -> bool:
        """Whether a range of the view is all zero; False for bytes that are no longer at hand."""
        return piece.end <= len(self.view) and is_zero(self.view[piece.start : piece.end])

    @property
    def stopped(self) -> bool:
        """Whether there are too many members to go on."""
        return self._stopped

    def folder(self, name: str) -> None:
        """Note a folder entry: folders are no files, but their names are data too."""
        for code, detail in names.check(name, self.ledger.budget.name_bytes):
            self.problem(code, detail, name=name)

    def link(self, path: str, target: str, *, relative: bool, reading: Reading = "both") -> None:
        """Add a link; `relative` to its own folder (a symbolic link) or to the container's root (a hard link)."""
        cleaned = names.clean(path)
        leads = names.follow(cleaned, target, relative=relative)
        self._targets[cleaned] = leads
        self.problem("link" if leads is not None else "link-outside", f"to {target[:120]!a}", name=path)
        self.add(path, None, None, reading=reading, kind="link", link_target=target)

    def _links(self) -> None:
        """Give every link to a file of this container that file's content: whoever opens the link reads it."""
        if not self._targets:
            return
        by_path = {file.path: (file, part) for file, part in self._own}
        for file, _ in self._own:
            parts = file.path.split("/")
            if any("/".join(parts[:depth]) in self._targets for depth in range(1, len(parts))):
                self.problem("through-link", name=file.path)
        for link, _ in self._own:
            if link.kind == "link":
                target = self._follow(link.path)
                found = by_path.get(target) if target is not None else None
                if found is not None and found[0].kind != "link" and found[1] is not None:
                    self._resolve(link, found[0], found[1])

    def _follow(self, path: str) -> str | None:
        target: str | None = path
        for _ in range(HOPS):
            if target is None or target not in self._targets:
                return target
            target = self._targets[target]
        return None

    def _resolve(self, link: File, file: File, part: Part) -> None:
        kind = file.kind if file.kind == "archive" else kind_of(link.path, file.head, 0)
        resolved = msgspec.structs.replace(
            link, sha256=file.sha256, size=file.size, kind=kind, head=file.head, refused=file.refused
        )
        self.work.files[link] = resolved
        self.work.parts[resolved] = part


def _kind(path: str, weight: Weight) -> FileKind:
    """Return the kind by content and name; a container's bytes make an archive unless an interpreter runs them."""
    kind = kind_of(path, weight.head, weight.last)
    if weight.archive and kind not in ("pth", "start"):
        textual = weight.head[:4].isascii() and weight.head[:4].isalnum()
        runs = kind in ("python", "shell", "powershell", "batch", "javascript")
        return kind if textual and runs else "archive"
    return kind


def _one_shot(codec: Codec, view: memoryview, size: int) -> bytes | None:
    """Return a small member's bytes from one call, None where it needs a closer look."""
    if codec == "stored":
        return bytes(view)
    inflate = zlib.decompressobj(-15)
    try:
        data = inflate.decompress(view, min(size, ONE_SHOT_OUT) + 1)
    except BAD_DATA:
        return None
    return data if inflate.eof and not inflate.unused_data else None


def _weight(data: bytes, consumed: int) -> Weight:
    head = data[:HEAD]
    found, archive = _formats(Probe(head, data[-TAIL:], len(data)))
    return Weight(
        len(data), hashlib.sha256(data).hexdigest(), zlib.crc32(data), head, data[-1] if data else -1, consumed,
        found, archive,
    )  # fmt: skip


def _formats(probe: Probe) -> tuple[tuple[str, ...], bool]:
    first = leading(probe.head)
    last = tuple(name for name, _ in lurking(probe) if name not in first)
    return first + last, bool(first)


_NOTHING = Weight(0, "", 0, b"", -1, 0, (), archive=False)
