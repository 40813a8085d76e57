"""Regular expressions of the file, matched only where the time they can take is known beforehand.

The pattern's own syntax tree says how often it may try again: one try for every way to divide the text among its
repeats. What repeats something that itself repeats, looks around or looks back is not run at all.
"""

from __future__ import annotations

import re
import warnings
from re import _constants, _parser  # type: ignore[attr-defined] # the tree that `re` itself compiles
from typing import Any, Final

import msgspec

from pratique.languages.python.evaluate.table import Entry, Table
from pratique.languages.python.evaluate.values import MAX_ITEMS, MAX_SIZE, Context, Known, Unknowable, bounded

MAX_PATTERN: Final = 2_000
MAX_TRIES: Final = 20_000_000
"""Steps of one search, at worst."""
TRIES_PER_FUEL: Final = 64
FLAGS: Final = re.IGNORECASE | re.MULTILINE | re.DOTALL | re.VERBOSE | re.ASCII
SINGLE: Final = frozenset({"LITERAL", "NOT_LITERAL", "ANY", "IN", "CATEGORY"})


class Pattern(msgspec.Struct, frozen=True):
    """A compiled pattern: its text and flags."""

    text: str | bytes
    flags: int = 0


class Found(msgspec.Struct, frozen=True):
    """A match: the whole text and its groups, spans and names."""

    groups: tuple[Any, ...]
    spans: tuple[tuple[int, int], ...]
    names: dict[str, int]


class _Cost:
    """How often a pattern may try again, as a factor and a power of the text's length."""

    def __init__(self) -> None:
        self.factor = 1
        self.power = 0

    def sequence(self, parts: Any, *, last: bool) -> None:
        for number, (op, given) in enumerate(parts):
            self.part(str(op), given, last=last and number == len(parts) - 1)

    def part(self, op: str, given: Any, *, last: bool) -> None:
        if op in SINGLE or op == "AT":
            return
        if op in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
            self.repeat(*given, last=last)
        elif op == "SUBPATTERN":
            self.sequence(given[-1], last=last)
        elif op == "BRANCH":
            self.factor *= bounded(len(given[1]), 100)
            for branch in given[1]:
                self.sequence(branch, last=False)
        else:
            raise Unknowable

    def repeat(self, low: Any, high: Any, body: Any, *, last: bool) -> None:
        fixed = _Cost()
        fixed.sequence(body, last=False)
        widths = body.getwidth()
        if fixed.power or fixed.factor > 1 or widths[0] != widths[1] or not widths[0]:
            raise Unknowable
        if int(high) >= int(_constants.MAXREPEAT):
            self.power += not last
        else:
            self.factor *= 1 if last else max(1, int(high) - int(low) + 1)
        self.factor = bounded(self.factor, MAX_TRIES)


def compiled(ctx: Context, pattern: Any, text: Any, flags: Any = 0) -> re.Pattern[Any]:
    """Compile a pattern for one text, its worst case paid for. Raises Unknowable."""
    if isinstance(pattern, Pattern):
        pattern, flags = pattern.text, pattern.flags
    if type(pattern) not in {str, bytes} or type(pattern) is not type(text) or flags & ~FLAGS:
        raise Unknowable
    bounded(len(pattern), MAX_PATTERN)
    size = bounded(len(text), MAX_ITEMS) + 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cost = _Cost()
        try:
            tree = _parser.parse(pattern, flags)
        except (re.error, OverflowError) as error:
            raise Unknowable from error
        cost.sequence(tree, last=True)
        simple = cost.power == 0
        tries = cost.factor * size * len(tree) if simple else cost.factor * size ** (cost.power + 1)
        ctx.spend(1 + bounded(tries, MAX_TRIES) // TRIES_PER_FUEL)
        return re.compile(pattern, flags)


def substitute(ctx: Context, pattern: Any, replacement: Any, text: Any, count: Any = 0, flags: Any = 0) -> Any:
    """As `re.sub`, with a text or a function."""
    made = compiled(ctx, pattern, text, flags)
    ctx.add("replace")
    if isinstance(replacement, (str, bytes)):
        bounded(len(text) * (1 + len(replacement)), MAX_SIZE * 4)
        try:
            return made.sub(replacement, text, count)
        except (re.error, IndexError) as error:  # it names a group that there is not
            raise Unknowable from error
    return made.sub(lambda match: _replaced(ctx, replacement, match), text, count)


def _replaced(ctx: Context, function: Any, match: re.Match[Any]) -> Any:
    ctx.spend(1)
    found = ctx.apply(function, (Known(_found(match)),))
    if found.holed or not isinstance(found.value, (str, bytes)):
        raise Unknowable
    bounded(len(found.value), 1 << 16)
    ctx.add(*found.codecs)
    return found.value


def _found(match: re.Match[Any]) -> Found:
    groups = (match.group(), *match.groups())
    return Found(groups, tuple(match.span(i) for i in range(len(groups))), dict(match.re.groupindex))


def split(ctx: Context, pattern: Any, text: Any, maxsplit: Any = 0, flags: Any = 0) -> list[Any]:
    """As `re.split`."""
    return list(compiled(ctx, pattern, text, flags).split(text, maxsplit))


def findall(ctx: Context, pattern: Any, text: Any, flags: Any = 0) -> list[Any]:
    """As `re.findall`."""
    return list(compiled(ctx, pattern, text, flags).findall(text))


def finditer(ctx: Context, pattern: Any, text: Any, flags: Any = 0) -> list[Any]:
    """As `re.finditer`, read at once."""
    found = [_found(match) for match in compiled(ctx, pattern, text, flags).finditer(text)]
    ctx.spend(len(found))
    return found


def one(name: str) -> Any:
    """Return `match`, `search` or `fullmatch`."""

    def run(ctx: Context, pattern: Any, text: Any, flags: Any = 0) -> Found | None:
        match = getattr(compiled(ctx, pattern, text, flags), name)(text)
        return None if match is None else _found(match)

    return run


def _compile(ctx: Context, pattern: Any, flags: Any = 0) -> Pattern:
    if isinstance(pattern, Pattern):
        return pattern
    compiled(ctx, pattern, "" if isinstance(pattern, str) else b"", flags)
    return Pattern(pattern, int(flags))


def group(match: Found, *keys: Any) -> Any:
    """As `match.group`."""
    picked = [match.groups[match.names[key] if isinstance(key, str) else key] for key in keys or (0,)]
    return picked[0] if len(picked) == 1 else tuple(picked)


def _at(which: int) -> Any:
    def run(match: Found, key: Any = 0) -> Any:
        span = match.spans[match.names[key] if isinstance(key, str) else key]
        return span if which < 0 else span[which]

    return run


_BOTH: Final = {
    "sub": Entry(substitute, ctx=True),
    "split": Entry(split, ctx=True),
    "findall": Entry(findall, ctx=True),
    "finditer": Entry(finditer, ctx=True),
    **{name: Entry(one(name), ctx=True) for name in ("match", "search", "fullmatch")},
}


def _escape(text: Any) -> Any:
    bounded(len(text), 1 << 20)
    return re.escape(text)


FUNCTIONS: Final[Table] = {
    **{f"re.{name}": entry for name, entry in _BOTH.items()},
    "re.compile": Entry(_compile, ctx=True),
    "re.escape": Entry(_escape),
}
CONSTANTS: Final[dict[str, Any]] = {
    f"re.{name}": int(getattr(re, name))
    for name in ("A", "ASCII", "I", "IGNORECASE", "M", "MULTILINE", "S", "DOTALL", "X", "VERBOSE")
}
METHODS: Final[dict[tuple[type, str], Entry]] = {
    **{(Pattern, name): entry for name, entry in _BOTH.items()},
    (Found, "group"): Entry(group),
    (Found, "__getitem__"): Entry(group),
    (Found, "groups"): Entry(lambda match: match.groups[1:]),
    (Found, "groupdict"): Entry(lambda match: {name: match.groups[at] for name, at in match.names.items()}),
    (Found, "start"): Entry(_at(0)),
    (Found, "end"): Entry(_at(1)),
    (Found, "span"): Entry(_at(-1)),
}
