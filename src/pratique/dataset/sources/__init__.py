"""Sources of known malware: one module per layout, found by discovery. To add one, add a file here.

A source reads a folder or file that lies on this disk; it fetches nothing. What it reads is hostile: names are data,
links are not followed, sizes are bounded, and what cannot be read becomes a `Trouble`, never an exception.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Protocol, cast

from pratique.dataset.shapes import DatasetError, Offer


class Source(Protocol):
    """A module of this folder."""

    NAME: str
    """Lower case, with dashes."""
    SUMMARY: str
    """What it is and where it comes from, in a line."""
    LICENCE: str
    """Of what it says: an SPDX id, or words."""
    REDISTRIBUTABLE: bool
    """Whether its sample bytes may be handed on; else hashes and a recipe are."""

    def recognise(self, place: Path) -> bool:
        """Tell by a few names whether a folder or file has this layout. Never raises."""

    def read(self, place: Path) -> Iterator[Offer]:
        """Yield what is there, in an order that does not change. Raises nothing for what is inside."""


@cache
def sources() -> dict[str, Source]:
    """Return all sources by name."""
    found = {}
    for module in pkgutil.iter_modules(__path__):
        if not module.name.startswith("_"):
            source = cast("Source", importlib.import_module(f"{__name__}.{module.name}"))
            found[source.NAME] = source
    return dict(sorted(found.items()))


def find(text: str) -> tuple[Source, Path]:
    """Return the source and place that `PATH` or `NAME=PATH` means.

    Raises:
        DatasetError: there is no such place or source, or the layout is not known (or more than one fits).

    """
    known = sources()
    name, _, rest = text.partition("=")
    chosen, place = (known[name], Path(rest)) if rest and name in known else (None, Path(text))
    if not place.exists():
        raise DatasetError(f"there is no {place}", hint="give a folder or file, or NAME=PATH")
    if chosen is not None:
        return chosen, place
    fitting = [source for source in known.values() if source.recognise(place)]
    if len(fitting) != 1:
        names = ", ".join(one.NAME for one in fitting) or "no known layout"
        raise DatasetError(f"{place}: {names}", hint=f"say which, as NAME={place}: {', '.join(known)}")
    return fitting[0], place
