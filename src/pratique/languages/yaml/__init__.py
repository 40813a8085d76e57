"""YAML with Python tags: what PyYAML's unsafe loaders build and call, read as the Python that it stands for.

Only text that code hands to such a loader is read; YAML files by themselves run nothing.
"""

from __future__ import annotations

from pratique.languages.python import FRONT_END as PYTHON
from pratique.model import Facts

LIFTING = "1"
"""Raise with every change of the facts."""


class YamlFrontEnd:
    """Reads the tags of YAML texts that an unsafe loader gets."""

    name = "yaml"
    kinds: tuple[str, ...] = ()
    layers = ("yaml",)

    @property
    def version(self) -> str:
        """The lifting's version with that of the lowering it hands over to."""
        return f"{LIFTING} (python {PYTHON.version})"

    def read(self, data: bytes, depth: str = "full") -> Facts:
        """Return the facts of one text. Never raises."""
        from pratique.languages.yaml.read import read

        return read(data, depth, f"{self.name}/{self.version}")


FRONT_END = YamlFrontEnd()
