"""`[tool.setuptools]` in pyproject.toml: command classes, dynamic attributes, script files."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.ecosystems.pypi.entries.config import dig, table, text_of, texts_of
from pratique.ecosystems.pypi.entries.project import Project, way
from pratique.ecosystems.pypi.entries.setuptools_names import attribute, command_class
from pratique.model import Entry, Problem


def ways(project: Project) -> Iterator[Entry | Problem]:
    """Yield what setuptools runs because of its table."""
    tool = dig(project.pyproject, "tool", "setuptools")
    for name, value in table(dig(tool, "cmdclass")).items():
        target = text_of(value)
        yield from command_class(project, name, target, project.in_pyproject(target))
    for field, value in table(dig(tool, "dynamic")).items():
        if target := text_of(dig(value, "attr")):
            yield from attribute(project, f"setuptools dynamic {field}", target, project.in_pyproject(target))
    for path in texts_of(dig(tool, "script-files")):
        for file in project.view.at(path):
            yield way("command", file, f"script {path}", "", *project.in_pyproject(path))
