"""Pickles: programs for a stack machine, read as the Python that they stand for. Nothing is ever unpickled.

`opcodes` splits the bytes, `machine` runs them with a symbolic stack of expressions, and Python's own lowering turns
the statements into facts: a pickle that calls `os.system` gives the same facts as source that does.
"""

from __future__ import annotations

from pratique.languages.python import FRONT_END as PYTHON
from pratique.model import Facts

LIFTING = "2"
"""Raise with every change of the facts."""


class PickleFrontEnd:
    """Reads pickles of protocols 0 to 5, several in one file too."""

    name = "pickle"
    kinds = ("pickle",)
    layers = ("pickle",)

    @property
    def version(self) -> str:
        """The lifting's version with that of the lowering it hands over to."""
        return f"{LIFTING} (python {PYTHON.version})"

    def read(self, data: bytes, depth: str = "full") -> Facts:
        """Return the facts of one file of pickles. Never raises."""
        from pratique.languages.pickle.read import read

        return read(data, depth, f"{self.name}/{self.version}")


FRONT_END = PickleFrontEnd()
