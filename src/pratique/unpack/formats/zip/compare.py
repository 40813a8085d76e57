"""Both readings of a zip side by side: where they agree there is one file, where they differ there are two."""

from __future__ import annotations

import stat
from bisect import bisect_right

from pratique.unpack.codecs import Codec, Inflation
from pratique.unpack.formats.zip.central import Central, Directory, all_ends, primary_end, read_central
from pratique.unpack.formats.zip.local import Local, Walked, walk_front
from pratique.unpack.formats.zip.records import (
    ENCRYPTED,
    STREAMED,
    UTF8,
    End,
    Header,
    central_at,
    end_at,
    local_at,
    unicode_path,
)
from pratique.unpack.ledger import Range
from pratique.unpack.site import Reading, Site, Weight
from pratique.unpack.tree import Part

METHODS: dict[int, Codec] = {
    0: "stored", 8: "deflate", 12: "bzip2", 14: "lzma", 20: "zst", 93: "zst", 95: "xz",
}  # fmt: skip
LINK_TEXT = 4_096


def walk_zip(site: Site) -> None:
    """Add every member that either reading shows."""
    _Comparison(site).run()


def zip_gap(site: Site, piece: Range) -> str:
    """Bytes that no record covers: padding, a launcher in front, or something that should not be there."""
    if site.zero(piece):
        return "zip-zeros"
    outer = piece.start == 0 or piece.end == len(site.view)
    if outer and site.segments and bytes(site.view[:2]) != b"PK":
        return "zip-embedded"
    if piece.start == 0:
        program = bytes(site.view[:4]).startswith((b"#!", b"MZ", b"\x7fELF"))
        return "zip-prepended-program" if program else "zip-prepended"
    return "zip-trailing" if piece.end == len(site.view) else "zip-gap"


class _Comparison:
    """One zip, while its two readings are matched."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._view = site.view
        self._limit = site.ledger.budget.members
        self._weights: dict[tuple[Codec, int, int], Weight] = {}
        self._extents: list[tuple[int, int, str]] = []
        self._matched: set[int] = set()

    def run(self) -> None:
        view, site = self._view, self._site
        primary = primary_end(view)
        central = read_central(view, primary, [], self._limit)
        hints = {
            record.local_at + directory.shift: record
            for directory in central.directories
            for record in directory.records
        }
        known = {record.at: record.end for directory in central.directories for record in directory.records}
        walked = walk_front(view, hints, known, self._limit, self._weigh_open)
        more = read_central(view, None, self._other_ends(walked, primary), self._limit)
        directories = (*central.directories, *_new(central, more), *self._stray(walked, central, more))
        if primary is None:
            site.problem("zip-no-end")
        for code, offset, detail in (*central.problems, *more.problems):
            site.problem(code, detail, offset=offset)
        site.claims += walked.claims
        site.claims += [Range(*span, "header") for end in (*central.ends, *more.ends) for span in end.spans]
        self._members(directories, walked, central)
        self._overlaps()
        if site.stopped or walked.full:
            site.claim(0, len(view), "data")

    # -- directories ---------------------------------------------------------------------------------------------

    def _other_ends(self, walked: Walked, primary: End | None) -> list[End]:
        """Return the end records other than the primary that do not lie in a member's data."""
        data = sorted((piece.start, piece.end) for piece in walked.claims if piece.kind == "data")
        starts = [start for start, _ in data]

        def inside(at: int) -> bool:
            slot = bisect_right(starts, at) - 1
            return slot >= 0 and at < data[slot][1]

        if primary is not None and inside(primary.at):
            self._site.problem("zip-overlap", "the end record lies in a member", offset=primary.at)
        others = []
        for at in sorted({*all_ends(self._view), *walked.ends}):
            if (primary is None or at != primary.at) and not inside(at) and (end := end_at(self._view, at)) is not None:
                self._site.problem("zip-several-ends", offset=at)
                others.append(end)
        return others

    def _stray(self, walked: Walked, central: Central, more: Central) -> tuple[Directory, ...]:
        """Return the directory records that the walk met and no end record leads to, as a directory of their own."""
        known = {
            record.at for part in (central, more) for directory in part.directories for record in directory.records
        }
        records = [central_at(self._view, at) for at in walked.centrals if at not in known]
        found = tuple(record for record in records if record is not None)
        if not found:
            return ()
        self._site.problem("zip-directory-stray", f"{len(found)} records", offset=found[0].at)
        return (Directory(found[0].at, found[-1].end, 0, found),)

    # -- members -------------------------------------------------------------------------------------------------

    def _members(self, directories: tuple[Directory, ...], walked: Walked, central: Central) -> None:
        site = self._site
        for number, directory in enumerate(directories):
            agreed: Reading = "both" if number == 0 and central.primary else "local"
            for record in directory.records:
                site.claim(record.at, record.end, "header")
                if not site.enter():
                    return
                self._record(record, directory.shift, walked, agreed)
        for at, local in walked.locals.items():
            if at not in self._matched:
                if not site.enter():
                    return
                site.problem("zip-local-only", offset=at, name=local.header.name)
                self._content(local.header, local.header, local.data_end, "local")

    def _record(self, record: Header, shift: int, walked: Walked, agreed: Reading) -> None:
        """Match one directory record with its local header."""
        site, at = self._site, record.local_at + shift
        local = walked.locals.get(at)
        header = local.header if local is not None else local_at(self._view, at)
        if header is None:
            site.problem("zip-central-only", offset=record.at, name=record.name)
            site.add(record.name, None, None, reading="central", refused="it has no local header")
            return
        if local is None:
            site.problem("zip-member-inside", offset=at, name=record.name)
        again = at in self._matched
        self._matched.add(at)
        end = header.end + record.packed
        if again:
            site.problem("zip-overlap", "two directory records, one local header", offset=record.at, name=record.name)
        if not self._differ(record, header, local):
            self._content(record, header, end, agreed if local is not None else "central")
            return
        self._content(record, header, end, "central")
        if not again:
            other = local.data_end if local is not None and header.open_ended else header.end + header.packed
            self._content(header, header, other, "local")

    def _differ(self, record: Header, header: Header, local: Local | None) -> bool:
        """Report how the two headers of a member differ; True if a reader could tell from name or content."""
        plain = local is not None and local.descriptor and not (record.conflict or header.conflict)
        if plain and record.raw == header.raw and record.flags == header.flags and record.method == header.method:
            same = (record.crc, record.packed, record.size) == (header.crc, header.packed, header.size)
            if same and not header.open_ended:
                return False
        site, name, at = self._site, record.name, header.at
        named = record.raw != header.raw
        if named:
            site.problem("zip-names-differ", ascii(header.name[:120]), offset=at, name=name)
        fields = [] if record.method == header.method else ["method"]
        if (record.flags ^ header.flags) & ENCRYPTED:
            fields.append("encryption")
        lenient = header.flags & STREAMED
        for field in ("crc", "packed", "size"):
            here, there = getattr(header, field), getattr(record, field)
            if here != there and not (lenient and not here):
                fields.append(field)
        if local is not None and header.open_ended and local.data_end != header.end + record.packed:
            fields.append("end of data")
        if fields:
            site.problem("zip-headers-differ", ", ".join(fields), offset=at, name=name)
        if record.conflict or header.conflict:
            site.problem("zip64-mismatch", offset=at, name=name)
        if (record.flags ^ header.flags) & (UTF8 if not record.raw.isascii() else 0):
            site.problem("zip-flags-differ", "UTF-8", offset=at, name=name)
        if local is not None and not local.descriptor:
            site.problem("zip-descriptor", offset=at, name=name)
        return named or bool(fields)

    def _content(self, said: Header, header: Header, end: int, reading: Reading) -> None:
        """Weigh and add one member: `said` describes it, its data runs from the end of `header` to `end`."""
        site, name = self._site, said.name
        codec = METHODS.get(said.method)
        self._extents.append((header.at, max(end, header.end), name))
        refused = ""
        if said.flags & ENCRYPTED:
            site.problem("zip-encrypted", name=name)
            refused = "it is encrypted"
        elif codec is None:
            site.problem("zip-method", f"method {said.method}", name=name)
            refused = f"compressed by unknown method {said.method}"
        elif not header.end <= end <= len(self._view):
            site.problem("zip-truncated", offset=header.at, name=name)
            refused = "it reaches beyond the end of the file"
        if refused or codec is None:
            self._add(said, None, None, reading, refused)
            return
        if name.endswith("/") and end == header.end:
            site.folder(name)
            return
        weight = self._weigh(codec, header.end, end, said.size)
        refused = self._check(said, codec, weight, header.end, end)
        if name.endswith("/"):
            if not weight.size and not refused:
                site.folder(name)
                return
            site.problem("directory-with-data", name=name)
        part = Part(box=site.box, start=header.end, end=end, codec=codec, size=weight.size)
        self._add(said, part, weight, reading, refused)

    def _check(self, said: Header, codec: Codec, weight: Weight, start: int, end: int) -> str:
        """Compare what was counted with what was said; return why the content must be refused, or ""."""
        site, name = self._site, said.name
        if weight.refused:
            return ""
        # LZMA members may do without an end marker: then the size says where they end (APPNOTE 5.8.9).
        open_lzma = codec == "lzma" and weight.error == "truncated" and weight.size == said.size
        if weight.error and not open_lzma:
            site.problem("zip-corrupt", weight.error, offset=start, name=name)
            return f"its data is {weight.error}"
        if not open_lzma and weight.consumed < end - start:
            site.problem("zip-slack", f"{end - start - weight.consumed} bytes", offset=start, name=name)
        if said.flags & STREAMED and not said.crc and not said.size:
            return ""
        if weight.size != said.size:
            site.problem("zip-size-wrong", f"{weight.size} bytes, said to be {said.size}", offset=start, name=name)
        if weight.crc != said.crc:
            site.problem("zip-crc-wrong", offset=start, name=name)
        return ""

    def _add(self, said: Header, part: Part | None, weight: Weight | None, reading: Reading, refused: str) -> None:
        site, target = self._site, ""
        if said.mode and stat.S_ISLNK(said.mode) and part is not None and part.size <= LINK_TEXT:
            text = b"".join(Inflation(part.codec, self._view[part.start : part.end]))
            target = text.decode("utf-8", "replace")
            site.problem("link", f"to {target[:120]!a}", name=said.name)
        executable = bool(said.mode & 0o111)
        site.add(
            said.name, part, weight, reading=reading, executable=executable, link_target=target, refused=refused
        )  # fmt: skip
        if (other := unicode_path(said)) is not None:
            honest = not said.raw.isascii() or b"#U" in said.raw or b"?" in said.raw
            site.problem("zip-unicode-name" if honest else "zip-unicode-path", ascii(other[:120]), name=said.name)
            site.add(other, part, weight, reading="local", executable=executable, refused=refused)

    # -- weighing ------------------------------------------------------------------------------------------------

    def _weigh(self, codec: Codec, start: int, end: int, size: int) -> Weight:
        key = (codec, start, end)
        weight = self._weights.get(key)
        if weight is None:
            weight = self._weights[key] = self._site.weigh(codec, start, end, size=size)
        return weight

    def _weigh_open(self, header: Header, end: int) -> Weight | None:
        """Inflate a member whose end is not known."""
        codec = METHODS.get(header.method)
        if codec is None:
            return None
        weight = self._site.weigh(codec, header.end, end)
        if not weight.error and not weight.refused:
            self._weights[codec, header.end, header.end + weight.consumed] = weight
        return weight

    def _overlaps(self) -> None:
        """Report members whose bytes are also another's."""
        reach, owner, first = 0, "", -1
        for start, end, name in sorted(set(self._extents)):
            if start < reach and start != first:
                self._site.problem("zip-overlap", f"with {owner[:120]!a}", offset=start, name=name)
            if end > reach:
                reach, owner, first = end, name, start


def _new(central: Central, more: Central) -> tuple[Directory, ...]:
    known = {directory.start for directory in central.directories}
    return tuple(directory for directory in more.directories if directory.start not in known)
