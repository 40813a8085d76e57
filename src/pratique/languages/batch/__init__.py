"""Batch files and command lines of Windows' cmd."""

from __future__ import annotations

from pratique.model import Facts

LOWERING = "1"
"""Raise with every change of the facts."""


class BatchFrontEnd:
    """Reads `.bat` and `.cmd`."""

    name = "batch"
    kinds = ("batch",)
    layers = ("batch",)
    version = LOWERING

    def read(self, data: bytes, depth: str = "full") -> Facts:
        """Return the facts of one file or command line. Never raises."""
        from pratique.languages.batch.read import read

        return read(data, depth, f"{self.name}/{self.version}")


FRONT_END = BatchFrontEnd()
