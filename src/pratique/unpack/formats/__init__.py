"""Container formats: one module or package each, exposing `FORMAT`; found by listing this folder."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pratique.unpack.ledger import Range
    from pratique.unpack.site import Site

HEAD = 1024
TAIL = 65_557
"""A zip's end record (22 bytes) and the longest comment (65,535 bytes)."""


class Probe(NamedTuple):
    """What recognising a format needs of some bytes."""

    head: bytes
    """The first `HEAD` bytes."""
    tail: bytes
    """The last `TAIL` bytes."""
    size: int


class Format(NamedTuple):
    """How to recognise and walk one container format."""

    name: str
    suffixes: tuple[str, ...]
    """File name endings that promise it."""
    leads: Callable[[bytes], bool]
    """Whether the first `HEAD` bytes are those of this format."""
    walk: Callable[[Site], None]
    """Reads the container at the site: adds files, claims bytes, reports problems."""
    gap: Callable[[Site, Range], str]
    """The problem code for bytes that the walk has not claimed."""
    lurks: Callable[[Probe], int] | None = None
    """Where a container starts that is found from its end, after a foreign beginning; -1 if there is none."""


@cache
def formats() -> dict[str, Format]:
    """Return every format by name."""
    found: dict[str, Format] = {}
    for info in sorted(pkgutil.iter_modules(__path__), key=lambda info: info.name):
        form: Format = importlib.import_module(f"{__name__}.{info.name}").FORMAT
        found[form.name] = form
    return found


@cache
def _leads() -> tuple[tuple[str, Callable[[bytes], bool]], ...]:
    return tuple((form.name, form.leads) for form in formats().values())


@cache
def _lurks() -> tuple[tuple[str, Callable[[Probe], int]], ...]:
    return tuple((form.name, form.lurks) for form in formats().values() if form.lurks)


def leading(head: bytes) -> tuple[str, ...]:
    """Return the names of the formats that the first bytes belong to."""
    return tuple(name for name, leads in _leads() if leads(head))


def lurking(probe: Probe) -> tuple[tuple[str, int], ...]:
    """Return (name, start) of the formats that only the end of the bytes shows."""
    return tuple((name, at) for name, lurks in _lurks() if (at := lurks(probe)) >= 0)


def promised(filename: str) -> tuple[str, ...]:
    """Return the formats that a file name promises, outermost first: `x.tar.gz` is ("gz", "tar")."""
    short = {".tgz": ".tar.gz", ".tbz2": ".tar.bz2", ".tbz": ".tar.bz2", ".txz": ".tar.xz", ".tzst": ".tar.zst"}
    name = filename.lower()
    for ending, full in short.items():
        if name.endswith(ending):
            name = name.removesuffix(ending) + full
    found: list[str] = []
    while True:
        for form in formats().values():
            ending = next((suffix for suffix in form.suffixes if name.endswith(suffix)), "")
            if ending:
                found.append(form.name)
                name = name.removesuffix(ending)
                break
        else:
            return tuple(found)
