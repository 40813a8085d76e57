"""Python: source of any version, read by the running interpreter's parser or, where that refuses, a tolerant one."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from pratique.model import Facts

LOWERING = "6"
"""Raise with every change of the facts."""


class PythonFrontEnd:
    """Reads Python source."""

    name = "python"
    kinds = ("python",)
    layers = ("python",)

    @property
    def version(self) -> str:
        """The lowering's version with the Python whose grammar reads the source."""
        return f"{LOWERING} (cpython {sys.version_info[0]}.{sys.version_info[1]})"

    def read(self, data: bytes, depth: str = "full") -> Facts:
        """Return the facts of one file. Never raises."""
        from pratique.languages.python.read import read

        return read(data, depth, f"{self.name}/{self.version}")

    def read_given(self, data: bytes, given: Mapping[tuple[int, int, str], str | bytes]) -> Facts:
        """Return the facts of one file, were its calls at these places (line, column, name) to give these values."""
        from pratique.languages.python.read import read

        return read(data, "full", f"{self.name}/{self.version}", given)


FRONT_END = PythonFrontEnd()
