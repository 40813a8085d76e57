"""From file names to importable modules, as `importlib.machinery` sees suffixes on any platform and version."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NATIVE = re.compile(r"^(?P<name>[^.]+)(?:\.(?:cpython|cp\d|pypy|pp\d|graalpy|abi3)[^/]*)?\.(?:so|pyd)$")
_CACHED = re.compile(r"^(?P<name>[^.]+)\.[a-z]+-?\d[^/]*\.py[co]$")
_SOURCE = re.compile(r"^(?P<name>[^.]+)\.(?:py|pyw|pyc|pyo)$")


@dataclass(frozen=True, slots=True)
class Stem:
    """A file without its import suffix: `acme/fast.abi3.so` and `acme/fast.py` share the stem `acme/fast`."""

    path: str
    cached: bool = False
    """From `__pycache__`: loaded only beside its source."""
    native: bool = False

    @property
    def parts(self) -> tuple[str, ...]:
        """Module name parts; a package is named without its `__init__`."""
        parts = tuple(self.path.split("/"))
        return parts[:-1] if parts[-1] == "__init__" else parts

    @property
    def dotted(self) -> str:
        """`acme.fast`."""
        return ".".join(self.parts)

    @property
    def importable(self) -> bool:
        """Whether the import system can address it from the root: no part of a dotted name holds a dot."""
        return bool(self.parts) and all(part and "." not in part for part in self.parts)


def stem(path: str) -> Stem | None:
    """Return what an import of this file would call it, or None when its suffix is no module's."""
    folder, _, base = path.rpartition("/")
    prefix = f"{folder}/" if folder else ""
    if found := _SOURCE.match(base):
        return Stem(prefix + found["name"])
    if found := _NATIVE.match(base):
        return Stem(prefix + found["name"], native=True)
    if (folder == "__pycache__" or folder.endswith("/__pycache__")) and (found := _CACHED.match(base)):
        return Stem(prefix.removesuffix("__pycache__/") + found["name"], cached=True)
    return None
