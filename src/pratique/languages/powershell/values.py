"""What PowerShell computes from constants: operators, casts, methods of strings, decoders. Pure, bounded, total.

After about_Operators, about_Comparison_Operators and the .NET documentation of String, Convert, Encoding and the
compression streams. None stands for "not known". Values are str, int, bytes and lists of them.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

MAX_VALUE = 4 << 20
MAX_ITEMS = 65_536
Known: TypeAlias = Any
"""str, int, bytes, list of such, or None."""

_FORMAT = re.compile(r"\{\{|\}\}|\{\s*(\d{1,4})\s*(?:,\s*(-?\d{1,3}))?(?::([^{}]{1,16}))?\}")
_META = re.compile(r"[.*+?^$()\[\]{}|]")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ENCODINGS = {"ascii": "ascii", "utf8": "utf-8", "unicode": "utf-16-le", "bigendianunicode": "utf-16-be",
    "utf32": "utf-32-le",
              "utf7": "utf-7", "default": "latin-1", "latin1": "latin-1", "oem": "latin-1"}  # fmt: skip


def text_of(value: Known) -> str | None:
    """Return a value as PowerShell writes it into a string."""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        parts = [text_of(one) for one in value]
        return None if any(one is None for one in parts) else " ".join(one or "" for one in parts)
    if isinstance(value, bytes):
        return " ".join(map(str, value)) if len(value) < MAX_ITEMS else None
    return value if isinstance(value, str) else None


def number_of(value: Known) -> int | None:
    """Return a value as an integer, if it is one or spells one."""
    if isinstance(value, int):
        return value
    if isinstance(value, str):
        spelled = value.strip().lower()
        if re.fullmatch(r"[-+]?\d{1,18}", spelled):
            return int(spelled)
        if re.fullmatch(r"[-+]?0x[0-9a-f]{1,15}", spelled):
            return int(spelled, 16)
    return None


def binary(operator: str, left: Known, right: Known) -> Known:
    """Apply a binary operator to known operands."""
    known = _BINARY.get(operator.lower().replace("-c", "-", 1) if operator.lower() in _CASED else operator.lower())
    if known is None or left is None or right is None:
        return None
    try:
        made = known(left, right)
    except (ValueError, OverflowError, ZeroDivisionError, IndexError):
        return None
    return made if _fits(made) else None


def _fits(value: Known) -> bool:
    if isinstance(value, str | bytes):
        return len(value) <= MAX_VALUE
    if isinstance(value, list):
        return len(value) <= MAX_ITEMS
    return not isinstance(value, int) or abs(value) < 1 << 63


def _plus(left: Known, right: Known) -> Known:
    if isinstance(left, list):
        return [*left, *(right if isinstance(right, list) else [right])]
    if isinstance(left, int) and (number := number_of(right)) is not None:
        return left + number
    first, second = text_of(left), text_of(right)
    return None if first is None or second is None else first + second


def _times(left: Known, right: Known) -> Known:
    count = number_of(right)
    if count is None or count < 0:
        return None
    if isinstance(left, int):
        return left * count
    return left * count if isinstance(left, str | list) and len(left) * count <= MAX_VALUE else None


def _format(left: Known, right: Known) -> Known:
    items = right if isinstance(right, list) else [right]
    if not isinstance(left, str) or any(text_of(one) is None for one in items):
        return None
    if len(left) * max([1, *(len(text_of(one) or "") for one in items)]) > MAX_VALUE * 4:
        return None

    def one(match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0][0]
        value = items[int(match[1])]
        if match[3] and isinstance(value, int):
            width = match[3][1:]
            if match[3][0] in "xX" and (not width or width.isdigit()):
                return format(value, match[3][0]).zfill(int(width or 0))
            if match[3][0] in "dD" and (not width or width.isdigit()):
                return str(value).zfill(int(width or 0))
        return (text_of(value) or "").rjust(int(match[2])) if match[2] and match[2][0] != "-" else text_of(value) or ""

    return _FORMAT.sub(one, left)


def _join(left: Known, right: Known) -> Known:
    items = left if isinstance(left, list) else list(left) if isinstance(left, bytes) else [left]
    parts, between = [text_of(one) for one in items], text_of(right)
    if between is None or any(one is None for one in parts):
        return None
    return between.join(one or "" for one in parts)


def _split(left: Known, right: Known) -> Known:
    text, separator = text_of(left), right[0] if isinstance(right, list) and right else right
    literal = _literal(text_of(separator))
    if text is None or literal is None:
        return None
    return text.split(literal) if literal else list(text)


def _replace(left: Known, right: Known) -> Known:
    pair = right if isinstance(right, list) else [right, ""]
    if isinstance(left, list):
        made = [_replace(one, right) for one in left]
        return None if any(one is None for one in made) else made
    text, new = text_of(left), text_of(pair[1]) if len(pair) > 1 else ""
    if text is None or new is None or "$" in new or not pair:
        return None
    spelled = text_of(pair[0]) or ""
    if found := re.fullmatch(r"\[([^\]\\^-]{1,64})\]", spelled):
        return text.translate({ord(letter): new for each in found[1] for letter in (each.lower(), each.upper())})
    choices = (
        [_literal(part) for part in spelled.split("|")]
        if "|" in spelled and "\\|" not in spelled
        else [_literal(spelled)]
    )
    if any(not one for one in choices) or len(new) * len(text) > MAX_VALUE * 4:
        return None
    pattern = "|".join(re.escape(one or "") for one in choices)
    return re.sub(pattern, lambda _: new, text, flags=re.IGNORECASE)


def _literal(pattern: str | None) -> str | None:
    """Return the text that a regular expression stands for, if it has nothing but letters and escapes."""
    if pattern is None:
        return None
    bare = _ESCAPED.sub("", pattern)
    if _META.search(bare) or re.search(r"\\[A-Za-z0-9]", pattern):
        return None
    return _ESCAPED.sub(r"\1", pattern)


def _range(left: Known, right: Known) -> Known:
    if isinstance(left, str) and isinstance(right, str) and len(left) == len(right) == 1 and not left.isdigit():
        ends = range(ord(left), ord(right) + 1) if right >= left else range(ord(left), ord(right) - 1, -1)
        return [chr(code) for code in ends]
    first, last = number_of(left), number_of(right)
    if first is None or last is None or abs(last - first) > MAX_ITEMS:
        return None
    return list(range(first, last + 1)) if last >= first else list(range(first, last - 1, -1))


def _integers(apply: Callable[[int, int], int]) -> Callable[[Known, Known], Known]:
    def both(left: Known, right: Known) -> Known:
        first, second = number_of(left), number_of(right)
        return None if first is None or second is None or abs(second) > 1 << 62 else apply(first, second)

    return both


_CASED = frozenset({"-creplace", "-csplit"})
_BINARY: dict[str, Callable[[Known, Known], Known]] = {
    "+": _plus, "*": _times, "-": _integers(lambda a, b: a - b), "%": _integers(lambda a, b: a % b), "-f": _format,
    "/": _integers(lambda a, b: a // b if a % b == 0 else round(a / b)), "-bxor": _integers(lambda a, b: a ^ b),
    "-band": _integers(lambda a, b: a & b), "-bor": _integers(lambda a, b: a | b), "-join": _join, "-split": _split,
    "-shl": _integers(lambda a, b: a << min(b, 62)), "-shr": _integers(lambda a, b: a >> min(b, 62)), "..": _range,
    "-isplit": _split, "-replace": _replace, "-ireplace": _replace,
}  # fmt: skip


def cast(kind: str, value: Known) -> Known:
    """Convert a known value as `[kind]value` does."""
    if value is None:
        return None
    if kind.endswith("[]"):
        items = list(value) if isinstance(value, str | bytes | list) else [value]
        if kind in ("byte[]", "sbyte[]"):
            numbers = [number_of(one) for one in items]
            return (
                None
                if any(one is None or not 0 <= one < 256 for one in numbers)
                else bytes(one or 0 for one in numbers)
            )
        made = [cast(kind[:-2], one) for one in items]
        return None if any(one is None for one in made) else made
    if kind == "char":
        number = number_of(value) if not isinstance(value, str) or len(value) > 1 else None
        if number is not None:
            return chr(number) if 0 <= number < 0x110000 and not 0xD800 <= number < 0xE000 else None
        return value if isinstance(value, str) and len(value) == 1 else None
    if kind in ("int", "int32", "int64", "long", "uint32", "byte", "int16", "uint16", "uint64"):
        return ord(value) if isinstance(value, str) and len(value) == 1 and not value.isdigit() else number_of(value)
    if kind in ("string", "scriptblock", "uri", "regex"):
        return text_of(value)
    return value if kind in ("array", "object", "psobject", "io.memorystream", "void") else None


def method(name: str, value: Known, args: Sequence[Known]) -> Known:
    """Call a method of a known value; None where it or an argument is not known."""
    if value is None or any(one is None for one in args):
        return None
    known = _METHODS.get((name, len(args)))
    try:
        made = known(value, *args) if known is not None else None
    except (ValueError, TypeError, IndexError, AttributeError, OverflowError):
        return None
    return made if _fits(made) else None


def _slice(value: str, start: int, length: int | None = None) -> str:
    return value[start:] if length is None else value[start : start + length]


def _text_replace(value: str, old: str, new: str) -> str | None:
    old, new = text_of(old) or "", text_of(new) or ""
    return value.replace(old, new) if old and len(new) * len(value) <= MAX_VALUE * 4 else None


def _text_split(value: str, separators: Known) -> list[str]:
    each = separators if isinstance(separators, list) else list(str(separators))
    return re.split("|".join(re.escape(str(one)) for one in each), value) if each else [value]


_METHODS: dict[tuple[str, int], Callable[..., Known]] = {
    ("substring", 1): _slice, ("substring", 2): _slice, ("replace", 2): _text_replace, ("split", 1): _text_split,
    ("trim", 0): str.strip, ("trimstart", 0): str.lstrip, ("trimend", 0): str.rstrip, ("trim", 1): str.strip,
    ("tolower", 0): str.lower, ("toupper", 0): str.upper, ("tolowerinvariant", 0): str.lower, ("tostring", 0): text_of,
    ("insert", 2): lambda v, at, s: v[:at] + s + v[at:], ("remove", 1): lambda v, at: v[:at],
    ("remove", 2): lambda v, at, n: v[:at] + v[at + n :], ("tochararray", 0): lambda v: list(v) if isinstance(v,
    str) else None,
    ("padleft", 1): lambda v, n: v.rjust(min(n, 4096)), ("padright", 1): lambda v, n: v.ljust(min(n, 4096)),
    ("indexof", 1): lambda v, s: v.index(s), ("readtoend", 0): lambda v: text_of(v) if isinstance(v,
    str) else readable(v),
    ("toarray", 0): lambda v: v, ("clone", 0): lambda v: v, ("getenumerator", 0): lambda v: v,
    ("gettypecode", 0): lambda v: None,  # noqa: ARG005 - known to be nothing
}  # fmt: skip


def static(name: str, args: Sequence[Known]) -> tuple[Known, tuple[str, ...]]:
    """Call a static method by its lower-case name without `System.`; the decoder it is comes with the result."""
    if any(one is None for one in args):
        return None, ()
    try:
        return _static(name, args)
    except (ValueError, TypeError, IndexError, binascii.Error, zlib.error, OverflowError, LookupError):
        return None, ()


def _static(name: str, args: Sequence[Known]) -> tuple[Known, tuple[str, ...]]:
    if name == "convert.frombase64string" and isinstance(args[0], str):
        packed = re.sub(r"\s", "", args[0])
        return base64.b64decode(packed), ("base64",)
    if name == "convert.tobase64string":
        return base64.b64encode(args[0]).decode(), ()
    if name in ("convert.toint32", "convert.toint16", "convert.tobyte", "convert.toint64"):
        return (int(args[0], args[1]) if len(args) > 1 and args[1] in (2, 8, 10, 16) else number_of(args[0])), ()
    if name == "convert.tochar":
        return cast("char", args[0]), ()
    if name in ("string.join", "text.string.join"):
        items = args[1] if len(args) == 2 and isinstance(args[1], list) else list(args[1:])
        return _join(items, args[0]), ()
    if name == "string.concat":
        return _join(args[0] if len(args) == 1 and isinstance(args[0], list) else list(args), ""), ()
    if name == "string.format":
        return _format(args[0], args[1] if len(args) == 2 and isinstance(args[1], list) else list(args[1:])), ()
    if name in ("regex.replace", "text.regularexpressions.regex.replace") and len(args) == 3:
        return _replace(args[0], [args[1], args[2]]), ()
    if name in ("regex.unescape", "uri.unescapedatastring", "web.httputility.urldecode", "net.webutility.urldecode"):
        from urllib.parse import unquote

        return (unquote(args[0]) if "unescape" not in name or "uri" in name else None), ()
    if name == "char.convertfromutf32":
        return cast("char", args[0]), ()
    if found := re.fullmatch(r"text\.encoding\.(\w+)\.get(string|bytes)", name):
        return _encoded(_ENCODINGS[found[1]], found[2], args)
    return None, ()


def _encoded(encoding: str, way: str, args: Sequence[Known]) -> tuple[Known, tuple[str, ...]]:
    data = args[0]
    if way == "bytes":
        return data.encode(encoding, "replace"), ()
    raw = data if isinstance(data, bytes) else cast("byte[]", data)
    if raw is None:
        return None, ()
    return raw.decode(encoding, "replace"), ("utf-16",) if encoding.startswith("utf-16") else ()


def constructed(name: str, args: Sequence[Known]) -> tuple[Known, tuple[str, ...]]:
    """Return what an object holds that is made of known values: streams hold their bytes."""
    data = args[0] if args else None
    if data is None:
        return None, ()
    if isinstance(data, list) and len(data) == 1 and isinstance(data[0], bytes):
        data = data[0]
    if name in ("io.memorystream", "io.streamreader", "string", "text.stringbuilder"):
        return (_join(data, "") if isinstance(data, list) and name == "string" else data), ()
    if name in ("io.compression.deflatestream", "io.compression.gzipstream") and isinstance(data, bytes):
        machine = zlib.decompressobj(-15 if "deflate" in name else 47)
        try:
            out = machine.decompress(data, MAX_VALUE)
        except zlib.error:
            return None, ()
        return out, ("zlib" if "deflate" in name else "gzip",)
    return None, ()


def readable(data: Known) -> Known:
    """Return bytes as text, as a reader without an encoding does."""
    return data.decode("utf-8", "replace") if isinstance(data, bytes) else data


def element(value: Known, key: Known) -> Known:
    """Return an element, or the list of several."""
    items = value if isinstance(value, str | list | bytes) else None
    if items is None or key is None:
        return None
    keys = key if isinstance(key, list) else [key]
    if any(not isinstance(one, int) or not -len(items) <= one < len(items) for one in keys):
        return None
    found = [items[one] for one in keys]
    return found if isinstance(key, list) else found[0]
