"""Files that are installed with an artifact, for requirements of it: archives beside its own files, to be imported."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from pratique.compare import Installed
from pratique.link import Unit
from pratique.model import Budget, File
from pratique.unpack import open_artifact
from pratique.unpack.tree import Tree

_MARK = "<installed: "


class Neighbours:
    """The files of all of them; each one's segments begin with a name that says which it is of."""

    def __init__(self, installed: Iterable[Installed], budget: Budget) -> None:
        self._homes: dict[File, tuple[Tree, File]] = {}
        self.mounts: tuple[tuple[str, ...], ...] = ()
        for one in installed:
            at = f"{_MARK}{one.artifact.filename}>"
            tree = open_artifact(one.data, one.artifact.filename, budget)
            self.mounts += ((at,),)
            for file in tree.files:
                self._homes[msgspec.structs.replace(file, segments=(at, *file.segments))] = (tree, file)

    @property
    def files(self) -> tuple[File, ...]:
        """All files, the ones that front ends are to read among them."""
        return tuple(self._homes)

    def read(self, file: File, cap: int | None = None) -> bytes:
        """Return the bytes of a file of one of them. Raises `Refused`."""
        tree, inner = self._homes[file]
        return tree.read(inner, cap)

    def over(self, read: Callable[[File, int | None], bytes]) -> Callable[[File, int], bytes]:
        """Return what reads their files and, by `read`, those of the artifact itself."""
        return lambda file, cap: self.read(file, cap) if file in self._homes else read(file, cap)


def own_units(units: Iterable[Unit]) -> tuple[Unit, ...]:
    """Return the units of the artifact itself."""
    return tuple(unit for unit in units if not unit.file.segments[0].startswith(_MARK))
