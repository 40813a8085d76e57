"""Methods of texts, bytes, containers and the inert objects."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from typing import Any, Final

from pratique.languages.python.evaluate import collecting, formats, holders, patterns
from pratique.languages.python.evaluate.builtin import sequence
from pratique.languages.python.evaluate.decoders import decode_text, encode_text
from pratique.languages.python.evaluate.formatting import str_format
from pratique.languages.python.evaluate.secrets import METHODS as SECRETS
from pratique.languages.python.evaluate.table import Entry
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
from pratique.model import HOLE

Methods = dict[str, Entry]


def join(ctx: Context, glue: Any, parts: Any) -> Any:
    """As `str.join` and `bytes.join`; a hole stays a hole."""
    found = sequence(ctx, parts)
    texts = sum(1 for part in found if isinstance(part, str))
    total = bounded(sum(map(len, found)) + len(glue) * len(found))
    ctx.spend(total // 1024)
    if texts > 1:
        ctx.add("concat" if HOLE not in glue else "join")
    return glue.join(found)


def fmt_holed(ctx: Context, template: Any, *args: Any, **kwargs: Any) -> str:
    """As `str.format`; unknown arguments leave holes."""
    del ctx
    holed = any(isinstance(value, str) and HOLE in value for value in (template, *args, *kwargs.values()))
    return str_format(template, args, kwargs, holed=holed)


def replace(ctx: Context, text: Any, old: Any, new: Any, count: Any = -1) -> Any:
    """As `replace`, its result's size checked first."""
    times = text.count(old) if count < 0 else min(count, text.count(old))
    ctx.spend(bounded(len(text) + max(len(new) - len(old), 0) * times) // 64)
    if times:
        ctx.add("replace")
    return text.replace(old, new, count)


def translate(ctx: Context, text: Any, table: Any, *delete: Any, **named: Any) -> Any:
    """As `translate`."""
    ctx.add("replace")
    if isinstance(text, (bytes, bytearray)):
        return text.translate(table, *delete, **named)
    longest = max((len(v) for v in table.values() if isinstance(v, str)), default=1) if isinstance(table, dict) else 1
    ctx.spend(bounded(len(text) * max(longest, 1)) // 16)
    return text.translate(table)


def split(name: str) -> Any:
    """Return `split` or `rsplit`."""

    def run(text: Any, sep: Any = None, maxsplit: Any = -1) -> list[Any]:
        bounded(text.count(sep) if sep else len(text) // 2, MAX_ITEMS)
        return list(getattr(text, name)(sep, maxsplit))

    return run


def splitlines(text: Any, keepends: Any = False) -> list[Any]:
    """As `splitlines`."""
    bounded(len(text), MAX_ITEMS)
    return list(text.splitlines(bool(keepends)))


def padded(name: str) -> Any:
    """Return `center`, `ljust`, `rjust` or `zfill`."""

    def run(text: Any, width: Any, *fill: Any) -> Any:
        bounded(width, MAX_SIZE)
        return getattr(text, name)(width, *fill)

    return run


def expandtabs(text: Any, tabsize: Any = 8) -> Any:
    """As `expandtabs`."""
    bounded(len(text) + text.count("\t" if isinstance(text, str) else b"\t") * max(tabsize, 0))
    return text.expandtabs(tabsize)


def plain(name: str) -> Any:
    """Return a method that is safe as it is."""

    def run(receiver: Any, *args: Any, **kwargs: Any) -> Any:
        return getattr(receiver, name)(*args, **kwargs)

    return run


def keyed(name: str) -> Any:
    """Return a method that looks one key up."""

    def run(receiver: Any, key: Any, *default: Any) -> Any:
        weigh(key)
        return getattr(receiver, name)(key, *default)

    return run


def weighed(name: str) -> Any:
    """Return a method that looks through the container."""

    def run(receiver: Any, *args: Any, **kwargs: Any) -> Any:
        weigh(receiver)
        return getattr(receiver, name)(*args, **kwargs)

    return run


def hexed(data: Any, *_args: Any) -> str:
    """As `bytes.hex` without separators."""
    if _args:
        raise Unknowable
    return str(data.hex())


def to_bytes(ctx: Context, value: Any, length: Any = 1, byteorder: Any = "big", *, signed: Any = False) -> bytes:
    """As `int.to_bytes`."""
    ctx.spend(bounded(length, 1 << 20) // 64)
    return int(value).to_bytes(length, byteorder, signed=bool(signed))


def extend(ctx: Context, box: Any, more: Any) -> None:
    """As `list.extend` and `bytearray.extend`."""
    found = sequence(ctx, more)
    bounded(len(box) + len(found), MAX_ITEMS if isinstance(box, list) else MAX_SIZE)
    box.extend(found)


def append(box: Any, item: Any) -> None:
    """As `append`."""
    bounded(len(box) + 1, MAX_ITEMS if isinstance(box, list) else MAX_SIZE)
    box.append(item)


def insert(box: Any, at: Any, item: Any) -> None:
    """As `insert`."""
    bounded(len(box) + 1, MAX_ITEMS)
    box.insert(at, item)


def rotate(ctx: Context, box: Any, n: Any = 1) -> None:
    """As `deque.rotate`."""
    ctx.spend(len(box) // 64)
    if box:
        n %= len(box)
        box[:] = box[-n:] + box[:-n]


def extend_left(ctx: Context, box: Any, more: Any) -> None:
    """As `deque.extendleft`."""
    found = sequence(ctx, more)
    bounded(len(box) + len(found), MAX_ITEMS)
    box[:0] = found[::-1]


def sort(ctx: Context, box: Any, *, key: Any = None, reverse: Any = False) -> None:
    """As `list.sort`."""
    from pratique.languages.python.evaluate.builtin import make_sorted

    box[:] = make_sorted(ctx, box, key, reverse)


def update(ctx: Context, box: Any, other: Any = (), **named: Any) -> None:
    """As `dict.update` and `set.update`."""
    weigh(other)
    found = other if isinstance(other, dict) else list(items(other, ctx.fuel))
    bounded(len(box) + len(found), MAX_ITEMS)
    box.update(found, **named)


def setdefault(box: Any, key: Any, default: Any = None) -> Any:
    """As `dict.setdefault`."""
    bounded(len(box) + 1, MAX_ITEMS)
    weigh(key)
    return box.setdefault(key, default)


def add(box: Any, item: Any) -> None:
    """As `set.add`."""
    bounded(len(box) + 1, MAX_ITEMS)
    weigh(item)
    box.add(item)


def path_join(path: Any, *parts: Any) -> PathText:
    """As `Path.joinpath`."""
    return PathText(posixpath.join(path, *parts))


def _all(make: Callable[[str], Any], names: str, **options: Any) -> Methods:
    return {name: Entry(make(name), **options) for name in names.split()}


SHARED: Final[Methods] = {
    **_all(plain, "lower upper title capitalize swapcase casefold", holes=True),
    **_all(plain, "strip lstrip rstrip removeprefix removesuffix", holes=True),
    **_all(plain, "startswith endswith find rfind index rindex count"),
    **_all(
        plain,
        "isalnum isalpha isdigit islower isupper isspace isascii istitle isdecimal isidentifier isnumeric isprintable",
    ),
    **_all(plain, "partition rpartition"),
    **_all(split, "split rsplit"),
    **_all(padded, "center ljust rjust zfill"),
    "splitlines": Entry(splitlines),
    "expandtabs": Entry(expandtabs),
    "join": Entry(join, ctx=True, holes=True),
    "replace": Entry(replace, ctx=True, holes=True),
    "translate": Entry(translate, ctx=True),
    "maketrans": Entry(plain("maketrans")),
}
TEXT: Final[Methods] = {
    **SHARED,
    "encode": Entry(encode_text, ctx=True),
    "format": Entry(fmt_holed, ctx=True, holes=True),
    "format_map": Entry(lambda template, table: str_format(template, (), table, holed=False)),
    "decode": Entry(lambda ctx, text, *args: decode_text(ctx, text.encode("latin-1"), *args), ctx=True),
}
BYTES: Final[Methods] = {
    **SHARED,
    "decode": Entry(decode_text, ctx=True),
    "hex": Entry(hexed, "hex"),
    "tobytes": Entry(bytes),
    "tolist": Entry(list),
    "cast": Entry(holders.cast),
    "fromhex": Entry(lambda _self, text: bytes.fromhex(text), "hex"),
}
BYTEARRAY: Final[Methods] = {
    **BYTES,
    **_all(plain, "pop clear reverse remove copy"),
    "append": Entry(append, cost=0),
    **dict.fromkeys(("extend", "frombytes", "fromlist"), Entry(extend, ctx=True)),
    "insert": Entry(insert),
}
LIST: Final[Methods] = {
    "append": Entry(append, holes=True, cost=0),
    "extend": Entry(extend, ctx=True, holes=True),
    "insert": Entry(insert, holes=True, cost=0),
    "sort": Entry(sort, ctx=True),
    "appendleft": Entry(lambda box, item: insert(box, 0, item), holes=True, cost=0),
    "extendleft": Entry(extend_left, ctx=True, holes=True),
    "popleft": Entry(lambda box: box.pop(0), holes=True, cost=0),
    "rotate": Entry(rotate, ctx=True, holes=True),
    "tolist": Entry(list, holes=True),
    **_all(plain, "pop clear", holes=True, cost=0),
    **_all(plain, "reverse copy", holes=True),
    **_all(weighed, "index count remove"),
}
DICT: Final[Methods] = {
    **_all(plain, "popitem clear", cost=0),
    "copy": Entry(plain("copy")),
    "pop": Entry(keyed("pop"), cost=0),
    "get": Entry(keyed("get"), cost=0),
    "items": Entry(lambda box: list(box.items()), holes=True),
    "keys": Entry(lambda box: list(box.keys()), holes=True),
    "values": Entry(lambda box: list(box.values()), holes=True),
    "update": Entry(update, ctx=True),
    "setdefault": Entry(setdefault, cost=0),
}
SET: Final[Methods] = {
    **_all(
        weighed, "union intersection difference symmetric_difference issubset issuperset isdisjoint copy discard remove"
    ),
    "add": Entry(add, cost=0),
    "update": Entry(update, ctx=True),
}
INT: Final[Methods] = {
    "to_bytes": Entry(to_bytes, ctx=True),
    "bit_length": Entry(plain("bit_length")),
    "from_bytes": Entry(
        lambda _self, data, byteorder="big", signed=False: int.from_bytes(data, byteorder, signed=bool(signed))
    ),
}
PATH: Final[Methods] = {
    **dict.fromkeys(("expanduser", "resolve", "absolute"), Entry(lambda path, *_a, **_k: path, holes=True)),
    "joinpath": Entry(path_join, holes=True),
    "with_name": Entry(lambda path, name: PathText(posixpath.join(posixpath.dirname(path), name)), holes=True),
    "as_posix": Entry(str, holes=True),
    "with_suffix": Entry(lambda path, suffix: PathText(posixpath.splitext(path)[0] + suffix), holes=True),
}


def send(ctx: Context, stream: Any, value: Any = None) -> Any:
    """As a generator's `send` and `__next__`."""
    ctx.spend(1)
    if stream.frame is None:
        raise Unknowable
    stream.frame.sent = Known(value)
    found = next(stream.items, HOLE)
    if found is HOLE:
        raise Unknowable
    return found


OF_TYPE: Final[dict[type, Methods]] = {
    str: TEXT, bytes: BYTES, bytearray: BYTEARRAY, list: LIST, dict: DICT, set: SET, frozenset: SET, int: INT,
    bool: INT, tuple: _all(weighed, "index count"), float: _all(plain, "is_integer hex"), PathText: PATH,
    Stream: dict.fromkeys(("send", "__next__"), Entry(send, ctx=True, lazy=True, cost=0)),
}  # fmt: skip


def find(value: Any, name: str) -> Entry | None:
    """Return the method `name` of a value, or None."""
    kind = type(value)
    table = OF_TYPE.get(kind)
    if table is not None:
        return table.get(name)
    return HELD.get((kind, name))


HELD: Final = {**SECRETS, **holders.METHODS, **collecting.METHODS, **formats.METHODS, **patterns.METHODS}
"""Methods of what is neither text nor container."""


def attribute(value: Any, name: str) -> Any:
    """Return a data attribute of an inert value. Raises Unknowable when it has none."""
    if isinstance(value, PathText):
        parts = {"name": posixpath.basename, "parent": posixpath.dirname, "suffix": lambda p: posixpath.splitext(p)[1]}
        if name in parts:
            found = parts[name](str(value))
            return PathText(found) if name == "parent" else found
        if name == "stem":
            return posixpath.splitext(posixpath.basename(value))[0]
    if isinstance(value, (int, float, complex)) and name in {"real", "imag", "numerator", "denominator"}:
        return getattr(value, name)
    for other in (collecting, formats):
        try:
            return other.attribute(value, name)
        except Unknowable:
            continue
    return holders.attribute(value, name)
