"""Decoders and encoders of the standard library: base-N, compression, codecs. Inflating is capped while it runs."""

from __future__ import annotations

import base64
import binascii
import bz2
import codecs
import gzip
import lzma
import quopri
import warnings
import zlib
from typing import Any, Final

from pratique.languages.python.codec_names import NOT_TEXT, any_codec, text_codec
from pratique.languages.python.evaluate.table import Entry, Table
from pratique.languages.python.evaluate.values import (
    MAX_INFLATED,
    MAX_SIZE,
    Context,
    Unknowable,
    bounded,
)

CHUNK: Final = 1 << 20
SLOW_TEXT: Final[dict[str, int]] = {"idna": 1_024, "punycode": 1 << 15}
"""Codecs whose time grows with the square of the text: how much they may be given."""
LABELS: Final[dict[str, str]] = {
    "base64_codec": "base64", "bz2_codec": "bz2", "hex_codec": "hex", "quopri_codec": "quopri", "rot_13": "rot13",
    "uu_codec": "uu", "zlib_codec": "zlib", "punycode": "punycode", "idna": "idna", "utf_7": "utf-7",
    "unicode_escape": "unicode-escape", "raw_unicode_escape": "unicode-escape",
}  # fmt: skip
HANDLERS: Final = frozenset(
    {
        "strict", "ignore", "replace", "backslashreplace", "surrogateescape", "surrogatepass", "xmlcharrefreplace",
        "namereplace",
    }
)  # fmt: skip


def inflate(ctx: Context, data: bytes, make: Any, *, members: bool) -> bytes:
    """Decompress with `make()` objects until the end, MAX_INFLATED bytes or the end of fuel.

    With `members`, data after one stream is another one, as gzip, bz2 and xz files allow.
    """
    data = bytes(data)
    parts: list[bytes] = []
    total = done = 0
    while True:
        one = make()
        ctx.spend(1 + len(data) // 64)
        while not one.eof:
            try:
                part = one.decompress(data, CHUNK)
            except (OSError, ValueError, zlib.error, lzma.LZMAError):
                if done:  # what follows a whole stream and is none itself is ignored, as the library does
                    return b"".join(parts[:done])
                raise
            data = one.unconsumed_tail if hasattr(one, "unconsumed_tail") else b""
            total += len(part)
            bounded(total, MAX_INFLATED)
            ctx.spend(1 + len(part) // 64 * (1 if hasattr(one, "unconsumed_tail") else 4))
            parts.append(part)
            if not one.eof and not part and not data:
                raise EOFError
        done = len(parts)
        data = one.unused_data.lstrip(b"\0")
        if not members or not data:
            return b"".join(parts)


def begun(ctx: Context, data: bytes, make: Any) -> bytes:
    """Decompress as far as the data goes."""
    one = make()
    parts: list[bytes] = []
    total = 0
    ctx.spend(1 + len(data) // 64)
    while not one.eof:
        part = one.decompress(data, CHUNK)
        data = one.unconsumed_tail if hasattr(one, "unconsumed_tail") else b""
        total += len(part)
        bounded(total, MAX_INFLATED)
        ctx.spend(1 + len(part) // 16)
        parts.append(part)
        if not data and (getattr(one, "needs_input", True) or not part):
            break
    return b"".join(parts)


def zlib_decompress(ctx: Context, data: Any, /, wbits: int = 15, bufsize: int = 0) -> bytes:
    """As `zlib.decompress`, which wants exactly one stream."""
    del bufsize
    return inflate(ctx, data, lambda: zlib.decompressobj(wbits), members=False)


def gzip_decompress(ctx: Context, data: Any) -> bytes:
    """As `gzip.decompress`."""
    return inflate(ctx, data, lambda: zlib.decompressobj(31), members=True)


def bz2_decompress(ctx: Context, data: Any) -> bytes:
    """As `bz2.decompress`."""
    return inflate(ctx, data, bz2.BZ2Decompressor, members=True)


def lzma_decompress(ctx: Context, data: Any, *args: Any, **kwargs: Any) -> bytes:
    """As `lzma.decompress` of data and format, within 64 MB of dictionary."""
    kind = kwargs.get("format", args[0] if args else lzma.FORMAT_AUTO)
    if kind == lzma.FORMAT_RAW:
        filters = [_filter(one) for one in kwargs["filters"]]
        return inflate(ctx, data, lambda: lzma.LZMADecompressor(kind, filters=filters), members=False)
    return inflate(ctx, data, lambda: lzma.LZMADecompressor(kind, memlimit=MAX_INFLATED), members=True)


def _filter(given: Any) -> dict[str, Any]:
    """Return one step of a raw stream, its dictionary within bounds."""
    preset = given.get("preset", 6)
    if preset & ~lzma.PRESET_EXTREME not in range(7):
        raise Unknowable
    bounded(given.get("dict_size", 0), MAX_INFLATED)
    return dict(given)


def compress(kind: Any, limit: int = 1 << 20) -> Any:
    """Return a bounded compressor at its default level: for code that packs a constant only to inflate it again."""

    def run(data: Any, *_args: Any, **_kwargs: Any) -> bytes:
        bounded(len(data), limit)
        packed: bytes = kind(data)
        return packed

    return run


def decode_text(ctx: Context, data: Any, encoding: Any = "utf-8", errors: Any = "strict") -> str:
    """As `bytes.decode`: text codecs only."""
    name = text_codec(encoding) if isinstance(encoding, str) else None
    if name is None or errors not in HANDLERS:
        raise Unknowable
    bounded(len(data), SLOW_TEXT.get(name, MAX_INFLATED))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        text = codecs.decode(bytes(data), name, errors)
    if name in LABELS:
        ctx.add(LABELS[name])
    return str(text)


def encode_text(ctx: Context, text: Any, encoding: Any = "utf-8", errors: Any = "strict") -> bytes:
    """As `str.encode`: text codecs only."""
    name = text_codec(encoding) if isinstance(encoding, str) else None
    if name is None or errors not in HANDLERS or not isinstance(text, str):
        raise Unknowable
    bounded(len(text), SLOW_TEXT.get(name, MAX_SIZE))
    if name in LABELS:
        ctx.add(LABELS[name])
    return bytes(codecs.encode(text, name, errors))


def codecs_decode(ctx: Context, obj: Any, encoding: Any = "utf-8", errors: Any = "strict") -> Any:
    """As `codecs.decode`, with the bytes-to-bytes codecs."""
    name = any_codec(encoding) if isinstance(encoding, str) else None
    if name is None:
        raise Unknowable
    if name not in NOT_TEXT:
        return decode_text(ctx, obj, encoding, errors)
    ctx.add(LABELS[name])
    if name == "zlib_codec":
        return zlib_decompress(ctx, obj)
    if name == "bz2_codec":
        return bz2_decompress(ctx, obj)
    bounded(len(obj))
    return codecs.decode(obj, name)


def codecs_encode(ctx: Context, obj: Any, encoding: Any = "utf-8", errors: Any = "strict") -> Any:
    """As `codecs.encode`, with the bytes-to-bytes codecs."""
    name = any_codec(encoding) if isinstance(encoding, str) else None
    if name is None:
        raise Unknowable
    if name not in NOT_TEXT:
        return encode_text(ctx, obj, encoding, errors)
    ctx.add(LABELS[name])
    bounded(len(obj), 1 << 20)
    return codecs.encode(obj, name)


def bytes_fromhex(text: Any) -> bytes:
    """As `bytes.fromhex`."""
    return bytes.fromhex(text)


def charmap(data: Any, errors: Any = "strict", table: Any = None) -> tuple[str, int]:
    """As `codecs.charmap_decode`."""
    if errors not in HANDLERS or not isinstance(table, (str, dict)):
        raise Unknowable
    return codecs.charmap_decode(bytes(data), errors, table)


FUNCTIONS: Final[Table] = {
    "base64.b64decode": Entry(base64.b64decode, "base64"),
    "base64.standard_b64decode": Entry(base64.standard_b64decode, "base64"),
    "base64.urlsafe_b64decode": Entry(base64.urlsafe_b64decode, "base64"),
    "base64.decodebytes": Entry(base64.decodebytes, "base64"),
    "base64.decodestring": Entry(base64.decodebytes, "base64"),
    "base64.b32decode": Entry(base64.b32decode, "base32"),
    "base64.b32hexdecode": Entry(base64.b32hexdecode, "base32"),
    "base64.b16decode": Entry(base64.b16decode, "base16"),
    "base64.b85decode": Entry(base64.b85decode, "base85", cost=8),
    "base64.a85decode": Entry(base64.a85decode, "base85", cost=8),
    "base64.b64encode": Entry(base64.b64encode, "base64"),
    "base64.standard_b64encode": Entry(base64.standard_b64encode, "base64"),
    "base64.urlsafe_b64encode": Entry(base64.urlsafe_b64encode, "base64"),
    "base64.encodebytes": Entry(base64.encodebytes, "base64"),
    "base64.b32encode": Entry(base64.b32encode, "base32", cost=4),
    "base64.b16encode": Entry(base64.b16encode, "base16"),
    "base64.b85encode": Entry(base64.b85encode, "base85", cost=8),
    "base64.a85encode": Entry(base64.a85encode, "base85", cost=8),
    "binascii.a2b_base64": Entry(binascii.a2b_base64, "base64"),
    "binascii.b2a_base64": Entry(binascii.b2a_base64, "base64"),
    "binascii.unhexlify": Entry(binascii.unhexlify, "hex"),
    "binascii.a2b_hex": Entry(binascii.a2b_hex, "hex"),
    "binascii.hexlify": Entry(binascii.hexlify, "hex"),
    "binascii.b2a_hex": Entry(binascii.b2a_hex, "hex"),
    "binascii.a2b_uu": Entry(binascii.a2b_uu, "uu"),
    "binascii.b2a_uu": Entry(binascii.b2a_uu, "uu"),
    "binascii.a2b_qp": Entry(binascii.a2b_qp, "quopri"),
    "binascii.b2a_qp": Entry(binascii.b2a_qp, "quopri"),
    "binascii.crc32": Entry(binascii.crc32),
    "quopri.decodestring": Entry(quopri.decodestring, "quopri"),
    "quopri.encodestring": Entry(quopri.encodestring, "quopri"),
    "zlib.decompress": Entry(zlib_decompress, "zlib", ctx=True),
    "gzip.decompress": Entry(gzip_decompress, "gzip", ctx=True),
    "bz2.decompress": Entry(bz2_decompress, "bz2", ctx=True),
    "lzma.decompress": Entry(lzma_decompress, "lzma", ctx=True),
    "zlib.compress": Entry(compress(zlib.compress), "zlib", cost=8),
    "bz2.compress": Entry(compress(bz2.compress, 1 << 18), "bz2", cost=16),
    "gzip.compress": Entry(compress(lambda data: gzip.compress(data, mtime=0)), "gzip", cost=8),
    "lzma.compress": Entry(compress(lzma.compress, 1 << 18), "lzma", cost=64),
    "zlib.crc32": Entry(zlib.crc32),
    "zlib.adler32": Entry(zlib.adler32),
    "codecs.decode": Entry(codecs_decode, ctx=True),
    "codecs.encode": Entry(codecs_encode, ctx=True),
    "codecs.charmap_decode": Entry(charmap, "charmap"),
    "_codecs.encode": Entry(codecs_encode, ctx=True),
    "_codecs.decode": Entry(codecs_decode, ctx=True),
    "codecs.escape_decode": Entry(codecs.escape_decode, "unicode-escape"),
    "builtins.bytes.fromhex": Entry(bytes_fromhex, "hex"),
    "builtins.bytearray.fromhex": Entry(bytearray.fromhex, "hex"),
}
