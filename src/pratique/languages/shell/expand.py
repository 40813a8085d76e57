"""What a shell does to text: quoting, escapes, parameter operators, braces, splitting. Pure, bounded, total.

After the Bash manual: Quoting, ANSI-C Quoting, Brace Expansion, Shell Parameter Expansion, Word Splitting.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import product

from pratique.model import HOLE

MAX_FIELDS = 256
"""Words that one word may become."""
_ESCAPE = re.compile(
    r"\\(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|0?([0-7]{1,3})|c(.)|([abeEfnrtv\\'\"?]))",
    re.DOTALL,
)
_LETTERS = {"a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_PARAMETER = re.compile(r"(?P<prefix>[#!]?)(?P<name>\w+|[@*#?$!-])(?P<index>\[[^\]\n]{0,80}\])?(?P<rest>.*)", re.DOTALL)
_RANGE = re.compile(r"(-?\d{1,4}|[A-Za-z])\.\.(-?\d{1,4}|[A-Za-z])")


def unescaped(text: str) -> str:
    """Remove the backslashes of an unquoted word."""
    if "\\" not in text:
        return text
    return re.sub(r"\\(\n|.)", lambda match: "" if match[1] == "\n" else match[1], text, flags=re.DOTALL)


def unquoted(text: str) -> str:
    """Remove the backslashes that count between double quotes."""
    if "\\" not in text:
        return text
    return re.sub(r"\\([$`\"\\\n])", lambda match: "" if match[1] == "\n" else match[1], text)


def escapes(text: str) -> tuple[str, tuple[str, ...]]:
    r"""Resolve the escapes of `$'…'`, `echo -e` and `printf`; coded letters (`\x63`) are a codec."""
    if "\\" not in text:
        return text, ()
    coded = False

    def letter(match: re.Match[str]) -> str:
        nonlocal coded
        digits = match[1] or match[2] or match[3]
        if digits or match[4]:
            number = int(digits, 16) if digits else int(match[4], 8) & 0xFF
            coded = coded or 0x20 < number < 0x7F
            return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"
        if match[5]:
            return chr(ord(match[5]) & 0x1F)
        return _LETTERS.get(match[6], match[6])

    resolved = _ESCAPE.sub(letter, text)
    return resolved, ("unicode-escape",) if coded else ()


def parameter(body: str) -> tuple[str, str, str, str]:
    """Split the inside of `${…}` into prefix (`#`, `!` or none), name, index and operator with operand."""
    found = _PARAMETER.match(body)
    return (found["prefix"], found["name"], found["index"] or "", found["rest"]) if found else ("", "", "", body)


def operated(text: str, rest: str) -> str | None:
    """Apply an operator of `${x…}` with constant operands to a known text; None where that is not known."""
    if HOLE in text or "$" in rest or "`" in rest:
        return None
    if rest[:1] == ":" and rest[1:2] not in ("-", "=", "+", "?"):
        return _sliced(text, rest[1:])
    if rest[:1] == "/":
        return _replaced(text, rest[1:])
    if rest[:1] in ("#", "%"):
        return _trimmed(text, rest)
    cases: dict[str, Callable[[str], str]] = {
        "^^": str.upper,
        ",,": str.lower,
        "@U": str.upper,
        "@L": str.lower,
        "@Q": str,
        "@E": lambda t: escapes(t)[0],
    }
    if rest in cases:
        return cases[rest](text)
    if rest in ("^", "@u"):
        return text[:1].upper() + text[1:]
    return text[:1].lower() + text[1:] if rest == "," else None


def _sliced(text: str, operand: str) -> str | None:
    start, colon, length = operand.partition(":")
    try:
        first = int(start.strip(" ()"))
        count = int(length.strip(" ()")) if colon else len(text)
    except ValueError:
        return None
    first = max(first + len(text), 0) if first < 0 else first
    return text[first : first + count] if count >= 0 else text[first:count]


def _replaced(text: str, operand: str) -> str | None:
    everywhere = operand[:1] == "/"
    pattern, _, new = operand[everywhere:].partition("/")
    pattern, new = _literal(pattern), _literal(new)
    if not pattern or re.search(r"[*?\[]", pattern):
        return None
    if len(new) * len(text) > 1 << 22:
        return None
    if pattern[0] in "#%" and len(pattern) > 1 and not everywhere:
        return None
    return text.replace(pattern, new) if everywhere else text.replace(pattern, new, 1)


def _trimmed(text: str, rest: str) -> str | None:
    front, longest = rest[0] == "#", rest[:2] in ("##", "%%")
    pattern = _literal(rest[2 if longest else 1 :])
    star = pattern.startswith("*") if front else pattern.endswith("*")
    plain = (pattern[1:] if front else pattern[:-1]) if star else pattern
    if re.search(r"[*?\[]", plain):
        return None
    if not star:
        return text.removeprefix(plain) if front else text.removesuffix(plain)
    at = (
        (text.rfind(plain) if longest else text.find(plain))
        if front
        else (text.find(plain) if longest else text.rfind(plain))
    )
    if at < 0:
        return text
    return text[at + len(plain) :] if front else text[:at]


def _literal(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1]
    return unescaped(text)


def braces(text: str) -> list[str]:
    """Expand `a{b,c}d` and `{a..e}` of an unquoted word, one level of braces, at most `MAX_FIELDS` words."""
    if "{" not in text:
        return [text]
    parts: list[list[str]] = []
    at = count = 0
    while (start := text.find("{", at)) >= 0 and (end := text.find("}", start)) >= 0:
        choices = _choices(text[start + 1 : end])
        if text[start - 1 : start] == "$" or not choices:
            parts.append([text[at : end + 1]])
        else:
            parts += [[text[at:start]], choices]
            count += 1
        at = end + 1
    parts.append([text[at:]])
    size = 1
    for part in parts:
        size *= len(part)
        if size > MAX_FIELDS:
            return [text]
    return ["".join(one) for one in product(*parts)] if count else [text]


def _choices(inside: str) -> list[str]:
    if "," in inside:
        return inside.split(",") if "{" not in inside else []
    found = _RANGE.fullmatch(inside)
    if not found:
        return []
    first, last = found[1], found[2]
    if first.lstrip("-").isdigit() and last.lstrip("-").isdigit():
        low, high = int(first), int(last)
        step = 1 if high >= low else -1
        return [str(number) for number in range(low, high + step, step)][:MAX_FIELDS]
    if len(first) == len(last) == 1 and first.isalpha() and last.isalpha():
        step = 1 if ord(last) >= ord(first) else -1
        return [chr(number) for number in range(ord(first), ord(last) + step, step)]
    return []
