"""The pure builtins."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pratique.languages.python.evaluate.decoders import decode_text, encode_text
from pratique.languages.python.evaluate.formatting import spec_format
from pratique.languages.python.evaluate.operators import binary
from pratique.languages.python.evaluate.table import Entry, Table
from pratique.languages.python.evaluate.values import (
    MAX_BITS,
    MAX_SIZE,
    Context,
    Known,
    Stream,
    Unknowable,
    bounded,
    items,
    merge,
    ordered,
    weigh,
)
from pratique.model import HOLE

PLAIN: Final = (str, bytes, bytearray, int, float, complex, list, tuple, dict, set, frozenset, range, type(None))


def sequence(ctx: Context, value: Any) -> list[Any]:
    """Return the elements as a list, paid for."""
    found = items(value, ctx.fuel)
    ctx.spend(len(found) // 8)
    if isinstance(value, Stream):
        ctx.add(*value.codecs)
    return list(found)


def walk(ctx: Context, value: Any) -> tuple[Iterator[Any], int, bool]:
    """Return an iterator over `value` that costs fuel, its depth, and whether it is endless."""
    if isinstance(value, Stream):
        return value.items, value.depth, value.endless
    return iter(items(value, ctx.fuel)), 0, False


def to_str(ctx: Context, value: Any = "", encoding: Any = None, errors: Any = "strict") -> str:
    """As `str`."""
    if encoding is not None or errors != "strict":
        return decode_text(ctx, value, encoding or "utf-8", errors)
    if isinstance(value, str):
        return str(value)
    return _shown(value, str)


def _shown(value: Any, how: Any) -> str:
    if not isinstance(value, PLAIN):
        raise Unknowable
    ordered(value)
    bounded(len(value) if isinstance(value, (str, bytes, bytearray)) else 0, MAX_SIZE // 10)
    return str(how(value))


def to_bytes(ctx: Context, value: Any = b"", encoding: Any = None, errors: Any = "strict") -> bytes:
    """As `bytes`."""
    if isinstance(value, str):
        if encoding is None:
            raise Unknowable
        return encode_text(ctx, value, encoding, errors)
    if isinstance(value, int):
        return bytes(bounded(value))
    if isinstance(value, (bytes, bytearray)):
        return bytes(value)
    ctx.add("chr-table")
    return bytes(sequence(ctx, value))


def to_bytearray(ctx: Context, value: Any = b"", encoding: Any = None, errors: Any = "strict") -> bytearray:
    """As `bytearray`."""
    return bytearray(to_bytes(ctx, value, encoding, errors))


def to_int(value: Any = 0, base: Any = None) -> int:
    """As `int`, for numbers and their texts."""
    if base is not None:
        return int(value, base)
    return int(value)


def to_dict(ctx: Context, value: Any = (), **named: Any) -> dict[Any, Any]:
    """As `dict`."""
    pairs = value if isinstance(value, dict) else [tuple(items(pair, ctx.fuel)) for pair in sequence(ctx, value)]
    weigh(pairs)
    return {**dict(pairs), **named}


def to_set(ctx: Context, value: Any = ()) -> set[Any]:
    """As `set`."""
    found = sequence(ctx, value) if not isinstance(value, (set, frozenset)) else value
    weigh(found)
    return set(found)


def make_range(*args: Any) -> range:
    """As `range`."""
    for arg in args:
        bounded(abs(arg), 1 << 63)
    return range(*args)


def make_zip(ctx: Context, *args: Any, strict: Any = False) -> Stream:
    """As `zip`."""
    del strict
    parts = [walk(ctx, arg) for arg in args]

    def run() -> Iterator[Any]:
        for row in zip(*(part[0] for part in parts), strict=False):
            ctx.spend(1)
            yield row

    endless = bool(parts) and all(part[2] for part in parts)
    return Stream(run(), depth=1 + max((part[1] for part in parts), default=0), endless=endless)


def make_map(ctx: Context, function: Any, *args: Any) -> Stream:
    """As `map`; the function is called as elements are read."""
    rows = make_zip(ctx, *args)

    def run() -> Iterator[Any]:
        for row in rows.items:
            found = ctx.apply(function, tuple(map(Known, row)))
            stream.codecs = merge(stream.codecs, found.codecs)
            if found.holed:
                raise Unknowable
            yield found.value

    stream = Stream(run(), depth=rows.depth + 1, endless=rows.endless)
    return stream


def make_filter(ctx: Context, function: Any, arg: Any) -> Stream:
    """As `filter`."""
    source, depth, endless = walk(ctx, arg)

    def run() -> Iterator[Any]:
        for item in source:
            ctx.spend(1)
            if item if function is None else ctx.apply(function, (Known(item),)).value:
                yield item

    return Stream(run(), depth=depth + 1, endless=endless)


def make_enumerate(ctx: Context, arg: Any, start: Any = 0) -> Stream:
    """As `enumerate`."""
    source, depth, endless = walk(ctx, arg)

    def run() -> Iterator[Any]:
        for row in enumerate(source, start):
            ctx.spend(1)
            yield row

    return Stream(run(), depth=depth + 1, endless=endless)


def make_reversed(ctx: Context, arg: Any) -> Stream:
    """As `reversed`."""
    if isinstance(arg, (Stream, set, frozenset)):
        raise Unknowable
    ctx.add("reverse")
    return Stream(reversed(items(arg, ctx.fuel)))


def make_iter(ctx: Context, arg: Any) -> Stream:
    """As `iter` of one argument."""
    if isinstance(arg, Stream):
        return arg
    return Stream(iter(items(arg, ctx.fuel)))


NOTHING: Final = object()


def take_next(ctx: Context, arg: Any, default: Any = NOTHING) -> Any:
    """As `next`."""
    if not isinstance(arg, Stream):
        raise Unknowable
    ctx.spend(1)
    found = next(arg.items, default)
    if found is NOTHING:
        raise StopIteration
    return found


def keyed(ctx: Context, function: Any, found: list[Any]) -> list[Any]:
    """Return the sort keys."""
    return [ctx.apply(function, (Known(item),)).value for item in found]


def make_sorted(ctx: Context, arg: Any, key: Any = None, reverse: Any = False) -> list[Any]:
    """As `sorted`; a set may be sorted, though it cannot be listed."""
    found = list(arg) if isinstance(arg, (set, frozenset)) else sequence(ctx, arg)
    weigh(found)
    ctx.spend(len(found) // 2)
    keys = found if key is None else keyed(ctx, key, found)
    weigh(keys)
    order = sorted(range(len(found)), key=keys.__getitem__, reverse=bool(reverse))
    if isinstance(arg, (set, frozenset)) and key is not None and len({repr(k) for k in keys}) < len(keys):
        raise Unknowable
    return [found[i] for i in order]


def extreme(which: Any) -> Any:
    """Return `min` or `max`."""

    def run(ctx: Context, *args: Any, key: Any = None, default: Any = NOTHING) -> Any:
        found = sequence(ctx, args[0]) if len(args) == 1 else list(args)
        weigh(found)
        if not found and default is not NOTHING:
            return default
        keys = found if key is None else keyed(ctx, key, found)
        return found[which(range(len(found)), key=keys.__getitem__)]

    return run


def make_sum(ctx: Context, arg: Any, start: Any = 0) -> Any:
    """As `sum`, each addition bounded."""
    total = Known(start)
    for item in sequence(ctx, arg):
        if isinstance(item, str):
            raise Unknowable
        total = binary("+", total, Known(item), ctx.fuel)
    return total.value


def power(ctx: Context, base: Any, exp: Any, mod: Any = None) -> Any:
    """As `pow`."""
    if mod is None:
        return binary("**", Known(base), Known(exp), ctx.fuel).value
    bits = max(base.bit_length(), mod.bit_length())
    ctx.spend(1 + (bits // 64 + 1) ** 2 * bounded(abs(exp).bit_length(), 1 << 15) // 64)
    return pow(base, exp, mod)


def divide(ctx: Context, a: Any, b: Any) -> tuple[Any, Any]:
    """As `divmod`."""
    first, second = Known(a), Known(b)
    return binary("//", first, second, ctx.fuel).value, binary("%", first, second, ctx.fuel).value


def length(value: Any) -> int:
    """As `len`."""
    if isinstance(value, Stream):
        raise Unknowable
    return len(value)


def length_holed(ctx: Context, value: Any) -> int:
    """As `len`; a text with holes has no known length."""
    del ctx
    if isinstance(value, str) and HOLE in value:
        raise Unknowable
    return length(value)


def truthy(which: Any) -> Any:
    """Return `any` or `all`."""

    def run(ctx: Context, arg: Any) -> bool:
        found, _, endless = walk(ctx, arg)
        if endless:
            raise Unknowable
        return bool(which(map(bool, found)))

    return run


def rounded(value: Any, digits: Any = None) -> Any:
    """As `round`."""
    bounded(abs(digits or 0), 1000)
    return round(value, digits) if digits is not None else round(value)


def to_chr(ctx: Context, value: Any) -> str:
    """As `chr`."""
    ctx.add("chr-table")
    return chr(value)


def radix(how: Any) -> Any:
    """Return `hex`, `oct` or `bin`."""

    def run(value: Any) -> str:
        bounded(value.bit_length(), MAX_BITS // 8)
        return str(how(value))

    return run


def is_type(value: Any, kind: Any) -> bool:
    """As `isinstance` with a builtin type."""
    names = {one.name.removeprefix("builtins.") for one in (kind if isinstance(kind, tuple) else (kind,))}
    if not names <= TYPES.keys() or not isinstance(value, PLAIN):
        raise Unknowable
    return any(isinstance(value, TYPES[name]) for name in names)


TYPES: Final[dict[str, type]] = {
    one.__name__: one for one in (str, bytes, bytearray, int, float, bool, list, tuple, dict, set, frozenset, complex)
}


def type_name(kind: Any) -> Any:
    """Return a constructor that copies an iterable."""

    def run(ctx: Context, value: Any = ()) -> Any:
        return kind(sequence(ctx, value))

    return run


FUNCTIONS: Final[Table] = {
    "builtins." + name: entry
    for name, entry in {
        "str": Entry(to_str, ctx=True, holes=True),
        "unicode": Entry(to_str, ctx=True, holes=True),
        "bytes": Entry(to_bytes, ctx=True),
        "bytearray": Entry(to_bytearray, ctx=True),
        "memoryview": Entry(to_bytes, ctx=True),
        "int": Entry(to_int),
        "long": Entry(to_int),
        "float": Entry(float),
        "complex": Entry(complex),
        "bool": Entry(bool),
        "chr": Entry(to_chr, ctx=True),
        "unichr": Entry(to_chr, ctx=True),
        "ord": Entry(ord, cost=0),
        "hex": Entry(radix(hex)),
        "oct": Entry(radix(oct)),
        "bin": Entry(radix(bin)),
        "len": Entry(length_holed, ctx=True, holes=True, cost=0),
        "list": Entry(type_name(list), ctx=True, holes=True),
        "tuple": Entry(type_name(tuple), ctx=True, holes=True),
        "dict": Entry(to_dict, ctx=True),
        "set": Entry(to_set, ctx=True),
        "frozenset": Entry(lambda ctx, value=(): frozenset(to_set(ctx, value)), ctx=True),
        "range": Entry(make_range, cost=0),
        "xrange": Entry(make_range),
        "zip": Entry(make_zip, ctx=True, lazy=True, cost=0),
        "map": Entry(make_map, ctx=True, lazy=True, cost=0),
        "filter": Entry(make_filter, ctx=True, lazy=True, cost=0),
        "enumerate": Entry(make_enumerate, ctx=True, lazy=True, cost=0),
        "reversed": Entry(make_reversed, ctx=True, lazy=True, holes=True, cost=0),
        "iter": Entry(make_iter, ctx=True, lazy=True, cost=0),
        "next": Entry(take_next, ctx=True, lazy=True, cost=0),
        "sorted": Entry(make_sorted, ctx=True),
        "sum": Entry(make_sum, ctx=True),
        "min": Entry(extreme(min), ctx=True),
        "max": Entry(extreme(max), ctx=True),
        "any": Entry(truthy(any), ctx=True, lazy=True),
        "all": Entry(truthy(all), ctx=True, lazy=True),
        "abs": Entry(abs),
        "pow": Entry(power, ctx=True),
        "round": Entry(rounded),
        "format": Entry(lambda value, spec="": spec_format(value, spec)),
        "repr": Entry(lambda value: _shown(value, repr)),
        "ascii": Entry(lambda value: _shown(value, ascii)),
        "divmod": Entry(divide, ctx=True),
        "slice": Entry(slice),
        "isinstance": Entry(is_type, cost=0),
        "compile": Entry(lambda source, *_args, **_kwargs: source),
    }.items()
}
