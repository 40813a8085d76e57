"""One line of a capability map: its fields and its parser. The grammar is in `mapfile`."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

import msgspec

from pratique.model import HOLE

KINDS = frozenset({"call", "load", "store", "module", "through", "stop", "callback", "alias"})
ROLES = frozenset({"url", "host", "data", "auth", "path", "command", "code", "name", "env", "mode"})
_NAME = re.compile(r"(?:\?|[\w$@/:-]+)(?:\(\)|\[\])*(?:\.[\w$@/:-]+(?:\(\)|\[\])*)*(?:\.\*)?")
_CAPABILITY = re.compile(r"[a-z][a-z-]*(?:\.[a-z][a-z-]*)*")
_OPERAND = re.compile(r"[a-z][a-z0-9-]*")
_POSITIONS = 10
_ARG = re.compile(r"\d{1,2}|[A-Za-z_]\w*|\*\*?")


class Role(msgspec.Struct, frozen=True, array_like=True):
    """Arguments that play one part in a call."""

    role: str
    """One of `ROLES`, or `layer`."""
    args: tuple[str, ...]
    """Positional index, keyword, `self`, `*` or `**`; for a `store`, `value`."""
    language: str = ""
    """For `layer`: the language in which a constant there is code."""


class Condition(msgspec.Struct, frozen=True, array_like=True):
    """An `if=` or `unless=` of a line."""

    args: tuple[str, ...]
    pattern: str
    negated: bool = False

    def may_hold(self, text_of: Callable[[str], str | None]) -> bool:
        """Return whether the call may satisfy this; `text_of(arg)` is the folded text, None when absent.

        A text with a HOLE may be anything, so it satisfies `if` and never trips `unless`.
        """
        texts = [text for arg in self.args if (text := text_of(arg)) is not None]
        if any(HOLE in text for text in texts):
            return True
        return any(_compiled(self.pattern).search(text) for text in texts) != self.negated


class MapLine(msgspec.Struct, frozen=True, kw_only=True):
    """One statement of a map."""

    kind: str
    """call, load, store, module, through, stop, callback or alias"""
    name: str
    capabilities: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    source: bool = False
    """The result is a value that a flow may start from."""
    operand: str = ""
    """The operand class that the API itself implies (`browser-store` for a cookie reader), "" when arguments decide."""
    conditions: tuple[Condition, ...] = ()
    args: tuple[str, ...] = ()
    """For `through` and `callback`: the arguments named."""
    target: str = ""
    """For `alias`: the name that is meant."""
    file: str = ""
    line: int = 0

    def role(self, role: str) -> tuple[str, ...]:
        """Return the arguments that play `role`, in order of preference; () when none does."""
        return next((one.args for one in self.roles if one.role == role), ())

    @property
    def layers(self) -> tuple[Role, ...]:
        """The arguments that are code of some language."""
        return tuple(one for one in self.roles if one.role == "layer")

    def may_apply(self, text_of: Callable[[str], str | None]) -> bool:
        """Return whether every condition may hold, given each argument's folded text (None when absent)."""
        return all(condition.may_hold(text_of) for condition in self.conditions)


def shifted(line: MapLine) -> MapLine:
    """Return the line as it reads when the receiver is passed as argument 0."""

    def moved(args: tuple[str, ...]) -> tuple[str, ...]:
        return tuple("0" if arg == "self" else str(int(arg) + 1) if arg.isdigit() else arg for arg in args)

    return msgspec.structs.replace(
        line,
        roles=tuple(Role(role.role, moved(role.args), role.language) for role in line.roles),
        conditions=tuple(Condition(moved(one.args), one.pattern, one.negated) for one in line.conditions),
    )


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


class Unreadable(Exception):
    """Why one line cannot be read; the caller adds file and line."""


def parse_line(text: str, file: str, line: int) -> MapLine | None:
    """Read one line; None for a blank line or a comment.

    Raises:
        Unreadable: with the reason alone.

    """
    words = _without_comment(text).split()
    if not words:
        return None
    kind, *rest = words
    if kind not in KINDS:
        raise Unreadable(f"`{kind}` is not a kind of line ({', '.join(sorted(KINDS))})")
    if not rest:
        raise Unreadable(f"`{kind}` needs a name")
    name, *options = rest
    if not (_NAME.fullmatch(name) or (kind == "store" and name == "*")):
        raise Unreadable(f"`{name}` is not a dotted name")
    fields = _PARSERS[kind](kind, options)
    return msgspec.convert({"kind": kind, "name": name, "file": file, "line": line, **fields}, MapLine)


def _without_comment(text: str) -> str:
    """Cut a `#` that starts the line or follows white space."""
    head, found, _ = text.partition("#")
    while found and head and not head[-1].isspace():
        more, found, _ = text[len(head) + 1 :].partition("#")
        head = f"{head}#{more}"
    return head


def _with_capabilities(kind: str, options: list[str]) -> dict[str, object]:
    if not options:
        raise Unreadable(f"`{kind}` needs a capability")
    fields: dict[str, object] = {"capabilities": _capabilities(options[0])}
    roles: list[Role] = []
    conditions: list[Condition] = []
    for option in options[1:]:
        key, equals, value = option.partition("=")
        if key in {"source", "operand"} and kind != "module":
            fields |= _operand(key, value if equals else None)
        elif key in {"if", "unless"} and kind == "call":
            conditions.append(_condition(value, negated=key == "unless"))
        elif key == "layer" and kind == "call":
            roles.append(_layer(value))
        elif key in ROLES and (kind == "call" or (kind == "store" and option == "data=value")):
            roles.append(Role(key, _arguments(value)))
        else:
            raise Unreadable(f"`{option}` does not belong on a `{kind}` line")
    return fields | {"roles": tuple(roles), "conditions": tuple(conditions)}


def _capabilities(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    for name in names:
        if not _CAPABILITY.fullmatch(name):
            raise Unreadable(f"`{name}` is not a capability")
    return names


def _operand(key: str, value: str | None) -> dict[str, object]:
    if value is None:
        if key == "operand":
            raise Unreadable("`operand` needs a class")
        return {"source": True}
    if not _OPERAND.fullmatch(value):
        raise Unreadable(f"`{value}` is not an operand class")
    return {"operand": value} | ({"source": True} if key == "source" else {})


def _arguments(text: str) -> tuple[str, ...]:
    """Split a list of arguments; `*` becomes the positions after the last index before it, and the unpacked ones."""
    args: list[str] = []
    for arg in text.split(","):
        if not _ARG.fullmatch(arg):
            raise Unreadable(f"`{arg}` is not an argument (an index, a keyword, `self`, `*` or `**`)")
        if arg == "*":
            first = max((int(one) + 1 for one in args if one.isdigit()), default=0)
            args += map(str, range(first, first + _POSITIONS))
        args.append(arg)
    return tuple(args)


def _layer(text: str) -> Role:
    language, colon, args = text.partition(":")
    if not colon or not _OPERAND.fullmatch(language):
        raise Unreadable(f"`layer={text}` is not `layer=LANGUAGE:ARG`")
    return Role("layer", _arguments(args), language)


def _condition(text: str, *, negated: bool) -> Condition:
    args, tilde, pattern = text.partition("~")
    if not tilde or not pattern:
        raise Unreadable(f"`{text}` is not `ARG[|ARG]~REGEX`")
    try:
        _compiled(pattern)
    except re.error as error:
        raise Unreadable(f"`{pattern}` is not a regular expression: {error}") from error
    return Condition(_arguments(args.replace("|", ",")), pattern, negated)


def _through(kind: str, options: list[str]) -> dict[str, object]:
    if len(options) > 1:
        raise Unreadable(f"`{kind}` takes at most one list of arguments")
    return {"args": _arguments(options[0]) if options else ()}


def _callback(kind: str, options: list[str]) -> dict[str, object]:
    if len(options) not in (1, 2):
        raise Unreadable(f"`{kind}` takes one list of arguments, and the capability that brings what they are given")
    return {"args": _arguments(options[0]), "capabilities": _capabilities(options[1]) if options[1:] else ()}


def _stop(kind: str, options: list[str]) -> dict[str, object]:
    if options:
        raise Unreadable(f"`{kind}` takes a name and nothing else")
    return {}


def _alias(kind: str, options: list[str]) -> dict[str, object]:
    if len(options) != 1 or not _NAME.fullmatch(options[0]):
        raise Unreadable(f"`{kind}` takes two dotted names")
    return {"target": options[0]}


_PARSERS: dict[str, Callable[[str, list[str]], dict[str, object]]] = {
    "call": _with_capabilities,
    "load": _with_capabilities,
    "store": _with_capabilities,
    "module": _with_capabilities,
    "through": _through,
    "callback": _callback,
    "stop": _stop,
    "alias": _alias,
}
