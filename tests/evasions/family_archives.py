"""The same files in another container: formats, compressions, orders, paddings, records that tools skip."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from random import Random

from evasion_kit import Evasion, Package, word

Files = tuple[tuple[str, bytes], ...]
WHEEL = "acme-1.0-py3-none-any.whl"
METADATA = b"Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n"


def complete(package: Package) -> Files:
    """Return the files as their container names them, with the metadata that an installer wants."""
    if package.kind == "wheel":
        about = {
            "acme-1.0.dist-info/METADATA": METADATA,
            "acme-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        return tuple({**about, **dict(package.files)}.items())
    return tuple({"acme-1.0/PKG-INFO": METADATA, **{f"acme-1.0/{path}": data for path, data in package.files}}.items())


def packed(
    name: str, kind: str, pack: Callable[[Files, Random], bytes], filename: str, *, blind: bool = False
) -> Evasion:
    """Make the evasion that packs a package of a kind."""

    def applies(package: Package) -> bool:
        return package.kind == kind and not package.container[0] and bool(package.files)

    def apply(package: Package, random: Random) -> Package:
        return replace(package, container=(filename, pack(complete(package), random)))

    return Evasion(
        name=f"archives-{name}", family="archives", apply=apply, applies=applies, proof="files", stage=3, blind=blind
    )


def zipped(
    method: int = zipfile.ZIP_DEFLATED,
    *,
    comment: bytes = b"",
    extra: bytes = b"",
    date=(2020, 1, 1, 0, 0, 0),
    modes: int = 0,
) -> Callable[[Files, Random], bytes]:
    """Return the packer of a zip whose members have these properties."""

    def pack(files: Files, random: Random) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for path, data in files:
                info = zipfile.ZipInfo(path, date)
                info.compress_type, info.comment, info.extra = method, comment, extra
                info.external_attr = modes << 16
                archive.writestr(info, data)
            archive.comment = comment
        return out.getvalue()

    return pack


def _streamed(files: Files, random: Random) -> bytes:
    """Write as to a pipe: sizes follow the members."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data) -> int:
            self.data += bytes(data)
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[arg-type]
        for path, data in files:
            archive.writestr(zipfile.ZipInfo(path), data)
    return bytes(pipe.data)


def _large_records(files: Files, random: Random) -> bytes:
    """Write the sizes of zip64 where nobody needs them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files:
            with archive.open(zipfile.ZipInfo(path), "w", force_zip64=True) as member:
                member.write(data)
    return out.getvalue()


def _turned(files: Files, random: Random) -> bytes:
    mixed = [*files]
    random.shuffle(mixed)
    return zipped()(tuple(mixed), random)


def _folders(files: Files, random: Random) -> bytes:
    folders = {f"{path.rpartition('/')[0]}/": b"" for path, _ in files if "/" in path}
    return zipped(zipfile.ZIP_STORED)((*folders.items(), *files), random)


def _padded(files: Files, random: Random) -> bytes:
    noise = {f"acme/data/{word(random)}.txt": b"nothing\n" * 50 for _ in range(150)}
    return zipped()((*noise.items(), *files), random)


def _prefixed(files: Files, random: Random) -> bytes:
    return b"#!/usr/bin/env python3\n" + b"x" * 512 + b"\n" + zipped()(files, random)


def tarred(form: int, compress: Callable[[bytes], bytes], headers: bool = False) -> Callable[[Files, Random], bytes]:
    """Return the packer of a tar of a format."""

    def pack(files: Files, random: Random) -> bytes:
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=form) as archive:
            for path, data in files:
                info = tarfile.TarInfo(path)
                info.size = len(data)
                if headers:
                    info.pax_headers = {"comment": "made by hand", "mtime": "1.5"}
                archive.addfile(info, io.BytesIO(data))
        return compress(out.getvalue())

    return pack


def _long_names(files: Files, random: Random) -> bytes:
    folder = "acme-1.0/docs/" + "/".join(["a" * 60] * 4)
    return tarred(tarfile.GNU_FORMAT, gzip.compress)(((f"{folder}/readme.txt", b"hello\n"), *files), random)


def _zip_source(files: Files, random: Random) -> bytes:
    return zipped()(files, random)


def _linked(files: Files, random: Random) -> bytes:
    """Ship a file as a link to another member."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for at, (path, data) in enumerate(files):
            stored = f"acme-1.0/share/{at}.txt" if path.endswith("setup.py") else path
            info = tarfile.TarInfo(stored)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
            if stored != path:
                link = tarfile.TarInfo(path)
                link.type, link.linkname = tarfile.LNKTYPE, stored
                archive.addfile(link)
    return gzip.compress(out.getvalue())


def _two_streams(data: bytes) -> bytes:
    """Compress in two parts that readers join."""
    half = len(data) // 2
    return gzip.compress(data[:half]) + gzip.compress(data[half:])


stored = packed("zip-stored", "wheel", zipped(zipfile.ZIP_STORED), WHEEL, blind=True)
deflated = packed("zip-deflated", "wheel", zipped(), WHEEL, blind=True)
bzipped = packed("zip-bzip2", "wheel", zipped(zipfile.ZIP_BZIP2), WHEEL, blind=True)
squeezed = packed("zip-lzma", "wheel", zipped(zipfile.ZIP_LZMA), WHEEL, blind=True)
commented = packed("zip-comments", "wheel", zipped(comment=b"made by hand " * 20), WHEEL, blind=True)
extra = packed("zip-extra-fields", "wheel", zipped(extra=b"\xfe\xca\x08\x00hello!!!"), WHEEL, blind=True)
modes = packed("zip-executable-bits", "wheel", zipped(modes=0o100755), WHEEL, blind=True)
streamed = packed("zip-streamed", "wheel", _streamed, WHEEL, blind=True)
large_records = packed("zip64-records", "wheel", _large_records, WHEEL)
turned = packed("zip-shuffled", "wheel", _turned, WHEEL, blind=True)
folders = packed("zip-folder-members", "wheel", _folders, WHEEL, blind=True)
padded = packed("zip-padded", "wheel", _padded, WHEEL, blind=True)
prefixed = packed("zip-prefixed", "wheel", _prefixed, WHEEL)
gz = packed("tar-gz", "sdist", tarred(tarfile.PAX_FORMAT, gzip.compress), "acme-1.0.tar.gz", blind=True)
bz = packed("tar-bz2", "sdist", tarred(tarfile.PAX_FORMAT, bz2.compress), "acme-1.0.tar.bz2", blind=True)
xz = packed("tar-xz", "sdist", tarred(tarfile.PAX_FORMAT, lzma.compress), "acme-1.0.tar.xz", blind=True)
plain = packed("tar-plain", "sdist", tarred(tarfile.USTAR_FORMAT, bytes), "acme-1.0.tar")
gnu = packed("tar-gnu", "sdist", tarred(tarfile.GNU_FORMAT, gzip.compress), "acme-1.0.tar.gz", blind=True)
pax = packed(
    "tar-pax-headers", "sdist", tarred(tarfile.PAX_FORMAT, gzip.compress, headers=True), "acme-1.0.tar.gz", blind=True
)
long_names = packed("tar-long-names", "sdist", _long_names, "acme-1.0.tar.gz")
two_streams = packed("tar-two-streams", "sdist", tarred(tarfile.PAX_FORMAT, _two_streams), "acme-1.0.tar.gz")
linked = packed("tar-hard-link", "sdist", _linked, "acme-1.0.tar.gz")
zip_source = packed("zip-sdist", "sdist", _zip_source, "acme-1.0.zip", blind=True)
