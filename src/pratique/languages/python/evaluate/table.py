"""How a pure function is listed, and how one is called: inputs are paid for, results are checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import msgspec

from pratique.languages.python.evaluate.values import (
    BYTES_PER_FUEL,
    UNKNOWN,
    Context,
    Known,
    Result,
    Stream,
    Unknowable,
    drain,
    known,
    merge,
    size,
    spend,
)
from pratique.model import HOLE


class Entry(msgspec.Struct, frozen=True):
    """One pure function."""

    run: Callable[..., Any]
    codec: str = ""
    """The label its result carries."""
    ctx: bool = False
    """It wants the `Context` as its first argument."""
    holes: bool = False
    """Unknown arguments and holed texts may come in; its result then has holes."""
    lazy: bool = False
    """It takes streams as they are; otherwise they are read to lists first."""
    cost: int = 1
    """Fuel per 64 bytes or elements of input and output; 0 for what looks at one element only."""


Table: TypeAlias = dict[str, Entry]


def invoke(entry: Entry, args: Sequence[Result], kwargs: Mapping[str, Result], ctx: Context) -> Known:
    """Call one function. Raises Unknowable, and what the function raises for its arguments."""
    given = (*args, *kwargs.values())
    holed = any(arg is UNKNOWN or arg.holed for arg in given)
    if holed and not entry.holes:
        raise Unknowable
    raw = [_raw(arg, entry, ctx) for arg in args]
    named = {key: _raw(arg, entry, ctx) for key, arg in kwargs.items()}
    ctx.spend(1 + entry.cost * sum(size(value) for value in (*raw, *named.values())) // BYTES_PER_FUEL)
    result = entry.run(ctx, *raw, **named) if entry.ctx else entry.run(*raw, **named)
    codecs = merge(
        *(arg.codecs for arg in given if arg is not UNKNOWN), ctx.codecs, (entry.codec,) if entry.codec else ()
    )
    if isinstance(result, Stream):
        return Known(result, codecs, holed)
    spend(ctx.fuel, entry.cost * size(result) // BYTES_PER_FUEL)
    return known(result, codecs, holed=holed)


def _raw(arg: Result, entry: Entry, ctx: Context) -> Any:
    if arg is UNKNOWN:
        return HOLE
    value = arg.value
    if isinstance(value, Stream):
        if entry.lazy:
            return value
        value = drain(value, ctx.fuel)
        ctx.add(*arg.value.codecs)
    return value
