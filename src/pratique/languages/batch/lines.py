"""Lines of batch to commands: carets, quotes, operators, and variables that are put into the text before it is split.

After the documentation of cmd's phases (percent expansion, then splitting, then delayed expansion). Pure and bounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

MAX_LINE = 65_536
"""Characters of one logical line after expansion."""
MAX_EXPANSIONS = 2_000
_VARIABLE = re.compile(
    r"%(?:%?~?[a-zA-Z*]*\$?(?:(?<=~)[a-zA-Z]*)?([0-9*])|%~?[a-zA-Z]*?([a-zA-Z])\b|([^%:=\r\n]{1,100})(?::([^%\r\n]{0,200}))?%)"
    r"|!([^!:=\s]{1,100})(?::([^!\r\n]{0,200}))?!"
)
_SLICE = re.compile(r"~\s*(-?\d{1,6})?(?:,\s*(-?\d{1,6}))?")
_OPERATORS = ("&&", "||", "&", "|", "(", ")", "\n")
_STOPS = frozenset(" \t,;=")
_REDIRECT = re.compile(r"([0-9]?)(>>|>|<)(&\d)?")


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is passed on."""

    text: str


@dataclass(frozen=True, slots=True)
class Operator:
    """`&`, `&&`, `|`, `||`, a parenthesis, or the end of a line."""

    text: str


@dataclass(frozen=True, slots=True)
class Redirect:
    """`>`, `>>` or `<` with its file, the next word."""

    text: str
    handle: str


Token = Word | Operator | Redirect


def logical(text: str) -> Iterator[tuple[int, str]]:
    """Yield (1-based line, text), with lines joined that a caret continues."""
    start = 1
    parts: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        start = start if parts else number
        continued = line.endswith("^") and not line.endswith("^^")
        parts.append(line[:-1] if continued else line)
        if not continued:
            yield start, "".join(parts)
            parts = []
    if parts:
        yield start, "".join(parts)


def expanded(text: str, value_of: Callable[[str], str | None]) -> str:
    """Put variables into a line. `value_of` returns a text (or a mark for what is unknown), None to leave it as is."""
    count = 0

    def one(match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        if count > MAX_EXPANSIONS:
            return match[0]
        if match[1] or match[2]:
            return value_of(f"%{match[1] or match[2]}") or ""
        value = value_of((match[3] or match[5]).lower())
        if value is None:
            return match[0]
        operation = match[4] if match[3] else match[6]
        return value if operation is None else operated(value, operation)

    return _VARIABLE.sub(one, text)[:MAX_LINE]


def operated(value: str, operation: str) -> str:
    """Apply `:~start,length` or `:old=new`."""
    if found := _SLICE.fullmatch(operation):
        start = int(found[1] or 0)
        start = max(len(value) + start, 0) if start < 0 else start
        if found[2] is None:
            return value[start:]
        length = int(found[2])
        return value[start : start + length] if length >= 0 else value[start:length]
    old, _, new = operation.partition("=")
    if not old or len(new) * len(value) > MAX_LINE * 4:
        return value
    if old[0] == "*" and len(old) > 1:
        at = value.lower().find(old[1:].lower())
        return value if at < 0 else new + value[at + len(old) - 1 :]
    return re.sub(re.escape(old), lambda _: new, value, flags=re.IGNORECASE)


def tokens(line: str) -> Iterator[Token]:
    """Split an expanded line: quotes keep, carets escape, operators part."""
    at, current, quoted, started = 0, [], False, False
    while at < len(line):
        char = line[at]
        if char == '"':
            quoted = not quoted
            started = True
            current.append(char)
            at += 1
        elif char == "^" and not quoted:
            current.append(line[at + 1 : at + 2])
            at += 2
        elif quoted:
            current.append(char)
            at += 1
        elif char in " \t" or (char in _STOPS and not started and not current):
            if current:
                yield Word("".join(current))
            current, started = [], False
            at += 1
        elif redirect := _REDIRECT.match(line, at) if char in "<>" or (char.isdigit() and not current) else None:
            if current:
                yield Word("".join(current))
            current, started = [], False
            if not redirect[3]:
                yield Redirect(redirect[2], redirect[1])
            at = redirect.end()
        elif operator := next((one for one in _OPERATORS if line.startswith(one, at)), None):
            if operator in "()" and current and operator == "(":
                current.append(char)
                at += 1
                continue
            if current:
                yield Word("".join(current))
            current, started = [], False
            yield Operator(operator)
            at += len(operator)
        else:
            current.append(char)
            at += 1
    if current:
        yield Word("".join(current))


def bare(word: str) -> str:
    """Return a word without its quotes."""
    return word.replace('"', "")
