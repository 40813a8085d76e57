"""The files of an artifact as its installer sees them: root folder stripped, install schemes mapped, links followed."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pratique.ecosystems.pypi.entries.names import Stem, stem
from pratique.model import ArtifactKind, Facts, File, Problem

Segments = tuple[str, ...]
PROBLEMS = (
    ("config-unread", "fatal", "A file that decides what runs could not be read, or is too large to be one."),
    ("several-roots", "odd", "The source archive has no single root folder: installers may disagree on what is built."),
)  # fmt: skip
CONFIG_CAP = 4 << 20
"""Bytes of a configuration file: honest ones stay under a few hundred kilobytes."""
_HOPS = 8
_SCHEME = re.compile(r"^[^/]+\.data/(?P<scheme>purelib|platlib|data)/(?P<rest>.+)$")
_SITE = re.compile(r"^(?:.*/)?(?:site|dist)-packages/(?P<rest>.+)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Placed:
    """A file with the path at which it lies below the project's root, or in site-packages once installed."""

    path: str
    file: File
    stem: Stem | None
    nested: bool
    """In an archive inside the artifact: importable only where something puts that archive on `sys.path`."""


class View:
    """One root of an artifact. Names are data: `..` and drive letters lead nowhere but to another string."""

    def __init__(
        self,
        files: tuple[File, ...],
        read: Callable[[File], bytes],
        facts: Mapping[Segments, Facts],
        kind: ArtifactKind,
        root: str = "",
    ) -> None:
        self.kind: ArtifactKind = kind
        self.root = root
        self.facts = facts
        self._read = read
        self.placed = tuple(_place(file, kind, root) for file in files if _below(file, root))
        self._segments: dict[Segments, list[File]] = {}
        self._paths: dict[str, list[File]] = {}
        self._stems: dict[str, list[File]] = {}
        self._folded: dict[str, list[File]] = {}
        self.folders: set[str] = set()
        """Folders with an `__init__`."""
        self.directories: set[str] = set()
        self._index()

    @property
    def installed(self) -> bool:
        """Whether paths are those of site-packages (wheel, egg) rather than of a source tree."""
        return self.kind in {"wheel", "egg"}

    def _index(self) -> None:
        for placed in self.placed:
            self._add_directories(placed.path.rpartition("/")[0])
            self._segments.setdefault(placed.file.segments, []).append(placed.file)
            self._paths.setdefault(placed.path, []).append(placed.file)
            if "/" not in placed.path and not placed.nested:
                self._folded.setdefault(placed.path.casefold(), []).append(placed.file)
            if placed.stem and not placed.stem.cached:
                self._stems.setdefault(placed.stem.path, []).append(placed.file)
            if placed.stem and placed.stem.path.rpartition("/")[2] == "__init__":
                self.folders.add(placed.stem.path.removesuffix("__init__").rstrip("/"))

    def _add_directories(self, folder: str) -> None:
        while folder and folder not in self.directories:
            self.directories.add(folder)
            folder = folder.rpartition("/")[0]

    def at(self, path: str) -> tuple[File, ...]:
        """Return the files at a path (several when the container holds duplicates), links followed."""
        clean = _clean(path)
        return tuple(self._target(clean, file) for file in self._paths.get(clean, ()))

    def at_root(self, name: str) -> tuple[File, ...]:
        """Return the files of the root folder with this name, whatever its case: some file systems fold it."""
        return tuple(self._target(name, file) for file in self._folded.get(name.casefold(), ()))

    def with_stem(self, path: str) -> tuple[File, ...]:
        """Return the files an import of `path` (slashes, no suffix) may load: a module or a package's `__init__`."""
        clean = _clean(path)
        both = (clean, f"{clean}/__init__" if clean else "__init__")
        return tuple(self._target(name, file) for name in both for file in self._stems.get(name, ()))

    def beneath(self, folder: str) -> Iterator[Placed]:
        """Yield the files below a folder ("" for all)."""
        prefix = f"{_clean(folder)}/" if _clean(folder) else ""
        return (placed for placed in self.placed if placed.path.startswith(prefix))

    def having(self, segments: Segments) -> tuple[File, ...]:
        """Return the files with these segments."""
        return tuple(self._segments.get(segments, ()))

    def folder_of(self, segments: Segments) -> str:
        """Return the folder in which a file lies, "" at the root."""
        return _path(segments, self.kind, self.root).rpartition("/")[0]

    def is_package(self, folder: str) -> bool:
        """Whether a folder has an `__init__`."""
        return folder in self.folders

    def bytes_of(self, file: File, cap: int = CONFIG_CAP) -> bytes | None:
        """Return a small file's bytes; None when it is larger than `cap` or was refused."""
        if file.size > cap:
            return None
        try:
            return self._read(file)
        except Exception:  # noqa: BLE001  # a refused file is already counted by whoever refused it
            return None

    def text_of(self, file: File) -> str | Problem:
        """Return a configuration file's text, or the problem that it could not be read."""
        data = self.bytes_of(file)
        if data is None:
            return Problem(code="config-unread", severity="fatal", segments=file.segments, detail=f"{file.size} bytes")
        return data.decode("utf-8", "replace")

    def _target(self, path: str, file: File) -> File:
        """Follow symbolic links inside the artifact: tar unpackers create them, and `setup.py` may be one."""
        for _ in range(_HOPS):
            if file.kind != "link" or not file.link_target:
                break
            path = _clean(posixpath.join(posixpath.dirname(path), file.link_target))
            after = self._paths.get(path) or self._paths.get(path.removeprefix(self.root))
            if not after:
                break
            file = after[0]
        return file


def roots(files: tuple[File, ...], kind: ArtifactKind) -> tuple[str, ...]:
    """Return the folders (with a trailing slash, or "") that an installer may take for the project's root.

    pip strips a folder that every member shares and otherwise builds where the archive was unpacked; others look for
    the one folder with build files. Where they could differ, all are read.
    """
    if kind in {"wheel", "egg"}:
        return ("",)
    paths = [_clean(file.segments[0]) for file in files]
    tops = {path.partition("/")[0] for path in paths}
    shared = len(tops) == 1 and all("/" in path for path in paths)
    if shared and (kind == "sdist" or _builds(paths, f"{min(tops)}/")):
        return (f"{tops.pop()}/",)
    if kind == "folder":
        return ("",)
    return ("", *sorted(f"{top}/" for top in tops if _builds(paths, f"{top}/")))


def _builds(paths: list[str], root: str) -> bool:
    return any(path in {f"{root}setup.py", f"{root}pyproject.toml"} for path in paths)


def _below(file: File, root: str) -> bool:
    return _clean(file.segments[0]).startswith(root)


def _place(file: File, kind: ArtifactKind, root: str) -> Placed:
    path = _path(file.segments, kind, root)
    return Placed(path, file, stem(path), len(file.segments) > 1)


def _path(segments: Segments, kind: ArtifactKind, root: str) -> str:
    path = _clean("/".join(segments)).removeprefix(root)
    if kind == "wheel" and (found := _SCHEME.match(path)):
        if found["scheme"] != "data":
            path = found["rest"]
        elif site := _SITE.match(found["rest"]):
            path = site["rest"]
    return path


def _clean(path: str) -> str:
    """Normalise a name the way extraction does on the most lenient platform."""
    clean = posixpath.normpath(path.replace("\\", "/")).lstrip("/")
    return "" if clean == "." else clean
