"""Things that only hold known data until it is asked for: buffers, archives in memory, addresses, templates."""

from __future__ import annotations

import io
import ipaddress
import random
import string
import struct
import unicodedata
import uuid
import zipfile
import zlib
from bz2 import BZ2Decompressor
from lzma import LZMADecompressor
from typing import Any, Final

import msgspec

from pratique.languages.python.evaluate import decoders
from pratique.languages.python.evaluate.table import Entry, Table
from pratique.languages.python.evaluate.values import (
    MAX_INFLATED,
    MAX_ITEMS,
    MAX_SIZE,
    Context,
    Fuel,
    Series,
    State,
    Unknowable,
    bounded,
    spend,
)

MAX_MEMBER: Final = 4 << 20
"""Bytes of one member of an archive that we inflate."""
_FUEL_PER_BYTE: Final = 1 / 64


class Buffer(State, Series):
    """A file in memory."""

    __slots__ = ("at", "data")

    def __init__(self, data: str | bytes, at: int = 0) -> None:
        self.data: Any = data
        self.at = at

    def copied(self, fuel: Fuel, memo: dict[int, Any]) -> Buffer:
        """Return one with a place of its own."""
        spend(fuel, 1)
        made = memo[id(self)] = Buffer(self.data, self.at)
        return made

    @property
    def is_filled(self) -> bool:
        """Whether there is anything in it."""
        return bool(self.data)

    def elements(self) -> list[Any]:
        """Return the lines from here on."""
        return list(self.data[self.at :].splitlines(keepends=True))


class Inflater(State):
    """A decompressor with what it was fed."""

    __slots__ = ("fed", "given", "kind", "table", "wbits")

    def __init__(self, kind: str, wbits: int = 15, table: bytes = b"") -> None:
        self.kind, self.wbits, self.table = kind, wbits, table
        self.fed = b""
        self.given = 0

    def copied(self, fuel: Fuel, memo: dict[int, Any]) -> Inflater:
        """Return one of its own."""
        spend(fuel, 1)
        made = memo[id(self)] = Inflater(self.kind, self.wbits, self.table)
        made.fed, made.given = self.fed, self.given
        return made


class Words(State, Series):
    """An `array.array` of numbers that are not bytes."""

    __slots__ = ("code", "values")

    def __init__(self, code: str, values: list[Any]) -> None:
        self.code = code
        self.values = values

    def copied(self, fuel: Fuel, memo: dict[int, Any]) -> Words:
        """Return one of its own."""
        spend(fuel, 1 + len(self.values) // 8)
        made = memo[id(self)] = Words(self.code, list(self.values))
        return made

    def elements(self) -> list[Any]:
        """Return the numbers."""
        return self.values

    def packed(self) -> bytes:
        """Return the numbers as they lie in memory."""
        if self.code == "u":
            return "".join(self.values).encode("utf-32-le")
        return struct.pack(f"<{len(self.values)}{self.code.replace('l', 'q').replace('L', 'Q')}", *self.values)


class Chance(State):
    """A `random.Random` with a known seed."""

    __slots__ = ("source",)

    def __init__(self, source: random.Random) -> None:
        self.source = source

    def copied(self, fuel: Fuel, memo: dict[int, Any]) -> Chance:
        """Return one of its own."""
        spend(fuel, 600)
        source = random.Random()  # noqa: S311 - the program's own choice, repeated
        source.setstate(self.source.getstate())
        made = memo[id(self)] = Chance(source)
        return made


class Archive(msgspec.Struct, frozen=True):
    """A zip archive in memory."""

    data: bytes


class Template(msgspec.Struct, frozen=True):
    """A `string.Template`."""

    text: str
    delimiter: str = "$"


class Layout(msgspec.Struct, frozen=True):
    """A `struct.Struct`."""

    text: str | bytes


def buffer(empty: Any) -> Any:
    """Return `io.BytesIO` or `io.StringIO`."""

    def make(data: Any = empty, *_more: Any, **_kwargs: Any) -> Buffer:
        if not isinstance(data, (str, bytes, bytearray)):
            raise Unknowable
        return Buffer(data if isinstance(data, str) else bytes(data))

    return make


def read(one: Buffer, size: Any = -1) -> Any:
    """As `read`."""
    end = len(one.data) if size is None or size < 0 else one.at + size
    found = one.data[one.at : end]
    one.at += len(found)
    return found


def read_line(one: Buffer) -> Any:
    """As `readline`."""
    lines = one.data[one.at :].splitlines(keepends=True)
    found = lines[0] if lines else one.data[:0]
    one.at += len(found)
    return found


def write(ctx: Context, one: Buffer, data: Any) -> int:
    """As `write`."""
    added = data if isinstance(data, str) else bytes(data)
    bounded(len(one.data) + len(added), MAX_SIZE)
    ctx.spend(len(one.data) >> 10)
    one.data = one.data[: one.at] + added + one.data[one.at + len(added) :]
    one.at += len(added)
    return len(added)


def seek(one: Buffer, to: Any, whence: Any = 0) -> int:
    """As `seek`."""
    one.at = bounded(max(0, to + (0, one.at, len(one.data))[whence]), MAX_SIZE)
    return one.at


def inflated(run: Any) -> Any:
    """Return the constructor of a compressed file over a buffer, as `gzip.GzipFile(fileobj=…)`."""

    def make(ctx: Context, name: Any = None, mode: Any = "r", *_more: Any, fileobj: Any = None, **_k: Any) -> Buffer:
        held = fileobj if fileobj is not None else name
        if not isinstance(held, Buffer) or "r" not in (mode or "r"):
            raise Unknowable
        return Buffer(run(ctx, held.data))

    return make


def inflate(ctx: Context, one: Inflater, data: Any, *_limit: Any) -> bytes:
    """As `decompressobj().decompress(data)`: what all that was fed gives, but for what was given before."""
    ctx.add(one.kind)
    one.fed += bytes(data)
    bounded(len(one.fed), MAX_SIZE)
    given = one.given
    whole = decoders.begun(ctx, one.fed, lambda: _opened(one))
    one.given = len(whole)
    return whole[given:]


def _opened(one: Inflater) -> Any:
    if one.kind == "zlib":
        return zlib.decompressobj(one.wbits, zdict=one.table) if one.table else zlib.decompressobj(one.wbits)
    return BZ2Decompressor() if one.kind == "bz2" else LZMADecompressor(memlimit=MAX_INFLATED)


def archive(held: Any, mode: Any = "r", *_more: Any, **_kwargs: Any) -> Archive:
    """As `zipfile.ZipFile(io.BytesIO(data))`, for reading."""
    if mode != "r" or not isinstance(held, Buffer) or not isinstance(held.data, bytes):
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


def members(ctx: Context, one: Archive) -> list[str]:
    """As `namelist`."""
    ctx.spend(1 + len(one.data) // 64)
    try:
        with zipfile.ZipFile(io.BytesIO(one.data)) as opened:
            return opened.namelist()
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError) as error:
        raise Unknowable from error


def array(code: Any, values: Any = b"") -> Any:
    """As `array.array`: bytes stay bytes, everything else is a list of its values."""
    if code in ("B", "b") and isinstance(values, (bytes, bytearray, list, tuple)):
        return bytearray(values)
    if isinstance(values, (bytes, bytearray)):
        return Words(code, list(numbers(code, values)))
    if isinstance(values, (list, tuple, str)):
        return Words(code, list(values))
    raise Unknowable


def numbers(code: Any, data: Any) -> tuple[Any, ...]:
    """Return the numbers that bytes are, in the byte order of the machines that packages run on."""
    if code not in set("bBhHiIlLqQfdu"):
        raise Unknowable
    layout = "<I" if code == "u" else f"<{code.replace('l', 'q').replace('L', 'Q')}"
    bounded(len(data), MAX_ITEMS * 8)
    found = tuple(one for (one,) in struct.iter_unpack(layout, bytes(data)))
    return tuple(map(chr, found)) if code == "u" else found


def cast(data: Any, code: Any) -> Any:
    """As `memoryview.cast`."""
    return bytes(data) if code in ("B", "b", "c") else list(numbers(code, data))


def lengthen(one: Words, more: Any) -> None:
    """As `array.extend`, `frombytes` and `fromlist`."""
    added = numbers(one.code, more) if isinstance(more, (bytes, bytearray)) else list(more)
    bounded(len(one.values) + len(added), MAX_ITEMS)
    one.values.extend(added)


def seeded(seed: Any = None) -> Chance:
    """As `random.Random(seed)`."""
    if not isinstance(seed, (int, str, bytes)) or isinstance(seed, bool):
        raise Unknowable
    bounded(len(seed) if isinstance(seed, (str, bytes)) else seed.bit_length(), 1 << 16)
    return Chance(random.Random(seed))  # noqa: S311 - the program's own choice, repeated


def drawn(name: str) -> Any:
    """Return a method of `random.Random` whose work does not depend on its arguments, or is paid for."""

    def run(ctx: Context, one: Chance, *args: Any, **kwargs: Any) -> Any:
        for arg in args:
            if name in {"randbytes", "getrandbits"}:
                ctx.spend(bounded(arg, 1 << 20) // 8)
            elif isinstance(arg, (list, tuple, str, bytes)):
                ctx.spend(bounded(len(arg), MAX_ITEMS))
            elif not isinstance(arg, (int, float)):
                raise Unknowable
        if name in {"sample", "choices"}:
            bounded(kwargs.get("k", args[-1] if len(args) > 1 else 1), 100_000)
        return getattr(one.source, name)(*args, **kwargs)

    return run


def normalize(form: Any, text: Any) -> str:
    """As `unicodedata.normalize`."""
    bounded(len(text), 1 << 16)
    return unicodedata.normalize(form, text)


def substitute(one: Template, /, *tables: Any, **kwargs: Any) -> str:
    """As `Template.substitute`."""
    table = {**(tables[0] if tables and isinstance(tables[0], dict) else {}), **kwargs}
    bounded(len(one.text) + sum(len(str(value)) for value in table.values()), 1 << 20)
    kind = type("Template", (string.Template,), {"delimiter": str(one.delimiter)[:8]})
    return str(kind(one.text).safe_substitute({key: str(value) for key, value in table.items()}))


def identifier(text: Any = None, **given: Any) -> uuid.UUID:
    """As `uuid.UUID`."""
    if text is not None and not given:
        return uuid.UUID(hex=text)
    if text is not None or len(given) != 1 or not given.keys() <= {"hex", "bytes", "bytes_le", "int"}:
        raise Unknowable
    return uuid.UUID(**given)


def packed_address(_family: Any, text: Any) -> bytes:
    """As `socket.inet_pton`, the family known by the text."""
    return ipaddress.ip_address(text).packed


def attribute(value: Any, name: str) -> Any:
    """Return a data attribute of an identifier or address. Raises Unknowable when it has none."""
    if isinstance(value, uuid.UUID) and name in {"bytes", "bytes_le", "hex", "int"}:
        return getattr(value, name)
    if isinstance(value, (ipaddress.IPv4Address, ipaddress.IPv6Address)) and name in {"packed", "exploded"}:
        return getattr(value, name)
    if isinstance(value, Inflater) and name in {"unused_data", "unconsumed_tail"}:
        return b""
    raise Unknowable


FUNCTIONS: Final[Table] = {
    "io.BytesIO": Entry(buffer(b"")),
    "io.StringIO": Entry(buffer("")),
    "gzip.GzipFile": Entry(inflated(decoders.gzip_decompress), "gzip", ctx=True),
    "gzip.open": Entry(inflated(decoders.gzip_decompress), "gzip", ctx=True),
    "bz2.BZ2File": Entry(inflated(decoders.bz2_decompress), "bz2", ctx=True),
    "bz2.open": Entry(inflated(decoders.bz2_decompress), "bz2", ctx=True),
    "lzma.LZMAFile": Entry(inflated(decoders.lzma_decompress), "lzma", ctx=True),
    "lzma.open": Entry(inflated(decoders.lzma_decompress), "lzma", ctx=True),
    "zlib.decompressobj": Entry(lambda wbits=15, zdict=b"": Inflater("zlib", wbits, bytes(zdict))),
    "bz2.BZ2Decompressor": Entry(lambda: Inflater("bz2")),
    "lzma.LZMADecompressor": Entry(lambda *_more, **_kwargs: Inflater("lzma")),
    "zipfile.ZipFile": Entry(archive),
    "array.array": Entry(array),
    "random.Random": Entry(seeded),
    "struct.Struct": Entry(Layout),
    "unicodedata.normalize": Entry(normalize, "unicode", cost=8),
    "unicodedata.lookup": Entry(unicodedata.lookup, "unicode"),
    "string.Template": Entry(Template),
    "uuid.UUID": Entry(identifier),
    "ipaddress.ip_address": Entry(ipaddress.ip_address),
    "ipaddress.IPv4Address": Entry(ipaddress.IPv4Address),
    "ipaddress.IPv6Address": Entry(ipaddress.IPv6Address),
    "socket.inet_aton": Entry(lambda text: ipaddress.IPv4Address(text).packed),
    "socket.inet_pton": Entry(packed_address),
}
METHODS: Final[dict[tuple[type, str], Entry]] = {
    (Buffer, "read"): Entry(read),
    (Buffer, "read1"): Entry(read),
    (Buffer, "readline"): Entry(read_line),
    (Buffer, "write"): Entry(write, ctx=True),
    (Buffer, "seek"): Entry(seek),
    (Buffer, "tell"): Entry(lambda one: one.at),
    (Buffer, "close"): Entry(lambda _one: None),
    (Buffer, "flush"): Entry(lambda _one: None),
    (Buffer, "getvalue"): Entry(lambda one: one.data),
    (Buffer, "getbuffer"): Entry(lambda one: one.data),
    (Buffer, "readlines"): Entry(lambda one: one.elements()),
    (Inflater, "decompress"): Entry(inflate, ctx=True),
    (Inflater, "flush"): Entry(lambda _one: b""),
    (Archive, "read"): Entry(member, "zip", ctx=True),
    (Archive, "namelist"): Entry(members, ctx=True),
    (Archive, "open"): Entry(lambda ctx, one, name, *_m: Buffer(member(ctx, one, name)), "zip", ctx=True),
    (Archive, "close"): Entry(lambda _one: None),
    (Template, "substitute"): Entry(substitute),
    (Template, "safe_substitute"): Entry(substitute),
    (Words, "tobytes"): Entry(lambda one: one.packed()),
    (Words, "tostring"): Entry(lambda one: one.packed()),
    (Words, "tolist"): Entry(lambda one: list(one.values)),
    (Words, "tounicode"): Entry(lambda one: "".join(one.values)),
    (Words, "append"): Entry(lambda one, value: lengthen(one, [value])),
    **{(Words, name): Entry(lengthen) for name in ("extend", "frombytes", "fromlist", "fromstring", "fromunicode")},
    (Words, "reverse"): Entry(lambda one: one.values.reverse()),
    (Words, "pop"): Entry(lambda one, at=-1: one.values.pop(at)),
    **{
        (Chance, name): Entry(drawn(name), ctx=True)
        for name in ("random", "randint", "randrange", "getrandbits", "randbytes", "choice", "choices", "sample",
                     "shuffle", "uniform")
    },
}  # fmt: skip
