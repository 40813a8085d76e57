"""hatchling: custom build and metadata hooks, custom builders, and a version that is code."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.ecosystems.pypi.entries.config import Table, dig, table, text_of
from pratique.ecosystems.pypi.entries.project import Project, way
from pratique.model import Entry, File, Problem

PROBLEMS = (
    ("build-expression", "odd", "The build configuration holds code: an expression that the back end evaluates."),
)
_FACTORIES = frozenset({"get_build_hook", "get_metadata_hook", "get_builder", "get_version_source", "get_template"})
_PLAIN = re.compile(r"^\w+(\.\w+)*(\(\))?$")


def ways(project: Project) -> Iterator[Entry | Problem]:
    """Yield the scripts that hatchling loads."""
    hatch = dig(project.pyproject, "tool", "hatch")
    build = dig(hatch, "build")
    tables = [
        ("build hook", dig(build, "hooks", "custom")),
        ("metadata hook", dig(hatch, "metadata", "hooks", "custom")),
    ]
    for target, value in table(dig(build, "targets")).items():
        tables.append((f"build hook of {target}", dig(value, "hooks", "custom")))
        if target == "custom":
            tables.append(("builder", value))
    for via, found in tables:
        if isinstance(found, dict):
            yield from _script(project, f"hatch {via}", text_of(found.get("path")) or "hatch_build.py")
    yield from _version(project, table(dig(hatch, "version")))


def _script(project: Project, via: str, path: str) -> Iterator[Entry]:
    declared = project.in_pyproject("hooks.custom")
    for file in project.view.at(path):
        yield way("build", file, via, "", *declared)
        for symbol in _symbols(project, file):
            yield way("build", file, via, symbol, *declared)


def _symbols(project: Project, file: File) -> tuple[str, ...]:
    """Return the methods of a script's classes and its factory functions, all of which hatchling may call."""
    facts = project.view.facts.get(file.segments)
    scopes = facts.scopes if facts else ()
    return tuple(
        scope.name
        for scope in scopes
        if scope.name in _FACTORIES or (scope.methods_of >= 0 and scopes[scope.methods_of].bases)
    )


def _version(project: Project, version: Table) -> Iterator[Entry | Problem]:
    source, path, declared = text_of(version.get("source")), text_of(version.get("path")), project.in_pyproject("path")
    if source == "code":
        for file in project.view.at(path):
            yield way("build", file, "hatch version code", "", *declared)
    expression = text_of(version.get("expression"))
    if expression and not _PLAIN.match(expression) and project.pyproject_file:
        segments = project.pyproject_file.segments
        yield Problem(code="build-expression", severity="odd", segments=segments, detail=expression[:300])
        for file in project.view.at(path):
            yield way("build", file, "hatch version expression", "*", *declared)
    elif expression.endswith("()"):
        for file in project.view.at(path):
            yield way("build", file, "hatch version expression", expression[:-2], *declared)
