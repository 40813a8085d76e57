"""Names that stay the same from one release to the next: of files and of what they hold."""

from __future__ import annotations

import re
from collections.abc import Iterable

_INFO = re.compile(r"^[^/]+?\.(dist-info|egg-info)(?=/|$)")
_DATA = re.compile(r"^[^/]+\.data/(?:purelib|platlib)/")
_SCRIPTS = re.compile(r"^[^/]+\.data/")
_BUILD = re.compile(r"\.(?:cpython|cp|pypy|pp|abi)-?\d[\w-]*(?=\.(?:so|pyd|dylib)\b)")
_HASHED = re.compile(r"-[0-9a-f]{8}(?=\.so\b|\.\d|\.dll\b|\.dylib\b)|\b[0-9a-f]{20}(?=__mypyc\b)")
_LAYER = re.compile(r"^<layer \d+: ")
_LINE = re.compile(r"@\d+")
_SOURCE_ROOTS = frozenset({"src", "lib", "python", "source"})
_CODE = (".py", ".pyw", ".pyc", ".pth")


def top_folder(paths: Iterable[str]) -> str:
    """Return the one folder that all files of an sdist lie in, with its slash; "" where there are several."""
    tops = {path.partition("/")[0] if "/" in path else "" for path in paths}
    return f"{tops.pop()}/" if len(tops) == 1 and "" not in tops else ""


def plain(segments: tuple[str, ...], top: str = "") -> str:
    """Return a file's name without what changes with every release: version, build tag, number of a layer."""
    first = segments[0].removeprefix(top) if segments else ""
    first = _DATA.sub("", first)
    first = _SCRIPTS.sub(".data/", _INFO.sub(r".\1", first))
    first = _HASHED.sub("", _BUILD.sub("", first))
    return "!/".join((first, *(_LAYER.sub("<layer: ", segment) for segment in segments[1:])))


def unnumbered(symbol: str) -> str:
    """Return a symbol or resolved name without the line numbers of its lambdas."""
    return _LINE.sub("", symbol) if "@" in symbol else symbol


def own_roots(paths: Iterable[str]) -> frozenset[str]:
    """Return the top-level import names that an artifact itself provides: of `acme-1.0/src/acme/x.py`, `acme`."""
    parts = [path.split("/") for path in paths if path.endswith(_CODE)]
    tops = {one[0] for one in parts}
    if len(tops) == 1 and all(len(one) > 1 for one in parts) and any(ch.isdigit() for ch in next(iter(tops))):
        parts = [one[1:] for one in parts]
    found = {(one[1:] if one[0] in _SOURCE_ROOTS and len(one) > 1 else one)[0].split(".", 1)[0] for one in parts}
    return frozenset(found) - {"setup", "__init__", "__main__"}


def inside(name: str, own: frozenset[str]) -> str:
    """Return a resolved name without line numbers, and without the name of the artifact's own top-level module.

    So a package that was renamed as a whole says the same; a name that no module of the artifact bears stays.
    """
    first, dot, rest = name.partition(".")
    return unnumbered(f"^{dot}{rest}" if first in own else name)
