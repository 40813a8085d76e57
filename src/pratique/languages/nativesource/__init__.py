"""Sources of native code: the command lines that they start by a literal."""

from __future__ import annotations

from pratique.model import Facts

LOWERING = "1"
"""Raise with every change of the facts."""


class NativeSourceFrontEnd:
    """Reads C, C++ and Rust."""

    name = "nativesource"
    kinds = ("native-source",)
    layers = ()
    version = LOWERING

    def read(self, data: bytes, depth: str = "full") -> Facts:
        """Return the facts of one file. Never raises."""
        from pratique.languages.nativesource.read import read

        return read(data, depth, f"{self.name}/{self.version}")


FRONT_END = NativeSourceFrontEnd()
