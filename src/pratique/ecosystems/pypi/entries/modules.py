"""Modules: what `import` runs, and the functions that a consumer's call runs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.ecosystems.pypi.entries.names import Stem
from pratique.ecosystems.pypi.entries.packaging import TESTLIKE, packaged
from pratique.ecosystems.pypi.entries.project import Project, way
from pratique.ecosystems.pypi.entries.view import Placed
from pratique.model import Entry, File, Problem

_TEST_NAME = re.compile(r"(?:^|/)(?:test_[^/]*|[^/]*_test|conftest)$")
_TEST_TEXT = re.compile(
    rb"^\s*(?:from|import)\s+(?:pytest|unittest|nose|hypothesis)\b|^\s*(?:async\s+)?def\s+test|^class\s+Test",
    re.MULTILINE,
)


def ways(project: Project) -> Iterator[Entry | Problem]:
    """Yield an `import` and a `call` entry for each importable module, `command` for `__main__`, `test` for tests."""
    for placed in project.view.placed:
        if placed.stem is None or (placed.path == "setup.py" and not project.view.installed):
            continue
        name = _name(project, placed, placed.stem)
        if name:
            yield from _importable(project, placed, placed.stem, name)
        elif _is_test(project, placed, placed.stem):
            yield way("test", placed.file, "tests")
            yield way("test", placed.file, "tests", "*")


def _name(project: Project, placed: Placed, found: Stem) -> str:
    """Return the name that imports a module, "" when nothing does by name alone."""
    if placed.nested and not any(folder and placed.path.startswith(folder) for _, folder in project.packaging.places):
        return ""
    name = project.module_name(found.path)
    inside = next(
        (folder for _, folder in reversed(project.packaging.places) if folder and found.path.startswith(folder)), ""
    )
    importable = Stem(found.path.removeprefix(inside)).importable or found.importable
    if not name or not importable:
        return ""
    return name if project.view.installed or packaged(project.view, project.packaging, found.path) else ""


def _importable(project: Project, placed: Placed, found: Stem, name: str) -> Iterator[Entry]:
    file = placed.file
    if found.cached:
        if project.view.with_stem(found.path):
            yield way("import", file, f"import {name} (its cached bytecode)")
        return
    if found.path.rpartition("/")[2] == "__main__":
        yield way("command", file, f"python -m {name.removesuffix('__main__').rstrip('.') or 'the archive'}")
    else:
        yield way("import", file, f"import {name}")
    if not found.native:
        yield way("call", file, f"functions of {name}", "*")


def _is_test(project: Project, placed: Placed, found: Stem) -> bool:
    """Whether a source file that is not installed is a test, an example or a part of the documentation."""
    if found.cached or found.native:
        return False
    if TESTLIKE.intersection(found.path.split("/")[:-1]):
        return True
    return bool(_TEST_NAME.search(found.path)) and _tests_something(project, placed.file)


def _tests_something(project: Project, file: File) -> bool:
    data = project.view.bytes_of(file)
    return bool(data and _TEST_TEXT.search(data))
