"""Bytecode: `.pyc` files and marshalled code of CPython 2.7 and 3.6 to 3.14, lifted back to the facts of Python.

Nothing is unmarshalled by the running interpreter and nothing is compiled: `marshal` reads the bytes, `lift` walks the
instructions with a symbolic stack and writes the statements they stand for, and Python's own lowering turns these into
facts. Versions without an opcode table (3.0 to 3.5, 3.15) are read as far as names and constants go, and say so.
"""

from __future__ import annotations

from pratique.languages.python import FRONT_END as PYTHON
from pratique.model import Facts

LIFTING = "1"
"""Raise with every change of the facts."""


class BytecodeFrontEnd:
    """Reads compiled Python, with or without the header of a `.pyc` file."""

    name = "bytecode"
    kinds = ("bytecode",)
    layers = ("marshal", "bytecode")

    @property
    def version(self) -> str:
        """The lifting's version with that of the lowering it hands over to."""
        return f"{LIFTING} (python {PYTHON.version})"

    def read(self, data: bytes, depth: str = "full") -> Facts:
        """Return the facts of one code object and all those inside it. Never raises."""
        from pratique.languages.bytecode.read import read

        return read(data, depth, f"{self.name}/{self.version}")


FRONT_END = BytecodeFrontEnd()
