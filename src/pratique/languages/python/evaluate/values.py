"""What the evaluator computes with: known values, the unknown, fuel, and the limits on both.

A known value is a plain Python object built by the evaluator itself (text, bytes, numbers, containers of these), or one
of the inert markers below. Containers hold raw objects; an element that is not known is the string `HOLE`, and the
`Known` around it says `holed`. Without that flag a U+FFFC in a text is just a character, so that package text cannot
pretend to be unknown.
"""

from __future__ import annotations

import ast
import struct
import zlib
from collections.abc import Callable, Iterator
from enum import Enum
from lzma import LZMAError
from typing import Any, Final, Literal, TypeAlias

import msgspec

from pratique.model import HOLE

MAX_SIZE: Final = 16 << 20
"""Characters or bytes of one computed text."""
MAX_INFLATED: Final = 64 << 20
"""Bytes of one decompressed value."""
MAX_ITEMS: Final = 1 << 20
"""Elements of one container."""
MAX_BITS: Final = 1 << 23
"""Bits of one integer."""
MAX_DEPTH: Final = 64
"""Containers within containers, where something has to look at all of them."""
BYTES_PER_FUEL: Final = 64


class Unknown(Enum):
    """The type of `UNKNOWN`."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN


class Known(msgspec.Struct, frozen=True, gc=False):
    """A value the evaluator is sure of."""

    value: Any
    codecs: tuple[str, ...] = ()
    """The decoding steps that led here, in order, without repeats."""
    holed: bool = False
    """`HOLE` inside `value` stands for an unknown part."""


Result: TypeAlias = Known | Literal[Unknown.UNKNOWN]


class ResolvedName(msgspec.Struct, frozen=True):
    """Something that is only known by its dotted name: `base64.b64decode`, `builtins.chr`."""

    name: str


class LocalFunction(msgspec.Struct, frozen=True):
    """A function of the file under review, to be interpreted when it is called."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    resolve: Any = None
    """What free names in it stand for, where that is not as for who calls it."""


class PathText(str):
    """A `pathlib` path, kept as its text."""

    __slots__ = ()


class CodeBlob(msgspec.Struct, frozen=True):
    """Marshalled code. It is never unmarshalled; a bytecode reader may look at the bytes."""

    data: bytes


class Fuel:
    """A count of work left. One unit is about one step, or 64 bytes of a result."""

    __slots__ = ("left",)

    def __init__(self, n: int) -> None:
        self.left = n

    @property
    def exhausted(self) -> bool:
        """Whether nothing is left: answers from here on may be UNKNOWN only because work was bounded."""
        return self.left < 0

    def spend(self, k: int) -> bool:
        """Take `k` units; False once more was taken than there was."""
        self.left -= k
        return self.left >= 0


class Unknowable(Exception):
    """The value cannot be known, or not within the limits. A signal inside the evaluator, never seen outside."""


class Abort(Exception):
    """The run as a whole cannot be known."""


PURE_ERRORS: Final = (
    ArithmeticError, AssertionError, AttributeError, BufferError, EOFError, LookupError, LZMAError, MemoryError,
    OSError, RuntimeError, StopIteration, SyntaxError, TypeError, Unknowable, ValueError, struct.error, zlib.error,
)  # fmt: skip
"""What pure functions raise for odd arguments; every one means UNKNOWN."""


class Stream:
    """An iterator over known elements, read at most once and only as far as fuel lasts."""

    __slots__ = ("codecs", "depth", "endless", "frame", "items")

    def __init__(self, items: Iterator[Any], *, depth: int = 1, endless: bool = False) -> None:
        if depth > MAX_DEPTH:
            raise Unknowable
        self.items = items
        self.depth = depth
        self.endless = endless
        self.codecs: tuple[str, ...] = ()
        """Steps of the elements handed out so far."""
        self.frame: Any = None
        """Of a generator: its variables."""


class Held:
    """A value with a state: copied before a run may change it."""

    __slots__ = ()

    def copied(self, fuel: Fuel, memo: dict[int, Any]) -> Any:
        """Return a copy; `memo` holds what was copied already, by identity."""
        raise NotImplementedError


class State(Held):
    """A held value of the standard library: whoever is handed it may change it."""

    __slots__ = ()

    @property
    def is_filled(self) -> bool:
        """Whether it holds something: an empty one is filled later, by whoever has it."""
        return True


class Series:
    """A held value that is read as a sequence."""

    __slots__ = ()

    def elements(self) -> list[Any]:
        """Return what iterating gives."""
        raise NotImplementedError


Apply: TypeAlias = Callable[[Any, tuple[Known, ...]], Known]
"""Calls a callable value with known arguments; raises Unknowable."""


class Context:
    """What a function of the tables may use besides its arguments."""

    __slots__ = ("apply", "codecs", "fuel")

    def __init__(self, fuel: Fuel, apply: Apply) -> None:
        self.fuel = fuel
        self.apply = apply
        self.codecs: tuple[str, ...] = ()
        """Steps that the function adds to its result."""

    def spend(self, k: int) -> None:
        """Take fuel or give up."""
        spend(self.fuel, k)

    def add(self, *codecs: str) -> None:
        """Note decoding steps of the result."""
        self.codecs = merge(self.codecs, codecs)


def spend(fuel: Fuel, k: int) -> None:
    """Take fuel or raise Unknowable."""
    if not fuel.spend(k):
        raise Unknowable


def merge(*parts: tuple[str, ...]) -> tuple[str, ...]:
    """Join codec labels in order, each once."""
    found = [p for p in parts if p]
    if len(found) < 2:
        return found[0] if found else ()
    return tuple(dict.fromkeys(label for part in found for label in part))


def size(value: Any) -> int:
    """Characters, bytes or elements; bytes of an integer; 1 for the rest."""
    kind = type(value)
    if kind in {str, bytes, bytearray, list, tuple, dict, set, frozenset}:
        return len(value)
    return value.bit_length() >> 3 if kind is int else 1


SCALARS: Final = frozenset({int, float, bool, complex, type(None)})
TEXTS: Final = frozenset({str, bytes, bytearray})
CONTAINERS: Final = frozenset({list, tuple, dict, set, frozenset})
SHOWN: Final = (str, bytes, bytearray, int, float, complex, type(None), list, tuple, dict, set, frozenset, range)
"""What has a text of its own."""
MAX_NESTED: Final = 200_000
"""Elements of containers that hold more than numbers and texts."""


def weigh(value: Any) -> None:
    """Raise Unknowable unless `value`, with all that is inside it, is small and flat enough to walk through."""
    if type(value) not in CONTAINERS:
        return
    stack, count, total = [(value, 0)], 0, 0
    while stack:
        item, depth = stack.pop()
        inner = (*item.keys(), *item.values()) if type(item) is dict else item
        kinds = set(map(type, inner))
        total += 8 * len(inner)
        if not kinds <= SCALARS:
            total += sum(map(len, inner)) if kinds <= TEXTS else sum(map(size, inner))
        deeper = [(one, depth + 1) for one in inner if type(one) in CONTAINERS] if kinds & CONTAINERS else []
        stack += deeper
        count += 1 + len(deeper)
        if any(issubclass(kind, Stream) for kind in kinds):
            raise Unknowable
        if count > MAX_NESTED or len(inner) > MAX_ITEMS or total > MAX_SIZE * 2 or depth > MAX_DEPTH:
            raise Unknowable


def ordered(value: Any) -> None:
    """Raise Unknowable where the text of a value differs between processes: sets of several elements, our own objects.

    Also deep inside.
    """
    if type(value) not in CONTAINERS:
        return
    weigh(value)
    stack = [value]
    while stack:
        item = stack.pop()
        if type(item) in (set, frozenset) and len(item) > 1:
            raise Unknowable
        inner = (*item.keys(), *item.values()) if type(item) is dict else item
        if not all(issubclass(kind, SHOWN) for kind in set(map(type, inner))):
            raise Unknowable
        stack += [one for one in inner if type(one) in CONTAINERS]


def bounded(n: int, limit: int = MAX_SIZE) -> int:
    """Return `n`, or raise Unknowable when a result of that size is more than we compute."""
    if n > limit:
        raise Unknowable
    return n


def has_hole(value: Any) -> bool:
    """Whether a text or a container's direct elements show a hole."""
    if isinstance(value, str):
        return HOLE in value
    if isinstance(value, (list, tuple, set, frozenset)):
        return any(not isinstance(v, (int, bytes)) for v in value)
    return isinstance(value, (dict, Stream))


def known(value: Any, codecs: tuple[str, ...] = (), *, holed: bool = False) -> Known:
    """Wrap a computed value. Raises Unknowable when it is larger than the limits or nothing but a hole."""
    kind = type(value)
    if kind is str or kind is bytes or kind is bytearray:
        if len(value) > MAX_INFLATED or (holed and value == HOLE):
            raise Unknowable
    elif kind is int:
        if value.bit_length() > MAX_BITS:
            raise Unknowable
    elif kind in {list, tuple, dict, set, frozenset} and len(value) > MAX_ITEMS:
        raise Unknowable
    return Known(value, codecs, holed and has_hole(value))


def element(value: Any, container: Known) -> Known:
    """Wrap what was taken out of a container. Raises Unknowable for an unknown element."""
    if container.holed and isinstance(value, str) and value == HOLE:
        raise Unknowable
    return known(value, container.codecs, holed=container.holed)


def items(value: Any, fuel: Fuel) -> list[Any] | tuple[Any, ...] | bytes | range | str:
    """Return the elements that iterating over `value` gives. Raises Unknowable for what is not iterable here."""
    kind = type(value)
    if kind in {list, tuple, bytes, str, range}:
        bounded(len(value), MAX_ITEMS if kind is not bytes else MAX_SIZE)
        return value  # type: ignore[no-any-return]
    if kind is bytearray:
        return bytes(value)
    if isinstance(value, Stream):
        return drain(value, fuel)
    if isinstance(value, Series):
        return value.elements()
    if kind in {dict, set, frozenset}:
        # Sets of text iterate in an order that differs between processes: only what is ordered is known.
        if kind is not dict and len(value) > 1 and not all(type(v) is int and 0 <= v < 256 for v in value):
            raise Unknowable
        return list(value)
    raise Unknowable


def drain(stream: Stream, fuel: Fuel) -> list[Any]:
    """Read the rest of a stream, bounded by fuel and by MAX_ITEMS."""
    if stream.endless:
        raise Unknowable
    found = []
    for item in stream.items:
        spend(fuel, 1)
        found.append(item)
        bounded(len(found), MAX_ITEMS)
    return found


def copied(value: Any, fuel: Fuel, memo: dict[int, Any] | None = None) -> Any:
    """Copy the containers of a value, so that the interpreter may change its own."""
    kind = type(value)
    if isinstance(value, Held):
        memo = {} if memo is None else memo
        return memo[id(value)] if id(value) in memo else value.copied(fuel, memo)
    if kind not in {list, dict, set, bytearray, tuple}:
        return value
    weigh(value)
    spend(fuel, 1 + size(value) // 8)
    if kind is tuple:
        return tuple(copied(v, fuel, memo) for v in value)
    memo = {} if memo is None else memo
    if id(value) in memo:
        return memo[id(value)]
    if kind is list:
        made: Any = [copied(v, fuel, memo) for v in value]
    elif kind is dict:
        made = {k: copied(v, fuel, memo) for k, v in value.items()}
    else:
        made = kind(value)
    memo[id(value)] = made
    return made
