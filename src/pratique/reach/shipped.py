"""The files of an artifact by what its code calls them: a path is known from its end."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from pratique.model import HOLE, File

MAX_FILE = 16 << 20
"""Bytes of a shipped file that are followed."""
MAX_MATCHES = 3
"""Files of one name beyond which it is not known which one is meant."""
MAX_OF_FOLDER = 16
"""Files of a folder, or of a pattern, that may be meant."""
_MIN_SUFFIX = 3
Place = tuple[str, ...]


class Shipped:
    """All files of an artifact, and their bytes where these are at hand."""

    def __init__(self, files: Iterable[File], read: Callable[[File, int], bytes] | None = None) -> None:
        """Index files. `read` gives a file's first bytes; without it only names are known."""
        self.files = tuple(files)
        self._read = read
        self._fits: dict[tuple[str, Place], list[File]] = {}
        """What a pattern leads to in a container."""
        self._by_base: dict[tuple[Place, str], list[File]] = defaultdict(list)
        self.containers: dict[Place, list[File]] = defaultdict(list)
        """The files directly in each container, by its segments."""
        self._from_root = frozenset(_from_root([file.path for file in self.files if len(file.segments) == 1]))
        for file in self.files:
            self._by_base[file.segments[:-1], file.path.rpartition("/")[2]].append(file)
            self.containers[file.segments[:-1]].append(file)

    def meant(self, text: str, place: Place, members: Sequence[str] = ()) -> list[File]:
        """Return the files that hold what a reading of a path gives, the nearest first; none where many bear the name.

        An archive stands for the one of its `members` that is asked for, or for the only file in it; a folder, which
        is what a loop over its listing leaves of a path, for the files in it.
        """
        named = self.named(text, place) or self.inside(text, place)
        return [one for file in named for one in self._opened(file, members)]

    def _opened(self, file: File, members: Sequence[str]) -> list[File]:
        inner = self.containers.get(file.segments, [])
        asked = [one for member in members for one in self.named(member, (*file.segments, ""))]
        return asked or (inner if len(inner) == 1 else [file])

    def data(self, file: File) -> bytes:
        """Return a file's bytes; b"" where they are not at hand, too long or refused."""
        known = self._read is not None and file.size <= MAX_FILE and not file.refused
        return self._read(file, MAX_FILE) if known and self._read is not None else b""

    def named(self, text: str, place: Place) -> list[File]:
        """Return the files of the container at `place[:-1]` that a path may mean, the nearest first.

        None where it is not known which one is meant. An unknown name in a known folder, and a `*`, fit any.
        """
        suffix = _known_end(_pattern(text))
        base = suffix.rpartition("/")[2]
        if len(suffix) < _MIN_SUFFIX or base.startswith("__init__."):
            return []  # only the end of a name is known, or a name that every package has
        if "*" in suffix:
            return self._fitting(suffix, place[:-1])
        near = place[-1].rpartition("/")[0]
        same = self._by_base.get((place[:-1], base), ())
        found = [file for file in same if file.path == suffix or file.path.endswith("/" + suffix)]
        found.sort(key=lambda one: (not one.path.startswith(near), len(one.path)))
        return found if len(found) <= MAX_MATCHES else []

    def at_root(self, text: str) -> bool:
        """Tell whether a relative path with a folder in it leads to a file from the root of the artifact."""
        return "/" in text and text.removeprefix("./") in self._from_root

    def inside(self, text: str, place: Place) -> list[File]:
        """Return the files directly in the folder that a path may mean."""
        suffix = _known_end(text).rstrip("/")
        known = len(suffix) >= _MIN_SUFFIX or (suffix and "/" in text)
        return self._fitting(f"{suffix}/*", place[:-1]) if known else []

    def _fitting(self, pattern: str, container: Place) -> list[File]:
        key = (pattern, container)
        if key not in self._fits:
            self._fits[key] = self._search(pattern, container)
        return self._fits[key]

    def _search(self, pattern: str, container: Place) -> list[File]:
        wanted = "[^/]*".join(map(re.escape, pattern.split("*")[:8]))
        fits = re.compile(f"(?:.*/)?{wanted}").fullmatch
        found = [file for file in self.containers.get(container, ()) if fits(file.path)]
        return found if len(found) <= MAX_OF_FOLDER else []


def _pattern(text: str) -> str:
    """Return a path whose last name is not all known with a `*` for each unknown part of it."""
    folder, _, base = text.replace("\\", "/").rpartition("/")
    known = folder.rpartition("/")[2]
    return f"{folder}/{base.replace(HOLE, '*')}" if HOLE in base and known and HOLE not in known else text


def _known_end(text: str) -> str:
    """Return the end of a path behind its last unknown part, without `./` and `../`."""
    known = text.replace("\\", "/").rpartition(HOLE)
    suffix = known[2].partition("/")[2] if known[1] else known[2]
    parts = posixpath.normpath(suffix).split("/") if suffix else []
    return "/".join(part for part in parts if part not in ("", ".", ".."))


def _from_root(paths: list[str]) -> list[str]:
    """Return the paths below the one folder that a source archive has at its top, if it has just one."""
    tops = {path.partition("/")[0] for path in paths}
    return [path.partition("/")[2] for path in paths] if len(tops) == 1 else paths
