"""Small builders of zips and tars whose every field can lie. Nothing here touches a disk."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from dataclasses import dataclass, field

PAYLOAD = b"print('hello')\n" * 20


@dataclass
class Member:
    """One zip member. `local` and `central` override single fields of one header only."""

    name: bytes = b"pkg/mod.py"
    data: bytes = PAYLOAD
    method: int = 8
    flags: int = 0
    local: dict[str, object] = field(default_factory=dict)
    central: dict[str, object] = field(default_factory=dict)
    extra: bytes = b""
    central_extra: bytes = b""
    descriptor: bytes | None = None
    raw: bytes | None = None
    mode: int = 0o100644
    in_local: bool = True
    in_central: bool = True
    before: bytes = b""

    @property
    def packed(self) -> bytes:
        if self.raw is not None:
            return self.raw
        return deflate(self.data) if self.method == 8 else self.data

    def fields(self) -> dict[str, object]:
        return {
            "name": self.name,
            "method": self.method,
            "flags": self.flags,
            "crc": zlib.crc32(self.data),
            "packed": len(self.packed),
            "size": len(self.data),
        }


def deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def local_record(member: Member) -> bytes:
    f = member.fields()
    if member.flags & 8:
        f |= {"crc": 0, "packed": 0, "size": 0}
    f |= member.local
    return (
        struct.pack(
            "<4sHHHHHIIIHH",
            b"PK\x03\x04",
            20,
            f["flags"],
            f["method"],
            0,
            0x21,
            f["crc"],
            f["packed"],
            f["size"],
            len(f["name"]),
            len(member.extra),
        )
        + f["name"]
        + member.extra
    )


def central_record(member: Member, at: int) -> bytes:
    f = member.fields() | {"at": at} | member.central
    return (
        struct.pack(
            "<4sHHHHHHIIIHHHHHII",
            b"PK\x01\x02",
            3 << 8 | 20,
            20,
            f["flags"],
            f["method"],
            0,
            0x21,
            f["crc"],
            f["packed"],
            f["size"],
            len(f["name"]),
            len(member.central_extra),
            0,
            0,
            0,
            member.mode << 16,
            f["at"],
        )
        + f["name"]
        + member.central_extra
    )


def end_record(count: int, length: int, offset: int, comment: bytes = b"", comment_length: int | None = None) -> bytes:
    said = len(comment) if comment_length is None else comment_length
    return struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, length, offset, said) + comment


def make_zip(
    *members: Member,
    prefix: bytes = b"",
    gap: bytes = b"",
    comment: bytes = b"",
    suffix: bytes = b"",
    end: dict[str, int] | None = None,
    shift_offsets: bool = True,
) -> bytes:
    """Build a zip; offsets count from the start of the file, or from after the prefix if not `shift_offsets`."""
    out = bytearray(prefix)
    base = 0 if shift_offsets else len(prefix)
    places = []
    for member in members:
        out += member.before
        places.append(len(out) - base)
        if member.in_local:
            descriptor = member.descriptor
            if descriptor is None and member.flags & 8:
                values = zlib.crc32(member.data), len(member.packed), len(member.data)
                descriptor = b"PK\x07\x08" + struct.pack("<III", *values)
            out += local_record(member) + member.packed + (descriptor or b"")
    out += gap
    start = len(out)
    listed = [central_record(m, at) for m, at in zip(members, places, strict=True) if m.in_central]
    directory = b"".join(listed)
    said = {"count": len(listed), "length": len(directory), "offset": start - base} | (end or {})
    return bytes(out + directory + end_record(**said, comment=comment)) + suffix


def honest_zip(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


class Unseekable(io.RawIOBase):
    """A sink without `seek`, so that zipfile writes data descriptors."""

    def __init__(self) -> None:
        self.got = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        self.got += data
        return len(data)


def streamed_zip(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = Unseekable()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return bytes(out.got)


def header(
    name: bytes = b"pkg-1/mod.py",
    size: int | bytes = 0,
    kind: bytes = b"0",
    link: bytes = b"",
    magic: bytes = b"ustar\x0000",
    prefix: bytes = b"",
    mode: int = 0o644,
    checksum: int | None = None,
    extra: tuple[int, bytes] = (0, b""),
) -> bytes:
    """Build one tar header; `size` may be the field's raw bytes."""
    block = bytearray(512)
    block[0 : len(name)] = name
    block[100:108] = b"%07o\0" % mode
    block[108:124] = b"0000000\x000000000\0"
    block[124:136] = size if isinstance(size, bytes) else b"%011o\0" % size
    block[136:148] = b"00000000000\0"
    block[156:157] = kind
    block[157 : 157 + len(link)] = link
    block[257:265] = magic
    block[345 : 345 + len(prefix)] = prefix
    at, raw = extra
    block[at : at + len(raw)] = raw or block[at:at]
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % (sum(block) if checksum is None else checksum)
    return bytes(block)


def pad(data: bytes, filler: bytes = b"\0") -> bytes:
    return data + filler * (-len(data) % 512)


def entry(data: bytes = PAYLOAD, **fields) -> bytes:
    """Build a header with its padded data."""
    fields.setdefault("size", len(data))
    return header(**fields) + pad(data)


def pax(records: dict[str, str], kind: bytes = b"x") -> bytes:
    lines = b""
    for key, value in records.items():
        body = f" {key}={value}\n".encode()
        length = len(body)
        while length != len(body) + len(str(length)):
            length = len(body) + len(str(length))
        lines += str(length).encode() + body
    return entry(lines, name=b"pax", kind=kind)


END = bytes(1024)


def make_tar(*parts: bytes, end: bytes = END) -> bytes:
    return b"".join(parts) + end


def honest_tar(files: dict[str, bytes], mode: str = "w:gz", **options) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode, **options) as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def gz(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


WHEEL = {
    "acme/__init__.py": b"VERSION = 1\n",
    "acme/core.py": PAYLOAD,
    "acme/empty.py": b"",
    "acme/data.json": b"{}",
    "acme-1.dist-info/METADATA": b"Metadata-Version: 2.1\nName: acme\nVersion: 1\n",
    "acme-1.dist-info/WHEEL": b"Wheel-Version: 1.0\n",
    "acme-1.dist-info/RECORD": b"acme/__init__.py,,\n",
}
SDIST = {"acme-1/setup.py": b"from setuptools import setup\nsetup()\n", "acme-1/acme/__init__.py": PAYLOAD}


def codes(tree) -> list[str]:
    return sorted({problem.code for problem in tree.problems})


def severe(tree) -> list[str]:
    return sorted({problem.code for problem in tree.problems if problem.severity != "info"})


def paths(tree, reading: str | None = None) -> list[str]:
    return sorted(file.shown for file in tree.files if reading in (None, file.reading))


def assert_accounted(tree) -> None:
    """Every byte of every container belongs to exactly one range, and a gap is a problem."""
    for account in tree.accounts:
        at = 0
        for start, end, kind in account.ranges:
            assert start == at
            assert end > start
            assert kind in ("header", "data", "padding", "gap")
            at = end
        assert at == account.length
        if any(piece.kind == "gap" for piece in account.ranges):
            assert any(p.segments[: len(account.segments)] == account.segments for p in tree.problems)
