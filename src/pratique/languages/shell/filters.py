"""What well-known filters print, where their input is constant: pure emulations, bounded, total.

After the POSIX utilities and GNU coreutils manuals. A filter that is not known here, or an option that is not, gives
None: the value then stays unknown and keeps its origin.
"""

from __future__ import annotations

import base64
import binascii
import bz2
import codecs as python_codecs
import lzma
import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pratique.languages.shell.expand import escapes
from pratique.languages.shell.graph import MAX_VALUE, as_text

_FORMAT = re.compile(r"%(?:(%)|[-+ 0#]*\d{0,4}(?:\.\d{0,4})?([a-zA-Z]))")
_ROUNDS = 4_096
_SED = re.compile(r"s([/|#,:;@!_])((?:\\.|(?!\1)[^\\])*)\1((?:\\.|(?!\1)[^\\])*)\1([gI]*)")


@dataclass(frozen=True, slots=True)
class Printed:
    """What a filter prints, and the decoder that it is, if it is one."""

    value: str | bytes
    codecs: tuple[str, ...] = ()


def printed(name: str, words: Sequence[str], stdin: str | bytes | None) -> Printed | None:
    """Return what a command prints, given its arguments (without its name) and its whole standard input."""
    producer = _PRODUCERS.get(name)
    if producer is not None:
        return producer(words)
    reader = _FILTERS.get(name)
    if reader is None or stdin is None or len(stdin) > MAX_VALUE:
        return None
    try:
        return reader(words, stdin)
    except (ValueError, OverflowError, binascii.Error, OSError, EOFError, zlib.error, lzma.LZMAError):
        return None


def is_filter(name: str) -> bool:
    """Return whether a command passes on its standard input when it is given no file."""
    return name in _FILTERS or name in _PLAIN


def readable(data: bytes) -> str | bytes:
    """Return bytes as text where they are UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data


def echo(words: Sequence[str]) -> Printed:
    """Join words as `echo` does, with `-n` and `-e`."""
    rest, newline, escaped = list(words), "\n", False
    while rest and re.fullmatch(r"-[neE]+", rest[0]):
        flags = rest.pop(0)
        newline = "" if "n" in flags else newline
        escaped = "e" in flags or (escaped and "E" not in flags)
    text = " ".join(rest)
    resolved, codecs = escapes(text) if escaped else (text, ())
    return Printed(resolved + newline, codecs)


def printf(words: Sequence[str]) -> Printed | None:
    """Format words as `printf` does."""
    rest = list(words)
    if rest[:1] == ["--"]:
        rest.pop(0)
    if not rest or rest[0] == "-v":
        return None
    form, codecs = escapes(rest[0])
    values, used, out, size = rest[1:], 0, [], 0
    for _ in range(_ROUNDS):
        before = used

        def one(match: re.Match[str]) -> str:
            nonlocal used, codecs
            if match[1]:
                return "%"
            word = values[used] if used < len(values) else ""
            used += 1
            if match[2] == "b":
                word, more = escapes(word)
                codecs = codecs or more
            elif match[2] == "c":
                word = word[:1]
            elif match[2] in "dixXo" and word.lstrip("-").isdigit():
                word = format(int(word[:18]), {"x": "x", "X": "X", "o": "o"}.get(match[2], "d"))
            return word

        out.append(_FORMAT.sub(one, form))
        size += len(out[-1])
        if used >= len(values) or used == before or size > MAX_VALUE:
            break
    return Printed("".join(out), codecs)


def _seq(words: Sequence[str]) -> Printed | None:
    numbers = [int(word) for word in words if re.fullmatch(r"-?\d{1,4}", word)]
    if not numbers or len(numbers) != len(words) or len(words) > 2:
        return None
    first = numbers[0] if len(numbers) == 2 else 1
    return Printed("".join(f"{number}\n" for number in range(first, min(numbers[-1], first + _ROUNDS) + 1)))


def _base64(words: Sequence[str], data: str | bytes) -> Printed | None:
    if _has(words, "dD", "--decode"):
        packed = b"".join(_bytes(data).split())
        return Printed(readable(base64.b64decode(packed + b"=" * (-len(packed) % 4))), ("base64",))
    return Printed(base64.b64encode(_bytes(data)).decode() + "\n")


def _base32(words: Sequence[str], data: str | bytes) -> Printed | None:
    packed = b"".join(_bytes(data).split())
    return Printed(readable(base64.b32decode(packed)), ("base32",)) if _has(words, "dD", "--decode") else None


def _openssl(words: Sequence[str], data: str | bytes) -> Printed | None:
    plain = {word.lstrip("-") for word in words}
    if "d" in plain and plain <= {"base64", "enc", "a", "d", "A"} and plain & {"base64", "a"}:
        return _base64(("-d",), data)
    return None


def _xxd(words: Sequence[str], data: str | bytes) -> Printed | None:
    flags = "".join(word.lstrip("-") for word in words)
    if set(flags) <= set("rps") and "r" in flags and "p" in flags:
        return Printed(readable(binascii.unhexlify(b"".join(_bytes(data).split()))), ("hex",))
    return None


def _inflate(words: Sequence[str], data: str | bytes) -> Printed | None:
    del words
    machine = zlib.decompressobj(47)
    out = machine.decompress(_bytes(data), MAX_VALUE)
    return Printed(readable(out), ("gzip",)) if not machine.unconsumed_tail else None


def _gzip(words: Sequence[str], data: str | bytes) -> Printed | None:
    return _inflate(words, data) if _has(words, "d", "--decompress", "--uncompress") else None


def _bunzip(words: Sequence[str], data: str | bytes) -> Printed | None:
    del words
    return Printed(readable(bz2.BZ2Decompressor().decompress(_bytes(data), MAX_VALUE)), ("bz2",))


def _bzip(words: Sequence[str], data: str | bytes) -> Printed | None:
    return _bunzip(words, data) if _has(words, "d", "--decompress") else None


def _unxz(words: Sequence[str], data: str | bytes) -> Printed | None:
    del words
    machine = lzma.LZMADecompressor(memlimit=256 << 20)
    return Printed(readable(machine.decompress(_bytes(data), MAX_VALUE)), ("lzma",))


def _xz(words: Sequence[str], data: str | bytes) -> Printed | None:
    return _unxz(words, data) if _has(words, "d", "--decompress") else None


def _rev(words: Sequence[str], data: str | bytes) -> Printed | None:
    del words
    lines = as_text(data).split("\n")
    return Printed("\n".join(line[::-1] for line in lines), ("reverse",))


def _tac(words: Sequence[str], data: str | bytes) -> Printed | None:
    return Printed("".join(reversed(as_text(data).splitlines(keepends=True)))) if not words else None


def _cat(words: Sequence[str], data: str | bytes) -> Printed | None:
    return Printed(data) if all(word == "-" for word in words) else None


def _tr(words: Sequence[str], data: str | bytes) -> Printed | None:
    options = [word for word in words if re.fullmatch(r"-[cdsC]+", word)]
    sets = [_members(word) for word in words if word not in options]
    flags, text = "".join(options), as_text(data)
    if "c" in flags or "C" in flags or not sets or any(one is None for one in sets):
        return None
    first = sets[0] or ""
    if "d" in flags:
        return Printed(text.translate({ord(letter): None for letter in first}))
    if "s" in flags or len(sets) != 2 or not sets[1]:
        return None
    second = sets[1] + sets[1][-1] * max(0, len(first) - len(sets[1]))
    table = {ord(a): b for a, b in zip(first, second, strict=False)}
    moved = text.translate(table)
    return Printed(moved, ("rot13" if moved == python_codecs.encode(text, "rot13") else "computed",))


_CLASSES = {"[:lower:]": "a-z", "[:upper:]": "A-Z", "[:digit:]": "0-9", "[:alpha:]": "A-Za-z", "[:alnum:]": "A-Za-z0-9",
            "[:space:]": " \\t\\n\\r\\f\\v", "[:blank:]": " \\t"}  # fmt: skip


def _members(spelled: str) -> str | None:
    """Spell out a set of `tr`: escapes, classes and ranges."""
    for name, members in _CLASSES.items():
        spelled = spelled.replace(name, members)
    text, _ = escapes(spelled)
    if text[:1] == "[" and text[-1:] == "]":
        text = text[1:-1]
    out: list[str] = []
    at = 0
    while at < len(text) and len(out) < 1_024:
        if text[at + 1 : at + 2] == "-" and at + 2 < len(text) and ord(text[at]) <= ord(text[at + 2]) < 0x250:
            out += [chr(code) for code in range(ord(text[at]), ord(text[at + 2]) + 1)]
            at += 3
        else:
            out.append(text[at])
            at += 1
    return "".join(out) if at >= len(text) else None


def _sed(words: Sequence[str], data: str | bytes) -> Printed | None:
    """`sed s/literal/literal/g`: anything else stays unknown."""
    script = [word for word in words if word not in ("-e", "-E", "-r")]
    found = _SED.fullmatch(script[0]) if len(script) == 1 else None
    if found is None or re.search(r"[\\.*\[\]^$&?+(){}|]", found[2] + found[3]) or "I" in found[4] or not found[2]:
        return None
    text = as_text(data)
    if len(found[3]) * len(text) > MAX_VALUE * 16:
        return None
    if "g" in found[4]:
        return Printed(text.replace(found[2], found[3]))
    return Printed("\n".join(line.replace(found[2], found[3], 1) for line in text.split("\n")))


def _cut(words: Sequence[str], data: str | bytes) -> Printed | None:
    found = re.fullmatch(r"-[cb]\s?(\d{1,6})(-)?(\d{1,6})?", " ".join(words))
    if found is None:
        return None
    first = int(found[1]) - 1
    last = int(found[3]) if found[3] else None if found[2] else first + 1
    return Printed("\n".join(line[first:last] for line in as_text(data).split("\n")))


def _head(words: Sequence[str], data: str | bytes) -> Printed | None:
    found = re.fullmatch(r"-([nc])\s?(\d{1,7})|-(\d{1,7})", " ".join(words))
    if found and found[1] == "c":
        return Printed(data[: int(found[2])])
    if not found and words:
        return None
    count = int(found[2] or found[3]) if found else 10
    return Printed("".join(as_text(data).splitlines(keepends=True)[:count]))


def _tail(words: Sequence[str], data: str | bytes) -> Printed | None:
    found = re.fullmatch(r"-([nc])\s?(\+?)(\d{1,7})", " ".join(words))
    if not found:
        return None
    count = int(found[3])
    if found[1] == "c":
        return Printed(data[count - 1 :] if found[2] else data[len(data) - min(count, len(data)) :])
    lines = as_text(data).splitlines(keepends=True)
    return Printed("".join(lines[max(count - 1, 0) :] if found[2] else lines[-count:] if count else []))


def _has(words: Sequence[str], letters: str, *long: str) -> bool:
    """Whether one of some options is given, alone or in a cluster."""
    short = (word for word in words if word[:1] == "-" and word[:2] != "--")
    return any(word in long for word in words) or any(set(letters) & set(word[1:]) for word in short)


def _bytes(data: str | bytes) -> bytes:
    return data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data


_PRODUCERS: dict[str, Callable[[Sequence[str]], Printed | None]] = {"echo": echo, "printf": printf, "seq": _seq}
_FILTERS: dict[str, Callable[[Sequence[str], str | bytes], Printed | None]] = {
    "base64": _base64, "base32": _base32, "openssl": _openssl, "xxd": _xxd, "rev": _rev, "tac": _tac, "cat": _cat,
    "tr": _tr, "sed": _sed, "cut": _cut, "head": _head, "tail": _tail, "gunzip": _inflate, "zcat": _inflate,
    "gzip": _gzip, "bunzip2": _bunzip, "bzcat": _bunzip, "bzip2": _bzip, "unxz": _unxz, "xzcat": _unxz, "xz": _xz,
    "tee": lambda words, data: Printed(data),  # noqa: ARG005 - it prints what it is given, whatever it writes
}  # fmt: skip
_PLAIN = frozenset({"grep", "egrep", "fgrep", "awk", "gawk", "sort", "uniq", "jq", "fold", "paste", "nl", "column",
    "pv",
                    "less", "more", "strings", "od", "hexdump", "uudecode", "expand", "fmt", "wc", "basenc", "zstd",
                    "lz4", "iconv", "dos2unix", "tee"})  # fmt: skip
