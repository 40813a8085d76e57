"""Path configuration files: lines that begin with `import` run whenever Python starts (`site.addpackage`)."""

from __future__ import annotations

from pratique.model import Facts


class PathFrontEnd:
    """Reads `.pth` files."""

    name = "pth"
    kinds = ("pth",)
    layers = ()

    @property
    def version(self) -> str:
        """The version of the Python front end, which reads the lines that run."""
        from pratique.languages.python import FRONT_END as PYTHON

        return PYTHON.version

    def read(self, data: bytes, depth: str = "full") -> Facts:
        """Return the facts of one file; the few lines that run are read in full at every depth. Never raises."""
        from pratique.languages.pth.read import read

        return read(data, depth, f"{self.name}/{self.version}")


FRONT_END = PathFrontEnd()
