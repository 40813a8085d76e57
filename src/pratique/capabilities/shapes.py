"""The regular expressions of `shapes.toml`, compiled at first use."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

import msgspec

from pratique.model import HOLE

Shapes = tuple[tuple[str, re.Pattern[str]], ...]
_PART = re.compile(r"<([a-z-]+)>")


@cache
def shapes(table: str) -> Shapes:
    """Return a table of (class, pattern), in the order in which they are tried."""
    data = _data()
    parts = {"hole": HOLE}
    parts |= {name: text.replace("<hole>", HOLE) for name, text in data.parts.items()}

    def part(match: re.Match[str]) -> str:
        return parts.get(match[1], match[0])

    return tuple((row[0], re.compile(_PART.sub(part, row[1]))) for row in data.shapes[table])


def first(table: str, text: str) -> str:
    """Return the class of the first shape that is found in `text`, "" when none is."""
    return next((kind for kind, pattern in shapes(table) if pattern.search(text)), "")


class _Data(msgspec.Struct, frozen=True):
    parts: dict[str, str]
    shapes: dict[str, tuple[tuple[str, str], ...]]


@cache
def _data() -> _Data:
    return msgspec.convert(tomllib.loads((files("pratique.capabilities") / "shapes.toml").read_text("utf-8")), _Data)
