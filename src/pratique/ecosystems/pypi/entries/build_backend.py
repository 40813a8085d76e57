"""`[build-system]` of PEP 517 and 518: a build back end that lies in the tree."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from pratique.ecosystems.pypi.entries.config import dig, text_of, texts_of
from pratique.ecosystems.pypi.entries.project import Project, way
from pratique.model import Entry, File, Problem

PROBLEMS = (
    ("build-backend-missing", "odd", "The build back end is said to lie in the tree, and no file there is it."),
)
HOOKS = (
    "build_wheel", "build_sdist", "build_editable", "get_requires_for_build_wheel", "get_requires_for_build_sdist",
    "get_requires_for_build_editable", "prepare_metadata_for_build_wheel", "prepare_metadata_for_build_editable",
)  # fmt: skip
"""The functions that a front end calls (PEP 517, PEP 660)."""


def ways(project: Project) -> Iterator[Entry | Problem]:
    """Yield the in-tree back end's modules and hooks."""
    system = dig(project.pyproject, "build-system")
    backend, folders = text_of(dig(system, "build-backend")), texts_of(dig(system, "backend-path"))
    if not backend or not folders:
        return
    module, _, attribute = backend.partition(":")
    found = [file for folder in folders for file in _importing(project, folder, module)]
    if not found and project.pyproject_file:
        segments = project.pyproject_file.segments
        yield Problem(code="build-backend-missing", severity="odd", segments=segments, detail=backend)
    via, declared = f"build back end {module}", project.in_pyproject("build-backend")
    for file in dict.fromkeys(found):
        yield way("build", file, via, "", *declared)
    for folder in folders:
        for file in project.view.with_stem(posixpath.join(folder, *module.split("."))):
            for place, symbol in _hooks(project, file, attribute):
                yield way("build", place, via, symbol, *declared)


def _importing(project: Project, folder: str, module: str) -> Iterator[File]:
    """Yield what importing the back end runs: its parent packages and itself."""
    parts = module.split(".")
    for size in range(1, len(parts) + 1):
        yield from project.view.with_stem(posixpath.join(folder, *parts[:size]))


def _hooks(project: Project, file: File, attribute: str) -> tuple[tuple[File, str], ...]:
    """Return the hooks a file defines or imports; without its facts, the names that a front end would call."""
    facts = project.view.facts.get(file.segments)
    if facts is None:
        return tuple((file, f"{attribute}.{hook}".lstrip(".")) for hook in HOOKS)
    names = (scope.name for scope in facts.scopes if scope.kind == "function")
    own = [(file, name) for name in names if name.rpartition(".")[2] in HOOKS]
    defs = [item for hook in HOOKS for item in project.values.definitions(file.segments, hook)]
    return tuple(dict.fromkeys([*own, *((f, item.name) for item in defs for f in project.view.having(item.segments))]))
