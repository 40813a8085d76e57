"""Outputs: one file per format, found by discovery. Each turns reviews into text and reads nothing but reviews."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from typing import Protocol, cast

import msgspec

from pratique.errors import UsageError
from pratique.model import Review


class Style(msgspec.Struct, frozen=True, kw_only=True):
    """How a person reads it."""

    color: bool = False
    width: int = 100
    """Columns of the terminal; 0 for a pipe, where nothing is cut."""
    verbose: bool = False


class Format(Protocol):
    """A module of this folder that offers `render`, with `DESCRIPTION` for the help text."""

    DESCRIPTION: str

    def render(self, reviews: Sequence[Review], style: Style) -> str:
        """Return the whole output, with a final newline."""


def names() -> tuple[str, ...]:
    """Return the names of the formats, which are the modules `NAME_format`, without loading them."""
    modules = (module.name for module in pkgutil.iter_modules(__path__))
    return tuple(sorted(name.removesuffix("_format") for name in modules if name.endswith("_format")))


def formats() -> dict[str, str]:
    """Return the name and the description of every format, sorted by name."""
    return {name: _load(name).DESCRIPTION for name in names()}


def check(name: str) -> None:
    """Raise `UsageError` for a format that there is not."""
    if name not in names():
        raise UsageError(f"there is no format {name}", hint=f"one of: {', '.join(names())}")


def render(name: str, reviews: Sequence[Review], style: Style | None = None) -> str:
    """Render reviews in the named format. Raises `UsageError` for a format that there is not."""
    check(name)
    return _load(name).render(reviews, style or Style())


def _load(name: str) -> Format:
    return cast("Format", importlib.import_module(f"{__name__}.{name}_format"))
