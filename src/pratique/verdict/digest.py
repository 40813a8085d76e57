"""What a review depends on besides its input: the engine digest in every result."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

import pratique

_JUDGING = (
    "model", "unpack", "ecosystems", "languages", "capabilities", "link", "reach", "compare", "known", "rules",
    "verdict",
)  # fmt: skip
"""Folders (or modules) whose content decides a verdict; wording, storage and services do not."""
_SUFFIXES = (".py", ".map", ".toml", ".json")


@cache
def engine_digest() -> str:
    """Return 16 hex digits over the version and all code, maps, rules, policy and scorecard that judge."""
    digest = sha256(pratique.__version__.encode())
    root = files("pratique")
    stack = [(name, root.joinpath(name)) for name in reversed(_JUDGING)]
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
