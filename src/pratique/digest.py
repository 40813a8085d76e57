"""Digests over our own code and data: what a stored result depends on besides its input."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

import pratique

_SUFFIXES = (".py", ".map", ".toml", ".json")


@cache
def code_digest(places: tuple[str, ...]) -> str:
    """Return 16 hex digits over the version and all code, maps, rules and tables below these folders or modules."""
    digest = sha256(pratique.__version__.encode())
    root = files("pratique")
    stack = [(name, root.joinpath(name)) for name in reversed(places)]
    while stack:
        name, place = stack.pop()
        if place.is_dir():
            stack += [(f"{name}/{child.name}", child) for child in _children(place)]
        elif place.is_file() and name.endswith(_SUFFIXES):
            digest.update(f"\0{name}\0".encode())
            digest.update(place.read_bytes())
    return digest.hexdigest()[:16]


def _children(folder: Traversable) -> list[Traversable]:
    """List a folder in reverse name order, so that a stack takes it in name order."""
    return sorted(folder.iterdir(), key=lambda child: child.name, reverse=True)
