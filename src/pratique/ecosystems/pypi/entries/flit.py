"""flit: imports the module for its version and docstring when they cannot be read from its syntax."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pratique.ecosystems.pypi.entries.config import dig, text_of, texts_of
from pratique.ecosystems.pypi.entries.project import Project, way
from pratique.model import Entry, File, Problem


def ways(project: Project) -> Iterator[Entry | Problem]:
    """Yield the module that flit falls back to importing."""
    backend = text_of(dig(project.pyproject, "build-system", "build-backend"))
    if not backend.startswith("flit"):
        return
    fields = texts_of(dig(project.pyproject, "project", "dynamic")) or ("version", "description")
    names = (
        text_of(dig(project.pyproject, "tool", "flit", "module", "name")),
        text_of(dig(project.pyproject, "tool", "flit", "metadata", "module")),
        text_of(dig(project.pyproject, "project", "name")).replace("-", "_"),
    )
    for file in project.importing(next((name for name in names if name), "")):
        if not _readable(project, file, fields):
            yield way("build", file, "flit metadata import", "", *project.in_pyproject("flit"))


def _readable(project: Project, file: File, fields: tuple[str, ...]) -> bool:
    """Whether the wanted fields stand in the syntax, so that nothing is imported."""
    try:
        tree = ast.parse(project.view.bytes_of(file) or b"")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False
    targets = (
        (target, item.value)
        for item in tree.body
        if isinstance(item, ast.Assign | ast.AnnAssign)
        for target in (item.targets if isinstance(item, ast.Assign) else [item.target])
    )
    version = any(
        isinstance(target, ast.Name) and target.id == "__version__" and isinstance(value, ast.Constant)
        for target, value in targets
    )
    docstring = bool(ast.get_docstring(tree))
    return (version or "version" not in fields) and (docstring or "description" not in fields)
