"""PowerShell: scripts, modules, and command lines, also encoded ones."""

from __future__ import annotations

import functools
from importlib import metadata

from pratique.model import Facts

LOWERING = "1"
"""Raise with every change of the facts."""


class PowerShellFrontEnd:
    """Reads PowerShell."""

    name = "powershell"
    kinds = ("powershell",)
    layers = ("powershell",)

    @functools.cached_property
    def version(self) -> str:
        """The lowering's version with that of the grammar."""
        return f"{LOWERING} (tree-sitter-powershell {metadata.version('tree-sitter-powershell')})"

    def read(self, data: bytes, depth: str = "full") -> Facts:
        """Return the facts of one script or command line. Never raises."""
        from pratique.languages.powershell.read import read

        return read(data, depth, f"{self.name}/{self.version}")


FRONT_END = PowerShellFrontEnd()
