"""CMake's files: the command lines that configuring and building run."""

from __future__ import annotations

from pratique.model import Facts

LOWERING = "1"
"""Raise with every change of the facts."""


class CMakeFrontEnd:
    """Reads `CMakeLists.txt` and `*.cmake`."""

    name = "cmake"
    kinds = ("cmake",)
    layers = ()
    version = LOWERING

    def read(self, data: bytes, depth: str = "full") -> Facts:
        """Return the facts of one file. Never raises."""
        from pratique.languages.cmake.read import read

        return read(data, depth, f"{self.name}/{self.version}")


FRONT_END = CMakeFrontEnd()
