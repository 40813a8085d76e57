"""`%` formatting, `str.format` and format specs, bounded before they are computed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from string import Formatter
from typing import Any, Final

from pratique.languages.python.evaluate.values import (
    Stream,
    Unknowable,
    bounded,
    ordered,
    weigh,
)
from pratique.model import HOLE

MAX_WIDTH: Final = 100_000
"""Width or precision of one field."""
MAX_FIELDS: Final = 100_000
FIELD: Final = re.compile(rb"%(\([^()]{0,200}\))?([-#0 +]*)(\*|\d+)?(?:\.(\*|\d*))?[hlL]?(.)", re.DOTALL)
CONVERSIONS: Final[dict[str, Callable[[object], str]]] = {"s": str, "r": repr, "a": ascii}
SIMPLE: Final = (str, bytes, bytearray, int, float, bool, complex, type(None), list, tuple, dict, set, frozenset)


def percent(template: Any, args: Any, *, holed: bool = False) -> Any:
    """Compute `template % args`. With `holed`, a HOLE among the arguments leaves a hole.

    Raises Unknowable for fields wider than MAX_WIDTH, and what `%` raises.
    """
    raw = template.encode("utf-8", "surrogatepass") if isinstance(template, str) else bytes(template)
    fields = list(islice(FIELD.finditer(raw), MAX_FIELDS + 1))
    bounded(len(fields), MAX_FIELDS)
    ordered(args)
    if not isinstance(args, SIMPLE):
        raise Unknowable
    width = sum(_width(found[3]) + _width(found[4]) for found in fields)
    stars = sum((found[3] == b"*") + (found[4] == b"*") for found in fields)
    given = args if isinstance(args, tuple) else (args,)
    if stars:
        width += sum(abs(arg) for arg in given if isinstance(arg, int))
    bounded(width, MAX_WIDTH)
    bounded(len(raw) + len(fields) * max((_text_size(arg) for arg in _flat(args)), default=0))
    if not holed:
        return template % args
    if stars or not isinstance(template, str):
        raise Unknowable
    return _percent_holed(raw, fields, args)


def _width(text: bytes | None) -> int:
    return int(text[:12]) if text and text != b"*" else 0


def _flat(args: Any) -> Sequence[Any]:
    if isinstance(args, tuple):
        return args
    return list(args.values()) if isinstance(args, dict) else [args]


def _text_size(value: Any) -> int:
    if isinstance(value, (str, bytes, bytearray)):
        return len(value)
    if isinstance(value, int):
        return value.bit_length() // 3
    if isinstance(value, (list, tuple, set, frozenset)):
        return sum(2 + _text_size(one) for one in value if not isinstance(one, (list, tuple, dict)))
    return 320


def _percent_holed(raw: bytes, fields: Sequence[re.Match[bytes]], args: Any) -> str:
    given = iter(args if isinstance(args, tuple) else (args,))
    out: list[str] = []
    at = 0
    for found in fields:
        out.append(raw[at : found.start()].decode("utf-8", "surrogatepass"))
        at = found.end()
        if found[5] == b"%":
            out.append("%")
            continue
        if found[1]:
            value = args[found[1][1:-1].decode()] if isinstance(args, dict) else HOLE
        else:
            value = HOLE if args == HOLE else next(given)
        conversion = b"%" + (found[2] or b"") + (found[3] or b"") + (b"." + found[4] if found[4] is not None else b"")
        out.append(
            value if isinstance(value, str) and HOLE in value else (conversion + found[5]).decode() % (_one(value),)
        )
    out.append(raw[at:].decode("utf-8", "surrogatepass"))
    return "".join(out)


def _one(value: Any) -> Any:
    if not isinstance(value, SIMPLE):
        raise Unknowable
    ordered(value)
    return value


def spec_format(value: Any, spec: str, *, holed: bool = False) -> str:
    """Compute `format(value, spec)`. A holed text stays as it is, whatever the spec."""
    if holed and isinstance(value, str) and HOLE in value:
        return str(value)
    if isinstance(value, Stream) or not isinstance(value, SIMPLE) or holed:
        raise Unknowable
    ordered(value)
    for digits in re.findall(r"\d+", spec[:200]):
        bounded(int(digits[:12]), MAX_WIDTH)
    bounded(len(spec), 200)
    bounded(_text_size(value))
    return format(value, spec)


def str_format(template: str, args: Sequence[Any], kwargs: Mapping[str, Any], *, holed: bool = False) -> str:
    """Compute `template.format(*args, **kwargs)`. Attribute look-ups inside fields raise Unknowable."""
    counter = iter(range(len(args) + 1))
    out: list[str] = []
    total = 0
    for text in _fields(template, args, kwargs, counter, holed=holed, nested=0):
        total += len(text)
        bounded(total)
        out.append(text)
        bounded(len(out), MAX_FIELDS)
    return "".join(out)


def _fields(
    template: str, args: Sequence[Any], kwargs: Mapping[str, Any], counter: Iterator[int], *, holed: bool, nested: int
) -> Iterator[str]:
    bounded(nested, 1)
    for literal, name, spec, conversion in Formatter().parse(template):
        yield literal
        if name is None:
            continue
        value = _field_value(name, args, kwargs, counter)
        inner = "".join(_fields(spec or "", args, kwargs, counter, holed=holed, nested=nested + 1)) if spec else ""
        if conversion and not (isinstance(value, str) and holed and HOLE in value):
            weigh(value)
            bounded(_text_size(value) * 4)
            value = CONVERSIONS[conversion](_one(value))
        yield spec_format(value, inner, holed=holed and isinstance(value, str) and HOLE in value)


def _field_value(name: str, args: Sequence[Any], kwargs: Mapping[str, Any], counter: Iterator[int]) -> Any:
    found = re.fullmatch(r"(\w*)((?:\[[^\]]{1,200}\]){0,8})", name)
    if found is None:
        raise Unknowable
    head = found[1]
    value = kwargs[head] if head and not head.isdigit() else args[int(head) if head else next(counter)]
    for key in re.findall(r"\[([^\]]+)\]", found[2]):
        value = value[int(key) if key.isdigit() else key]
    return value
