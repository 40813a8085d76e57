"""POSIX shells: bash's grammar, which reads sh, dash, ksh and most of zsh. PowerShell and batch build on its graph."""

from __future__ import annotations

from pratique.model import Facts

LOWERING = "1"
"""Raise with every change of the facts."""


class ShellFrontEnd:
    """Reads shell scripts and command lines."""

    name = "shell"
    kinds = ("shell",)
    layers = ("shell",)
    version = f"{LOWERING} (tree-sitter-bash)"

    def read(self, data: bytes, depth: str = "full") -> Facts:
        """Return the facts of one script or command line. Never raises."""
        from pratique.languages.shell.read import read

        return read(data, depth, f"{self.name}/{self.version}")


FRONT_END = ShellFrontEnd()
