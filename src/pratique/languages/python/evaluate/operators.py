"""Operators over known values: arithmetic, comparison, subscripts and f-strings, each bounded before it is computed."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any, Final

from pratique.languages.python.evaluate.formatting import percent, spec_format
from pratique.languages.python.evaluate.values import (
    BYTES_PER_FUEL,
    MAX_BITS,
    MAX_ITEMS,
    MAX_SIZE,
    PURE_ERRORS,
    UNKNOWN,
    Fuel,
    Known,
    PathText,
    Result,
    Series,
    Stream,
    Unknowable,
    bounded,
    element,
    known,
    merge,
    size,
    spend,
    weigh,
)
from pratique.model import HOLE

TEXTS: Final = (str, bytes, bytearray)
SEQUENCES: Final = (*TEXTS, list, tuple)
NUMBERS: Final = (int, float, complex)


def binop(op: str, left: Result, right: Result, fuel: Fuel) -> Result:
    """Compute `left op right`, `op` as it is written (`+`, `//`, `**`, `%`, `^` …).

    Text added to something unknown keeps its known part, with a hole.
    """
    try:
        return binary(op, left, right, fuel)
    except PURE_ERRORS:
        return UNKNOWN


def unary(op: str, value: Result) -> Result:
    """Compute `-`, `+`, `~` or `not` of a value."""
    if value is UNKNOWN or value.holed:
        return UNKNOWN
    try:
        return known(UNARY[op](value.value), value.codecs)
    except PURE_ERRORS:
        return UNKNOWN


def compare(op: str, left: Result, right: Result) -> Result:
    """Compute a comparison, `op` as it is written (`==`, `not in`, `is` …)."""
    if left is UNKNOWN or right is UNKNOWN or left.holed or right.holed:
        return UNKNOWN
    try:
        weigh(left.value)
        weigh(right.value)
        if op in {"is", "is not"} and not (left.value is None or right.value is None):
            return UNKNOWN  # identity of equal constants is the interpreter's affair
        if isinstance(right.value, Stream) or isinstance(left.value, Stream):
            return UNKNOWN
        return Known(bool(COMPARE[op](left.value, right.value)))
    except PURE_ERRORS:
        return UNKNOWN


def subscript(container: Result, key: Result) -> Result:
    """Compute `container[key]`; `key` may hold a slice object."""
    if container is UNKNOWN or key is UNKNOWN or key.holed:
        return UNKNOWN
    try:
        value, at = container.value, key.value
        if container.holed and isinstance(value, str):
            return UNKNOWN
        if isinstance(value, Series):
            value = value.elements()
        if not isinstance(value, (*SEQUENCES, dict, range)):
            return UNKNOWN
        weigh(at)
        if not isinstance(at, slice):
            return element(value[at], container)
        codecs = merge(container.codecs, ("reverse",)) if at == slice(None, None, -1) else container.codecs
        return known(value[at], merge(codecs, key.codecs), holed=container.holed)
    except PURE_ERRORS:
        return UNKNOWN


def fstring(parts: Sequence[Result], fuel: Fuel | None = None) -> Result:
    """Join the parts of an f-string; an UNKNOWN part leaves a hole."""
    texts: list[str] = []
    codecs: tuple[str, ...] = ()
    holed = False
    try:
        for part in parts:
            if part is UNKNOWN:
                texts.append(HOLE)
                holed = True
                continue
            texts.append(spec_format(part.value, "", holed=part.holed))
            codecs = merge(codecs, part.codecs)
            holed = holed or part.holed
        total = bounded(sum(map(len, texts)))
        if fuel is not None:
            spend(fuel, 1 + (total >> 12))
        return known("".join(texts), codecs, holed=holed)
    except PURE_ERRORS:
        return UNKNOWN


def _sum(a: Any, b: Any) -> Any:
    return a + b


def binary(op: str, left: Result, right: Result, fuel: Fuel) -> Known:
    """As `binop`, raising what the operation raises."""
    spend(fuel, 1)
    if left is UNKNOWN or right is UNKNOWN or left.holed or right.holed:
        return _holed(op, left, right, fuel)
    a, b = left.value, right.value
    codecs = merge(left.codecs, right.codecs)
    if type(a) is int and type(b) is int:
        codecs = merge(codecs, ("xor",)) if op == "^" else codecs
        if -SMALL < a < SMALL and -SMALL < b < SMALL and op not in {"**", "<<"}:
            return Known(ARITHMETIC[op](a, b), codecs)
        return known(_integers(op, a, b, fuel), codecs)
    if op == "+" and isinstance(a, SEQUENCES) and type(a) is type(b):
        spend(fuel, bounded(len(a) + len(b), MAX_ITEMS if isinstance(a, (list, tuple)) else MAX_SIZE) >> 12)
        return known(_sum(a, b), merge(codecs, ("concat",)) if isinstance(a, str) else codecs)
    if op == "%" and isinstance(a, TEXTS):
        return known(percent(a, b), codecs)
    if op == "*" and (isinstance(a, SEQUENCES) or isinstance(b, SEQUENCES)):
        return known(_repeat(a, b, fuel), codecs)
    if isinstance(a, PathText) or isinstance(b, PathText):
        return known(_path(op, a, b), codecs)
    if isinstance(a, bool) and isinstance(b, bool) and op in {"&", "|", "^"}:
        return Known(ARITHMETIC[op](a, b), codecs)
    if isinstance(a, NUMBERS) and isinstance(b, NUMBERS):
        return known(
            _integers(op, int(a), int(b), fuel) if isinstance(a, int) and isinstance(b, int) else ARITHMETIC[op](a, b),
            codecs,
        )
    if isinstance(a, (set, frozenset, dict)) and type(a) is type(b) and op in {"|", "&", "-", "^"}:
        spend(fuel, 1 + (len(a) + len(b)) // 8)
        return known(ARITHMETIC[op](a, b), codecs)
    if op == "+" and isinstance(a, (bytes, bytearray)) and isinstance(b, (bytes, bytearray)):
        bounded(len(a) + len(b))
        return known(a + b, codecs)
    raise Unknowable


SMALL: Final = 1 << 62
ARITHMETIC: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "//": operator.floordiv,
    "%": operator.mod, "**": operator.pow, "<<": operator.lshift, ">>": operator.rshift, "|": operator.or_,
    "&": operator.and_, "^": operator.xor,
}  # fmt: skip
COMPARE: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "is": operator.is_, "is not": operator.is_not, "in": lambda a, b: a in b, "not in": lambda a, b: a not in b,
    "<>": operator.ne,
}  # fmt: skip


def _invert(value: Any) -> Any:
    return ~int(value) if isinstance(value, bool) else ~value


def _negate(value: Any) -> Any:
    return -value if isinstance(value, NUMBERS) else _refuse(value)


def _positive(value: Any) -> Any:
    return +value if isinstance(value, NUMBERS) else _refuse(value)


def _refuse(_value: Any) -> Any:
    raise Unknowable


UNARY: Final[dict[str, Callable[[Any], Any]]] = {
    "-": _negate, "+": _positive, "~": _invert, "not": lambda value: not truth(value),
}  # fmt: skip


def truth(value: Any) -> bool:
    """Return the truth value. Raises Unknowable for what has none here."""
    if isinstance(value, Stream):
        return True
    return bool(value)


def _integers(op: str, a: int, b: int, fuel: Fuel) -> Any:
    """Integer arithmetic: the size of the result is checked before it is computed, the work is paid for."""
    x, y = a.bit_length(), b.bit_length()
    if op == "**":
        if b > 0:
            bounded(x * b if x > 1 else 1, MAX_BITS)
            spend(fuel, (x * b // 64) ** 2 // 4096 if x > 1 else 0)
    elif op == "<<":
        bounded(x + b if a else 0, MAX_BITS)
    elif op in {"*", "//", "%", "/"}:
        bounded(x + y if op == "*" else max(x, y), MAX_BITS)
        spend(fuel, (x >> 6) * (y >> 6) >> 10)
    spend(fuel, (x + y) >> 12)
    return ARITHMETIC[op](a, b)


def _repeat(a: Any, b: Any, fuel: Fuel) -> Any:
    sequence, times = (a, b) if isinstance(a, SEQUENCES) else (b, a)
    if not isinstance(times, int):
        raise Unknowable
    total = len(sequence) * max(times, 0)
    bounded(total, MAX_ITEMS) if isinstance(sequence, (list, tuple)) else bounded(total)
    spend(fuel, 1 + total // BYTES_PER_FUEL)
    return sequence * times


def _path(op: str, a: Any, b: Any) -> PathText:
    import posixpath

    if op != "/" or not isinstance(a, str) or not isinstance(b, str):
        raise Unknowable
    return PathText(posixpath.join(a, b))


def _holed(op: str, left: Result, right: Result, fuel: Fuel) -> Known:
    """Keep what is known of a text: `"https://" + host` is `https://` and a hole."""
    codecs = merge(*(side.codecs for side in (left, right) if side is not UNKNOWN))
    if op == "%" and left is not UNKNOWN and isinstance(left.value, str):
        text = percent(left.value, HOLE if right is UNKNOWN else right.value, holed=True)
        if HOLE not in text:
            raise Unknowable  # nothing of the right side is in it: Python refuses that
        return known(text, codecs, holed=True)
    sides = [HOLE if side is UNKNOWN else side.value for side in (left, right)]
    texts = [side for side in (left, right) if side is not UNKNOWN and isinstance(side.value, str)]
    if op == "/" and any(isinstance(side, PathText) for side in sides):
        return known(_path(op, *sides), codecs, holed=True)
    if op == "+" and texts and all(isinstance(side, str) for side in sides):
        spend(fuel, bounded(len(sides[0]) + len(sides[1])) >> 12)
        return known(sides[0] + sides[1], codecs, holed=True)
    if op == "+" and left is not UNKNOWN and right is not UNKNOWN and type(left.value) is type(right.value):
        bounded(size(left.value) + size(right.value), MAX_ITEMS)
        return known(left.value + right.value, codecs, holed=True)
    raise Unknowable
