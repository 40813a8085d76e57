"""POSIX shells: bash's grammar, which reads sh, dash, ksh and most of zsh. PowerShell and batch build on its graph."""

from __future__ import annotations

import functools
from importlib import metadata

from pratique.model import Facts

LOWERING = "2"
"""Raise with every change of the facts."""


class ShellFrontEnd:
    """Reads shell scripts and command lines."""

    name = "shell"
    kinds = ("shell",)
    layers = ("shell",)

    @functools.cached_property
    def version(self) -> str:
        """The lowering's version with that of the grammar."""
        return f"{LOWERING} (tree-sitter-bash {metadata.version('tree-sitter-bash')})"

    def read(self, data: bytes, depth: str = "full") -> Facts:
        """Return the facts of one script or command line. Never raises."""
        from pratique.languages.shell.read import read

        return read(data, depth, f"{self.name}/{self.version}")


FRONT_END = ShellFrontEnd()
