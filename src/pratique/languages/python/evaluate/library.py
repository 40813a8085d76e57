"""Pure functions and constants of the standard library: paths, JSON, URLs, iteration, operators."""

from __future__ import annotations

import ast
import html
import itertools
import json
import math
import operator
import posixpath
import re
import string
import struct
import textwrap
import urllib.parse
import warnings
from collections.abc import Iterator
from typing import Any, Final

from pratique.languages.python.evaluate.builtin import make_map, sequence, walk
from pratique.languages.python.evaluate.operators import binary
from pratique.languages.python.evaluate.table import Entry, Table
from pratique.languages.python.evaluate.values import (
    MAX_ITEMS,
    MAX_SIZE,
    Context,
    Known,
    PathText,
    Stream,
    Unknowable,
    bounded,
    items,
    weigh,
)

MAX_PARSED: Final = 4 << 20


def literal(text: Any) -> Any:
    """As `ast.literal_eval` of a text."""
    bounded(len(text), MAX_PARSED)
    if not isinstance(text, str):
        raise Unknowable
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = ast.literal_eval(text)
    weigh(found)
    return found


def json_loads(text: Any) -> Any:
    """As `json.loads`."""
    bounded(len(text), MAX_PARSED)
    found = json.loads(text)
    weigh(found)
    return found


def json_dumps(
    value: Any, *, indent: Any = None, sort_keys: Any = False, separators: Any = None, ensure_ascii: Any = True
) -> str:
    """As `json.dumps`."""
    weigh(value)
    if indent is not None and bounded(len(indent) if isinstance(indent, str) else indent, 16) < 0:
        raise Unknowable
    return json.dumps(
        value, indent=indent, sort_keys=bool(sort_keys), separators=separators, ensure_ascii=bool(ensure_ascii)
    )


def unpack(layout: Any, data: Any) -> tuple[Any, ...]:
    """As `struct.unpack`."""
    bounded(struct.calcsize(layout_of(layout)))
    return struct.unpack(layout, data)


def pack(layout: Any, *values: Any) -> bytes:
    """As `struct.pack`."""
    bounded(struct.calcsize(layout_of(layout)))
    return struct.pack(layout, *values)


def layout_of(layout: Any) -> Any:
    """Return a struct's format, its size checked."""
    bounded(len(layout), 10_000)
    text = layout if isinstance(layout, str) else layout.decode("latin-1")
    bounded(sum(int(found[:12]) for found in re.findall(r"\d+", text)), MAX_SIZE)
    return layout


def from_bytes(data: Any, byteorder: Any = "big", *, signed: Any = False) -> int:
    """As `int.from_bytes`."""
    bounded(len(data), 1 << 20)
    return int.from_bytes(bytes(data), byteorder, signed=bool(signed))


def cycle(ctx: Context, arg: Any) -> Stream:
    """As `itertools.cycle`."""
    found = sequence(ctx, arg)
    return Stream(itertools.cycle(found), endless=bool(found))


def count(start: Any = 0, step: Any = 1) -> Stream:
    """As `itertools.count`."""
    return Stream(itertools.count(start, step), endless=True)


def repeat(value: Any, times: Any = None) -> Stream:
    """As `itertools.repeat`."""
    return Stream(itertools.repeat(value) if times is None else itertools.repeat(value, times), endless=times is None)


def chain(ctx: Context, *args: Any) -> Stream:
    """As `itertools.chain`."""
    parts = [walk(ctx, arg) for arg in args]

    def run() -> Iterator[Any]:
        for source, _, _ in parts:
            for item in source:
                ctx.spend(1)
                yield item

    return Stream(run(), depth=1 + max((part[1] for part in parts), default=0), endless=any(p[2] for p in parts))


def chain_all(ctx: Context, arg: Any) -> Stream:
    """As `itertools.chain.from_iterable`."""
    return chain(ctx, *bounded_list(ctx, arg))


def bounded_list(ctx: Context, arg: Any, limit: int = 100_000) -> list[Any]:
    """Return the elements, few enough to be arguments."""
    found = sequence(ctx, arg)
    bounded(len(found), limit)
    return found


def islice(ctx: Context, arg: Any, *bounds: Any) -> list[Any]:
    """As `itertools.islice`, read at once."""
    cut = slice(*bounds)
    start, stop, step = cut.start or 0, cut.stop, cut.step or 1
    source, _, endless = walk(ctx, arg)
    if stop is None and endless:
        raise Unknowable
    found: list[Any] = []
    for at, item in enumerate(source):
        ctx.spend(1)
        if stop is not None and at >= stop:
            break
        if at >= start and (at - start) % step == 0:
            found.append(item)
            bounded(len(found), MAX_ITEMS)
        if stop is not None and at + 1 >= stop:
            break
    return found


def starmap(ctx: Context, function: Any, rows: Any) -> Stream:
    """As `itertools.starmap`."""
    columns = zip(*(items(row, ctx.fuel) for row in bounded_list(ctx, rows)), strict=True)
    return make_map(ctx, function, *(list(column) for column in columns))


def reduce(ctx: Context, function: Any, arg: Any, *start: Any) -> Any:
    """As `functools.reduce`."""
    found = sequence(ctx, arg)
    total = Known(start[0] if start else found.pop(0))
    for item in found:
        ctx.spend(1)
        total = ctx.apply(function, (total, Known(item)))
    ctx.add(*total.codecs)
    return total.value


def join_path(*parts: Any) -> str:
    """As `posixpath.join`: a reviewer's paths read alike on every machine."""
    return str(posixpath.join(*parts))


def make_path(*parts: Any) -> PathText:
    """As `pathlib.PurePosixPath`, kept as text."""
    return PathText(posixpath.join(*parts) if parts else ".")


def two(op: str) -> Any:
    """Return a function of the `operator` module."""

    def run(ctx: Context, a: Any, b: Any) -> Any:
        found = binary(op, Known(a), Known(b), ctx.fuel)
        ctx.add(*found.codecs)
        return found.value

    return run


def small(function: Any, limit: int = 1 << 20) -> Any:
    """Bound the length of a text argument."""

    def run(text: Any, *args: Any, **kwargs: Any) -> Any:
        bounded(len(text), limit)
        return function(text, *args, **kwargs)

    return run


def unquote(text: Any, encoding: Any = "utf-8", errors: Any = "replace") -> str:
    """As `urllib.parse.unquote`, in UTF-8 or Latin-1."""
    if encoding not in {"utf-8", "latin-1"} or errors not in {"replace", "strict", "ignore"}:
        raise Unknowable
    bounded(len(text), 1 << 20)
    return urllib.parse.unquote(text, encoding, errors)


def factorial(ctx: Context, n: Any) -> int:
    """As `math.factorial`."""
    bounded(n, 5_000)
    ctx.spend(n)
    return math.factorial(n)


_PATHS: Final[dict[str, Entry]] = {
    "join": Entry(join_path, holes=True),
    "expanduser": Entry(str, holes=True),
    "expandvars": Entry(str, holes=True),
    "abspath": Entry(str, holes=True),
    "realpath": Entry(str, holes=True),
    "normpath": Entry(posixpath.normpath, holes=True),
    "normcase": Entry(str, holes=True),
    "basename": Entry(posixpath.basename, holes=True),
    "dirname": Entry(posixpath.dirname, holes=True),
    "split": Entry(posixpath.split, holes=True),
    "splitext": Entry(posixpath.splitext, holes=True),
    "isabs": Entry(posixpath.isabs),
}
_PATH_CLASSES: Final = ("Path", "PurePath", "PurePosixPath", "PosixPath", "PureWindowsPath", "WindowsPath")
_OPERATORS: Final = {
    "add": "+", "concat": "+", "sub": "-", "mul": "*", "floordiv": "//", "truediv": "/", "mod": "%", "pow": "**",
    "xor": "^", "or_": "|", "and_": "&", "lshift": "<<", "rshift": ">>",
}  # fmt: skip
FUNCTIONS: Final[Table] = {
    "ast.literal_eval": Entry(literal, "literal", cost=64),
    "json.loads": Entry(json_loads, "json"),
    "json.dumps": Entry(json_dumps, "json"),
    "html.unescape": Entry(small(html.unescape), "html", cost=8),
    "html.escape": Entry(small(html.escape)),
    "urllib.parse.unquote": Entry(unquote, "url", cost=8),
    "urllib.parse.unquote_plus": Entry(lambda text: unquote(text.replace("+", " ")), "url", cost=8),
    "urllib.parse.unquote_to_bytes": Entry(small(urllib.parse.unquote_to_bytes), "url", cost=8),
    "urllib.parse.quote": Entry(small(urllib.parse.quote), cost=8),
    "urllib.parse.quote_plus": Entry(small(urllib.parse.quote_plus), cost=8),
    "urllib.parse.urljoin": Entry(small(urllib.parse.urljoin, 10_000), holes=True),
    "urllib.unquote": Entry(unquote, "url", cost=8),
    "textwrap.dedent": Entry(small(textwrap.dedent, 1 << 17), cost=16),
    "inspect.cleandoc": Entry(small(textwrap.dedent, 1 << 17), cost=16),
    "struct.unpack": Entry(unpack, "struct"),
    "struct.pack": Entry(pack),
    "struct.calcsize": Entry(lambda layout: struct.calcsize(layout_of(layout))),
    "builtins.int.from_bytes": Entry(from_bytes),
    "itertools.chain": Entry(chain, ctx=True, lazy=True),
    "itertools.chain.from_iterable": Entry(chain_all, ctx=True, lazy=True),
    "itertools.cycle": Entry(cycle, ctx=True),
    "itertools.count": Entry(count),
    "itertools.repeat": Entry(repeat),
    "itertools.islice": Entry(islice, ctx=True, lazy=True),
    "itertools.starmap": Entry(starmap, ctx=True),
    "functools.reduce": Entry(reduce, ctx=True),
    "builtins.reduce": Entry(reduce, ctx=True),
    "math.floor": Entry(math.floor),
    "math.ceil": Entry(math.ceil),
    "math.sqrt": Entry(math.sqrt),
    "math.factorial": Entry(factorial, ctx=True),
    "operator.getitem": Entry(lambda box, at: box[at] if not isinstance(at, slice) else _refuse()),
    "operator.neg": Entry(operator.neg),
    "operator.invert": Entry(operator.invert),
    **{f"operator.{name}": Entry(two(op), ctx=True) for name, op in _OPERATORS.items()},
    **{f"{module}.{name}": entry for module in ("os.path", "posixpath", "ntpath") for name, entry in _PATHS.items()},
    **{f"pathlib.{name}": Entry(make_path, holes=True) for name in _PATH_CLASSES},
    "pathlib.Path.home": Entry(lambda: PathText("~")),
    "os.fspath": Entry(str, holes=True),
    "six.b": Entry(lambda text: text.encode("latin-1")),
    "six.u": Entry(str),
    "six.ensure_str": Entry(lambda value: value if isinstance(value, str) else value.decode()),
}


def _refuse() -> Any:
    raise Unknowable


CONSTANTS: Final[dict[str, Any]] = {
    **{
        f"string.{name}": getattr(string, name)
        for name in ("ascii_letters", "ascii_lowercase", "ascii_uppercase", "digits", "hexdigits", "octdigits",
                     "punctuation", "printable", "whitespace")
    },
    "os.sep": "/", "os.path.sep": "/", "os.linesep": "\n", "os.curdir": ".", "os.pardir": "..", "os.extsep": ".",
    "os.devnull": "/dev/null", "math.pi": math.pi, "math.e": math.e, "builtins.True": True, "builtins.False": False,
    "builtins.None": None, "lzma.FORMAT_AUTO": 0, "lzma.FORMAT_XZ": 1, "lzma.FORMAT_ALONE": 2, "lzma.FORMAT_RAW": 3,
    "lzma.FILTER_LZMA1": 0x4000000000000001, "lzma.FILTER_LZMA2": 0x21, "lzma.FILTER_DELTA": 3,
    "lzma.FILTER_X86": 4, "lzma.PRESET_DEFAULT": 6, "lzma.PRESET_EXTREME": 1 << 31, "socket.AF_INET": 2,
    "socket.AF_INET6": 10, "zlib.MAX_WBITS": 15,
}  # fmt: skip
