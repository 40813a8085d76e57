"""Makefiles: the command lines of their recipes."""

from __future__ import annotations

from pratique.model import Facts

LOWERING = "1"
"""Raise with every change of the facts."""


class MakeFrontEnd:
    """Reads makefiles."""

    name = "make"
    kinds = ("make",)
    layers = ()
    version = LOWERING

    def read(self, data: bytes, depth: str = "full") -> Facts:
        """Return the facts of one file. Never raises."""
        from pratique.languages.make.read import read

        return read(data, depth, f"{self.name}/{self.version}")


FRONT_END = MakeFrontEnd()
