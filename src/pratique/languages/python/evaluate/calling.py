"""The evaluator's front: functions, methods and constants by their resolved names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pratique.languages.python.evaluate import (
    builtin,
    collecting,
    decoders,
    formats,
    holders,
    library,
    methods,
    patterns,
    secrets,
)
from pratique.languages.python.evaluate.table import Table, invoke
from pratique.languages.python.evaluate.values import (
    PURE_ERRORS,
    UNKNOWN,
    Context,
    Fuel,
    Known,
    ResolvedName,
    Result,
    Stream,
    Unknowable,
    copied,
    drain,
    known,
    merge,
)

FUNCTIONS: Final[Table] = {
    **builtin.FUNCTIONS, **decoders.FUNCTIONS, **library.FUNCTIONS, **secrets.FUNCTIONS, **holders.FUNCTIONS,
    **collecting.FUNCTIONS, **formats.FUNCTIONS, **patterns.FUNCTIONS,
}  # fmt: skip
CONSTANTS: Final[dict[str, Any]] = {**library.CONSTANTS, **secrets.CONSTANTS, **patterns.CONSTANTS}
STATIC: Final[dict[str, Any]] = {"str": "", "bytes": b"", "bytearray": b"", "dict": {}, "int": 0}
"""A receiver for methods called on the type that need none: `str.maketrans`."""
NO_RECEIVER: Final = frozenset({"maketrans", "fromhex", "from_bytes"})


def is_pure(name: str) -> bool:
    """Whether `name` is a function that `call` knows, so that calling it has no effect."""
    return name in FUNCTIONS or _type_method(name) is not None


def constant(name: str) -> Result:
    """Return the value of a constant of the standard library by its resolved name (`string.ascii_letters`)."""
    return Known(CONSTANTS[name]) if name in CONSTANTS else UNKNOWN


def call(name: str, args: Sequence[Result], kwargs: Mapping[str, Result], fuel: Fuel) -> Result:
    """Call a pure function by its resolved name (`base64.b64decode`, `builtins.str.join`).

    Callables among the arguments (of `map`, `sorted`, `functools.reduce`) are `Known(ResolvedName(…))`. UNKNOWN
    arguments leave holes in texts; everywhere else the answer is UNKNOWN, as it is for every name not listed.
    """
    try:
        return _settled(call_known(name, args, kwargs, Context(fuel, _apply(fuel))), fuel)
    except PURE_ERRORS:
        return UNKNOWN


def method(receiver: Result, name: str, args: Sequence[Result], kwargs: Mapping[str, Result], fuel: Fuel) -> Result:
    """Call a method of a known value. The receiver is copied first: nothing a caller holds ever changes."""
    if receiver is UNKNOWN:
        return UNKNOWN
    try:
        own = Known(copied(receiver.value, fuel), receiver.codecs, receiver.holed)
        return _settled(call_method(own, name, args, kwargs, Context(fuel, _apply(fuel))), fuel)
    except PURE_ERRORS:
        return UNKNOWN


def change(receiver: Known, name: str, args: Sequence[Result], kwargs: Mapping[str, Result], fuel: Fuel) -> Result:
    """Call a method that changes its receiver in place; UNKNOWN when it could not."""
    try:
        return call_method(receiver, name, args, kwargs, Context(fuel, _apply(fuel)))
    except PURE_ERRORS:
        return UNKNOWN


def call_known(name: str, args: Sequence[Result], kwargs: Mapping[str, Result], ctx: Context) -> Known:
    """As `call`, raising what the function raises; streams stay streams."""
    entry = FUNCTIONS.get(name)
    if entry is not None:
        return invoke(entry, args, kwargs, ctx)
    found = _type_method(name)
    if found is None:
        raise Unknowable
    if found[1] in NO_RECEIVER:
        return call_method(Known(STATIC[found[0]]), found[1], args, kwargs, ctx)
    receiver, *rest = args
    if receiver is UNKNOWN:
        raise Unknowable
    return call_method(receiver, found[1], rest, kwargs, ctx)


def _type_method(name: str) -> tuple[str, str] | None:
    if not name.startswith("builtins."):
        return None
    parts = name.split(".")
    return (parts[1], parts[2]) if len(parts) == 3 and parts[1] in builtin.TYPES else None


def call_method(
    receiver: Known, name: str, args: Sequence[Result], kwargs: Mapping[str, Result], ctx: Context
) -> Known:
    """As `method`, changing the receiver in place where Python would."""
    entry = methods.find(receiver.value, name)
    if entry is None:
        raise Unknowable
    return invoke(entry, (receiver, *args), kwargs, ctx)


def attribute(receiver: Result, name: str) -> Result:
    """Return a data attribute of a known value: `path.name`, `path.parent`."""
    if receiver is UNKNOWN:
        return UNKNOWN
    try:
        return known(methods.attribute(receiver.value, name), receiver.codecs, holed=receiver.holed)
    except PURE_ERRORS:
        return UNKNOWN


def _apply(fuel: Fuel) -> Any:
    def run(function: Any, args: tuple[Known, ...]) -> Known:
        if not isinstance(function, ResolvedName):
            raise Unknowable
        return call_known(function.name, args, {}, Context(fuel, run))

    return run


def _settled(result: Known, fuel: Fuel) -> Result:
    """Read a stream to a list, unless it never ends: outside of the interpreter nothing is read twice."""
    if isinstance(result.value, Stream) and not result.value.endless:
        found = drain(result.value, fuel)
        return known(found, merge(result.codecs, result.value.codecs), holed=result.holed)
    return result
