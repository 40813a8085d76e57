"""poetry-core: the build script."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.ecosystems.pypi.entries.config import dig, text_of
from pratique.ecosystems.pypi.entries.project import Project, way
from pratique.model import Entry, Problem


def ways(project: Project) -> Iterator[Entry | Problem]:
    """Yield the script of `[tool.poetry.build]`, or of the older `build = "build.py"`; setup.py calls its `build`."""
    build = dig(project.pyproject, "tool", "poetry", "build")
    if path := text_of(build) or text_of(dig(build, "script")):
        for file in project.view.at(path):
            for symbol in ("", "build"):
                yield way("build", file, "poetry build script", symbol, *project.in_pyproject(path))
