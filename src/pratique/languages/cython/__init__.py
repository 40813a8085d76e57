"""Cython: Python that is compiled; what the tolerant grammar does not know of it is said and passed over."""

from __future__ import annotations

from pratique.model import Facts


class CythonFrontEnd:
    """Reads `.pyx`."""

    name = "cython"
    kinds = ("cython",)
    layers = ()

    @property
    def version(self) -> str:
        """The version of the Python front end, which does the reading."""
        from pratique.languages.python import FRONT_END as PYTHON

        return PYTHON.version

    def read(self, data: bytes, depth: str = "full") -> Facts:
        """Return the facts of one file. Never raises."""
        from pratique.languages.python import FRONT_END as PYTHON

        return PYTHON.read(data, depth)


FRONT_END = CythonFrontEnd()
