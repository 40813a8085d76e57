"""`itertools`, `heapq`, `collections`, `copy` and kin: what takes sequences apart and puts them together."""

from __future__ import annotations

import bisect
import decimal
import fractions
import heapq
import itertools
import operator
import struct
import textwrap
from collections.abc import Iterator
from typing import Any, Final

from pratique.languages.python.evaluate.builtin import keyed, sequence, walk
from pratique.languages.python.evaluate.holders import Layout
from pratique.languages.python.evaluate.objects import Getter
from pratique.languages.python.evaluate.operators import binary
from pratique.languages.python.evaluate.table import Entry, Table
from pratique.languages.python.evaluate.values import (
    MAX_ITEMS,
    MAX_SIZE,
    Context,
    Fuel,
    Known,
    Series,
    State,
    Stream,
    Unknowable,
    bounded,
    copied,
    weigh,
)

CHANGES_FIRST: Final = frozenset(
    f"{module}.{name}"
    for module, names in (
        ("heapq", ("heappush", "heappop", "heapify", "heappushpop", "heapreplace")),
        ("bisect", ("insort", "insort_left", "insort_right")),
        ("struct", ("pack_into",)),
    )
    for name in names
)
"""Functions that change their first argument, or the one after the format."""


class Chain(State, Series):
    """A `ChainMap`: tables that are asked in turn."""

    __slots__ = ("maps",)

    def __init__(self, maps: list[dict[Any, Any]]) -> None:
        self.maps = maps

    def copied(self, fuel: Fuel, memo: dict[int, Any]) -> Chain:
        """Return one of its own."""
        made = memo[id(self)] = Chain(copied(self.maps, fuel, memo))
        return made

    def merged(self) -> dict[Any, Any]:
        """Return all of it as one table."""
        found: dict[Any, Any] = {}
        for one in reversed(self.maps):
            found |= one
        return found

    def elements(self) -> list[Any]:
        """Return the keys."""
        return list(self.merged())


def layout_text(layout: Any) -> Any:
    """Return a struct's format, its size checked."""
    from pratique.languages.python.evaluate.library import layout_of

    return layout_of(layout.text if isinstance(layout, Layout) else layout)


def iter_unpack(layout: Any, data: Any) -> list[Any]:
    """As `struct.iter_unpack`, read at once."""
    bounded(len(data) // max(struct.calcsize(layout_text(layout)), 1), MAX_ITEMS)
    return list(struct.iter_unpack(layout_text(layout), data))


def unpack_from(layout: Any, data: Any, offset: Any = 0) -> tuple[Any, ...]:
    """As `struct.unpack_from`."""
    return struct.unpack_from(layout_text(layout), data, offset)


def zip_longest(ctx: Context, *args: Any, fillvalue: Any = None) -> list[Any]:
    """As `itertools.zip_longest`, read at once."""
    return list(itertools.zip_longest(*(sequence(ctx, arg) for arg in args), fillvalue=fillvalue))


def compress(ctx: Context, data: Any, selectors: Any) -> list[Any]:
    """As `itertools.compress`."""
    chosen, _, _ = walk(ctx, selectors)
    return list(itertools.compress(sequence(ctx, data), chosen))


def while_true(*, drop: bool) -> Any:
    """Return `itertools.takewhile` or `itertools.dropwhile`."""

    def run(ctx: Context, function: Any, arg: Any) -> list[Any] | Stream:
        source, _, endless = walk(ctx, arg)
        if drop and endless:
            raise Unknowable
        found: list[Any] = []
        dropping = True
        for item in source:
            ctx.spend(1)
            holds = dropping and bool(ctx.apply(function, (Known(item),)).value)
            if not drop and not holds:
                break
            dropping = holds
            if not (drop and holds):
                found.append(item)
                bounded(len(found), MAX_ITEMS)
        return found

    return run


def groups(ctx: Context, arg: Any, key: Any = None) -> list[Any]:
    """As `itertools.groupby`, each group a list."""
    found = sequence(ctx, arg)
    weigh(found)
    keys = found if key is None else keyed(ctx, key, found)
    pairs = itertools.groupby(zip(keys, found, strict=True), key=operator.itemgetter(0))
    return [(one, [item for _, item in rows]) for one, rows in pairs]


def pairs(ctx: Context, arg: Any) -> list[Any]:
    """As `itertools.pairwise`."""
    return list(itertools.pairwise(sequence(ctx, arg)))


def batches(ctx: Context, arg: Any, n: Any) -> list[Any]:
    """As `itertools.batched`."""
    found = sequence(ctx, arg)
    if n < 1:
        raise ValueError(n)
    return [tuple(found[i : i + n]) for i in range(0, len(found), n)]


def counted(name: str) -> Any:
    """Return `product`, `permutations` or `combinations`, as far as someone reads."""

    def run(ctx: Context, *args: Any, **kwargs: Any) -> Stream:
        given = [sequence(ctx, arg) if not isinstance(arg, int) else bounded(arg, 64) for arg in args]
        bounded(sum(len(one) for one in given if isinstance(one, list)), 10_000)
        bounded(kwargs.get("repeat", 1), 64)

        def rows() -> Iterator[Any]:
            for row in getattr(itertools, name)(*given, **kwargs):
                ctx.spend(1 + len(row) // 8)
                yield row

        return Stream(rows())

    return run


def accumulate(ctx: Context, arg: Any, function: Any = None, *, initial: Any = None) -> list[Any]:
    """As `itertools.accumulate`."""
    found: list[Any] = [] if initial is None else [initial]
    total = 0
    for item in sequence(ctx, arg):
        if not found:
            value = Known(item)
        elif function is None:
            value = binary("+", Known(found[-1]), Known(item), ctx.fuel)
        else:
            value = ctx.apply(function, (Known(found[-1]), Known(item)))
        total += value.value.bit_length() if isinstance(value.value, int) else 64 + 8 * _size(value.value)
        bounded(total, MAX_SIZE * 8)
        found.append(value.value)
    return found


def _size(value: Any) -> int:
    return len(value) if isinstance(value, (str, bytes, list, tuple)) else 1


def heap(name: str) -> Any:
    """Return a function of `heapq` on a list that is small and flat enough to compare."""

    def run(box: Any, *args: Any) -> Any:
        if not isinstance(box, list):
            raise Unknowable
        bounded(len(box) + 1, 1 << 16)
        weigh(box)
        weigh(list(args))
        return getattr(heapq, name)(box, *args)

    return run


def insert_sorted(box: Any, item: Any, **options: Any) -> None:
    """As `bisect.insort`."""
    if not isinstance(box, list) or options:
        raise Unknowable
    bounded(len(box) + 1, 1 << 16)
    weigh(box)
    bisect.insort(box, item)


def queue(ctx: Context, values: Any = (), maxlen: Any = None) -> list[Any]:
    """As `collections.deque`, kept as a list."""
    found = sequence(ctx, values)
    if maxlen is not None:
        raise Unknowable
    return found


def count(ctx: Context, arg: Any = ()) -> dict[Any, int]:
    """As `collections.Counter` of a sequence."""
    found: dict[Any, int] = dict(arg) if isinstance(arg, dict) else {}
    for item in [] if isinstance(arg, dict) else sequence(ctx, arg):
        weigh(item)
        found[item] = found.get(item, 0) + 1
    return found


def chained(*maps: Any) -> Chain:
    """As `collections.ChainMap`."""
    if not all(isinstance(one, dict) for one in maps):
        raise Unknowable
    return Chain(list(maps) or [{}])


def getter(*keys: Any) -> Getter:
    """As `operator.itemgetter`."""
    if not keys:
        raise Unknowable
    return Getter(keys)


def duplicate(ctx: Context, value: Any, _memo: Any = None) -> Any:
    """As `copy.deepcopy`."""
    return copied(value, ctx.fuel)


def shallow(ctx: Context, value: Any) -> Any:
    """As `copy.copy`."""
    ctx.spend(1 + _size(value) // 8)
    return value.copy() if isinstance(value, (list, dict, set, bytearray)) else copied(value, ctx.fuel)


def ordered_dict(ctx: Context, given: Any = (), **named: Any) -> dict[Any, Any]:
    """As `collections.OrderedDict`."""
    return {**(given if isinstance(given, dict) else dict(sequence(ctx, given))), **named}


def from_keys(ctx: Context, keys: Any, value: Any = None) -> dict[Any, Any]:
    """As `dict.fromkeys`."""
    found = sequence(ctx, keys)
    weigh(found)
    return dict.fromkeys(found, value)


def wrapped(text: Any, width: Any = 70) -> list[str]:
    """As `textwrap.wrap`."""
    bounded(len(text), 1 << 16)
    return textwrap.wrap(text, width)


def number(kind: Any) -> Any:
    """Return the constructor of a number from a short text or a plain number."""

    def run(*args: Any) -> Any:
        for arg in args:
            if not isinstance(arg, (int, str, float)) or (isinstance(arg, str) and ("e" in arg.lower())):
                raise Unknowable
            bounded(len(arg) if isinstance(arg, str) else 1, 4_000)
        return kind(*args)

    return run


FUNCTIONS: Final[Table] = {
    "struct.iter_unpack": Entry(iter_unpack, "struct"),
    "struct.unpack_from": Entry(unpack_from, "struct"),
    "itertools.zip_longest": Entry(zip_longest, ctx=True),
    "itertools.compress": Entry(compress, ctx=True, lazy=True),
    "itertools.takewhile": Entry(while_true(drop=False), ctx=True, lazy=True),
    "itertools.dropwhile": Entry(while_true(drop=True), ctx=True, lazy=True),
    "itertools.groupby": Entry(groups, ctx=True),
    "itertools.pairwise": Entry(pairs, ctx=True),
    "itertools.batched": Entry(batches, ctx=True),
    "itertools.accumulate": Entry(accumulate, ctx=True),
    **{f"itertools.{name}": Entry(counted(name), ctx=True)
       for name in ("product", "permutations", "combinations", "combinations_with_replacement")},
    **{f"heapq.{name}": Entry(heap(name)) for name in ("heappush", "heappop", "heapify", "heappushpop", "heapreplace")},
    **{f"bisect.{name}": Entry(insert_sorted) for name in ("insort", "insort_left", "insort_right")},
    "collections.deque": Entry(queue, ctx=True),
    "collections.OrderedDict": Entry(ordered_dict, ctx=True),
    "collections.Counter": Entry(count, ctx=True),
    "collections.ChainMap": Entry(chained),
    "builtins.dict.fromkeys": Entry(from_keys, ctx=True),
    "operator.itemgetter": Entry(getter),
    "copy.copy": Entry(shallow, ctx=True),
    "copy.deepcopy": Entry(duplicate, ctx=True),
    "textwrap.wrap": Entry(wrapped, cost=16),
    "decimal.Decimal": Entry(number(decimal.Decimal)),
    "fractions.Fraction": Entry(number(fractions.Fraction)),
}  # fmt: skip
METHODS: Final[dict[tuple[type, str], Entry]] = {
    (Chain, "__getitem__"): Entry(lambda one, key: one.merged()[key]),
    (Chain, "get"): Entry(lambda one, key, default=None: one.merged().get(key, default)),
    (Chain, "items"): Entry(lambda one: list(one.merged().items())),
    (Chain, "values"): Entry(lambda one: list(one.merged().values())),
    (Chain, "keys"): Entry(lambda one: list(one.merged())),
    (Layout, "unpack"): Entry(lambda one, data: struct.unpack(layout_text(one), data), "struct"),
    (Layout, "unpack_from"): Entry(unpack_from, "struct"),
    (Layout, "iter_unpack"): Entry(iter_unpack, "struct"),
    (Layout, "pack"): Entry(lambda one, *values: struct.pack(layout_text(one), *values)),
}


def attribute(value: Any, name: str) -> Any:
    """Return a data attribute of a format or a chain. Raises Unknowable when it has none."""
    if isinstance(value, Layout) and name == "size":
        return struct.calcsize(layout_text(value))
    if isinstance(value, Chain) and name == "maps":
        return value.maps
    raise Unknowable
