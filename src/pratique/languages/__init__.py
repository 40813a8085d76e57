"""Front ends: one folder per language, found by discovery; bytes in, facts out.

A folder takes part by having a `FRONT_END` in its `__init__`; a folder with only a capability map has none.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from typing import Protocol

from pratique.model import Facts

__all__ = ["FrontEnd", "for_layer", "front_end", "front_ends"]


class FrontEnd(Protocol):
    """Reads one language. `read` is a pure function of the bytes and never raises."""

    @property
    def name(self) -> str:
        """The language: `python`."""

    @property
    def version(self) -> str:
        """Changes with every change of the facts, and with the grammar they were read by."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of file it reads (`model.FileKind`)."""

    @property
    def layers(self) -> tuple[str, ...]:
        """The languages of decoded code that it reads."""

    def read(self, data: bytes, depth: str = "full") -> Facts:
        """Return the facts of one file or layer at `outline` or `full` depth."""


@functools.cache
def front_ends() -> tuple[FrontEnd, ...]:
    """Return all front ends, by name of their folder."""
    found: list[FrontEnd] = []
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        if module.ispkg:
            member = getattr(importlib.import_module(f"{__name__}.{module.name}"), "FRONT_END", None)
            if member is not None:
                found.append(member)
    return tuple(found)


@functools.cache
def front_end(kind: str) -> FrontEnd | None:
    """Return the front end that reads files of this kind, if there is one."""
    return next((member for member in front_ends() if kind in member.kinds), None)


@functools.cache
def for_layer(language: str) -> FrontEnd | None:
    """Return the front end that reads decoded code of this language, if there is one."""
    return next((member for member in front_ends() if language in member.layers), None)
