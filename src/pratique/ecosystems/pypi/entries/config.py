"""Tolerant readers of the configuration files that decide what runs: TOML, ini, entry points.

Each takes decoded text and returns plain values plus the clause of prose that says what could not be read; none raises.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

Table = Mapping[str, object]
Sections = Mapping[str, Mapping[str, str]]

_ENTRY_VALUE = re.compile(r"^(?P<module>[^\s:\[\]]+)\s*(?::\s*(?P<attr>[^\s\[\]]+))?\s*(?:\[.*\])?$")


def read_toml(text: str) -> tuple[Table, str]:
    """Parse TOML; `({}, why)` when it is not TOML. A byte order mark is ignored, as lenient front ends do."""
    import tomllib

    try:
        return tomllib.loads(text.removeprefix("\ufeff")), ""
    except (ValueError, RecursionError, MemoryError) as error:
        return {}, _clause(error)


def read_ini(text: str) -> tuple[Sections, str]:
    """Parse a `setup.cfg` the way distutils does, without interpolation; `({}, why)` when it cannot be parsed."""
    import configparser

    parser = configparser.RawConfigParser(strict=False, allow_no_value=True, default_section="\0")
    try:
        parser.read_string(text.removeprefix("\ufeff"))
    except (configparser.Error, ValueError, RecursionError, AttributeError) as error:
        return {}, _clause(error)
    return {
        section: {key.replace("-", "_"): value or "" for key, value in parser.items(section)}
        for section in parser.sections()
    }, ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPoint:
    """One declared entry point: `name = module:attr` in a group, with the 1-based line that declares it."""

    group: str
    name: str
    module: str
    attr: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BadLine:
    """A line of an entry point file that no reader understands."""

    line: int
    text: str


def read_entry_points(text: str) -> Iterator[EntryPoint | BadLine]:
    """Read `entry_points.txt` line by line as `importlib.metadata` does, so that one bad line hides no other."""
    group = ""
    for number, raw in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith(("#", ";")):
            continue
        if line.startswith("[") and line.endswith("]"):
            group = line[1:-1].strip()
            continue
        name, equals, value = line.partition("=")
        point = entry_point(group, name.strip(), value.strip(), number) if equals and group else None
        yield point or BadLine(line=number, text=line[:200])


def entry_point(group: str, name: str, value: str, line: int = 0) -> EntryPoint | None:
    """Read one declaration `module:attr [extras]`; None when it is malformed."""
    found = _ENTRY_VALUE.match(value.strip())
    if found is None:
        return None
    return EntryPoint(group=group, name=name, module=found["module"], attr=found["attr"] or "", line=line)


def table(value: object) -> Table:
    """Return a TOML table, or an empty one where something else stands."""
    return value if isinstance(value, Mapping) else {}


def dig(value: object, *keys: str) -> object:
    """Follow keys through tables; None as soon as one is missing."""
    for key in keys:
        value = table(value).get(key)
    return value


def text_of(value: object) -> str:
    """Return a string, or "" where something else stands."""
    return value if isinstance(value, str) else ""


def texts_of(value: object) -> tuple[str, ...]:
    """Return the strings of a list (or a single one); everything else is left out."""
    if isinstance(value, str):
        return (value,)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list | tuple) else ()


def words_of(value: str) -> tuple[str, ...]:
    """Split an ini value that lists things one a line or separated by commas."""
    return tuple(word.strip() for line in value.splitlines() for word in line.split(",") if word.strip())


def pairs_of(value: str) -> tuple[tuple[str, str], ...]:
    """Split an ini value that holds `key = value` lines (or `key=value` separated by commas)."""
    pairs = (word.partition("=") for line in value.splitlines() for word in line.split(","))
    return tuple((key.strip(), item.strip()) for key, equals, item in pairs if equals)


def line_of(text: str, needle: str) -> int:
    """Return the 1-based line where `needle` first stands, 0 when it does not."""
    at = text.find(needle) if needle else -1
    return text.count("\n", 0, at) + 1 if at >= 0 else 0


def _clause(error: BaseException) -> str:
    words = str(error).splitlines()
    return (words[0] if words else type(error).__name__)[:200]
