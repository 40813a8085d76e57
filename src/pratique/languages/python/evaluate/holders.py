"""Things that only hold known data until it is asked for: buffers, archives in memory, addresses, templates."""

from __future__ import annotations

import io
import ipaddress
import string
import unicodedata
import uuid
import zipfile
from typing import Any, Final

import msgspec

from pratique.languages.python.evaluate import decoders
from pratique.languages.python.evaluate.table import Entry, Table
from pratique.languages.python.evaluate.values import Context, Unknowable, bounded

MAX_MEMBER: Final = 4 << 20
"""Bytes of one member of an archive that we inflate."""
_FUEL_PER_BYTE: Final = 1 / 64


class Buffer(msgspec.Struct, frozen=True):
    """A file in memory, read as a whole."""

    data: str | bytes


class Inflater(msgspec.Struct, frozen=True):
    """A decompressor that is fed everything at once."""

    kind: str
    wbits: int = 15


class Archive(msgspec.Struct, frozen=True):
    """A zip archive in memory."""

    data: bytes


class Template(msgspec.Struct, frozen=True):
    """A `string.Template`."""

    text: str


def buffer(data: Any, *_more: Any, **_kwargs: Any) -> Buffer:
    """As `io.BytesIO(data)` and `io.StringIO(text)`: empty ones are filled later, so they are not known."""
    if not data or not isinstance(data, (str, bytes, bytearray)):
        raise Unknowable
    return Buffer(data if isinstance(data, str) else bytes(data))


def inflated(run: Any) -> Any:
    """Return the constructor of a compressed file over a buffer, as `gzip.GzipFile(fileobj=…)`."""

    def make(ctx: Context, name: Any = None, *_more: Any, fileobj: Any = None, **_kwargs: Any) -> Buffer:
        held = fileobj if fileobj is not None else name
        if not isinstance(held, Buffer):
            raise Unknowable
        return Buffer(run(ctx, held.data))

    return make


def inflate(ctx: Context, one: Inflater, data: Any, *_limit: Any) -> bytes:
    """As `decompressobj().decompress(data)`, for data that is given in one piece."""
    ctx.add(one.kind)
    if one.kind == "zlib":
        return decoders.zlib_decompress(ctx, data, one.wbits)
    return decoders.bz2_decompress(ctx, data) if one.kind == "bz2" else decoders.lzma_decompress(ctx, data)


def archive(held: Any, *_more: Any, **_kwargs: Any) -> Archive:
    """As `zipfile.ZipFile(io.BytesIO(data))`."""
    if not isinstance(held, Buffer) or not isinstance(held.data, bytes):
        raise Unknowable
    return Archive(held.data)


def member(ctx: Context, one: Archive, name: Any, *_more: Any, **_kwargs: Any) -> bytes:
    """Return a member of an archive, inflated. Broken and encrypted ones are not known."""
    try:
        with zipfile.ZipFile(io.BytesIO(one.data)) as opened:
            size = bounded(opened.getinfo(str(name)).file_size, MAX_MEMBER)
            ctx.spend(1 + int((size + len(one.data)) * _FUEL_PER_BYTE))
            with opened.open(str(name)) as stream:
                return stream.read(MAX_MEMBER)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError) as error:
        raise Unknowable from error


def array(code: Any, values: Any = b"") -> bytearray | list[Any]:
    """As `array.array`: bytes stay bytes, everything else is a list of its values."""
    if code in ("B", "b") and isinstance(values, (bytes, bytearray, list, tuple)):
        return bytearray(values)
    if isinstance(values, (list, tuple, str)):
        return list(values)
    raise Unknowable


def normalize(form: Any, text: Any) -> str:
    """As `unicodedata.normalize`."""
    bounded(len(text), 1 << 16)
    return unicodedata.normalize(form, text)


def substitute(one: Template, /, *tables: Any, **kwargs: Any) -> str:
    """As `Template.substitute`."""
    table = {**(tables[0] if tables and isinstance(tables[0], dict) else {}), **kwargs}
    bounded(len(one.text) + sum(len(str(value)) for value in table.values()), 1 << 20)
    return string.Template(one.text).safe_substitute({key: str(value) for key, value in table.items()})


def attribute(value: Any, name: str) -> Any:
    """Return a data attribute of an identifier or address. Raises Unknowable when it has none."""
    if isinstance(value, uuid.UUID) and name in {"bytes", "bytes_le", "hex", "int"}:
        return getattr(value, name)
    if isinstance(value, (ipaddress.IPv4Address, ipaddress.IPv6Address)) and name == "packed":
        return value.packed
    raise Unknowable


FUNCTIONS: Final[Table] = {
    "io.BytesIO": Entry(buffer),
    "io.StringIO": Entry(buffer),
    "gzip.GzipFile": Entry(inflated(decoders.gzip_decompress), "gzip", ctx=True),
    "gzip.open": Entry(inflated(decoders.gzip_decompress), "gzip", ctx=True),
    "bz2.BZ2File": Entry(inflated(decoders.bz2_decompress), "bz2", ctx=True),
    "bz2.open": Entry(inflated(decoders.bz2_decompress), "bz2", ctx=True),
    "lzma.LZMAFile": Entry(inflated(decoders.lzma_decompress), "lzma", ctx=True),
    "lzma.open": Entry(inflated(decoders.lzma_decompress), "lzma", ctx=True),
    "zlib.decompressobj": Entry(lambda wbits=15, *_more: Inflater("zlib", wbits)),
    "bz2.BZ2Decompressor": Entry(lambda: Inflater("bz2")),
    "lzma.LZMADecompressor": Entry(lambda *_more, **_kwargs: Inflater("lzma")),
    "zipfile.ZipFile": Entry(archive),
    "array.array": Entry(array),
    "unicodedata.normalize": Entry(normalize, "unicode", cost=8),
    "string.Template": Entry(Template),
    "uuid.UUID": Entry(lambda text: uuid.UUID(hex=text)),
    "ipaddress.ip_address": Entry(ipaddress.ip_address),
    "ipaddress.IPv4Address": Entry(ipaddress.IPv4Address),
    "ipaddress.IPv6Address": Entry(ipaddress.IPv6Address),
    "socket.inet_aton": Entry(lambda text: ipaddress.IPv4Address(text).packed),
    "collections.deque": Entry(lambda values=(), maxlen=None: list(values) if maxlen is None else None),
}
METHODS: Final[dict[tuple[type, str], Entry]] = {
    (Buffer, "read"): Entry(lambda one, size=-1: one.data if size in (-1, None) else one.data[:size]),
    (Buffer, "getvalue"): Entry(lambda one: one.data),
    (Buffer, "getbuffer"): Entry(lambda one: one.data),
    (Buffer, "readlines"): Entry(lambda one: one.data.splitlines(keepends=True)),
    (Inflater, "decompress"): Entry(inflate, ctx=True),
    (Inflater, "flush"): Entry(lambda _one: b""),
    (Archive, "read"): Entry(member, "zip", ctx=True),
    (Archive, "open"): Entry(lambda ctx, one, name: Buffer(member(ctx, one, name)), "zip", ctx=True),
    (Template, "substitute"): Entry(substitute),
    (Template, "safe_substitute"): Entry(substitute),
}
