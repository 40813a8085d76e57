"""CMake (scikit-build and setup.py wrappers): scripts of the tree that CMakeLists.txt and *.cmake files run."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from pratique.ecosystems.buildcalls import calls
from pratique.ecosystems.pypi.entries.config import dig, table, text_of
from pratique.ecosystems.pypi.entries.project import Project, way
from pratique.ecosystems.pypi.entries.view import Placed
from pratique.model import Entry, Problem

_RUNS = re.compile(
    r"\b(?:execute_process|add_custom_command|add_custom_target|exec_program|install)\s*\(", re.IGNORECASE
)
_TOKEN = re.compile(r'"([^"]*)"|([^\s"()]+)')
_DIRECTORY = re.compile(r"\$\{\w*(?:SOURCE|LIST|BINARY)_DIR\}/|\$\{\w+\}/")


def ways(project: Project) -> Iterator[Entry | Problem]:
    """Yield the files of the tree that CMake's commands name, and scikit-build-core's in-tree metadata providers."""
    if project.view.installed or not project.view.at_root("CMakeLists.txt"):
        return
    for placed in project.view.placed:
        base = placed.path.rpartition("/")[2]
        if not placed.nested and (base == "CMakeLists.txt" or base.endswith(".cmake")):
            yield way("build", placed.file, base)
            text = project.view.text_of(placed.file)
            if isinstance(text, Problem):
                yield text
            else:
                yield from _scripts(project, placed, text)
    for value in table(dig(project.pyproject, "tool", "scikit-build", "metadata")).values():
        yield from _provider(project, text_of(dig(value, "provider")), text_of(dig(value, "provider-path")))


def _scripts(project: Project, placed: Placed, text: str) -> Iterator[Entry]:
    folder = posixpath.dirname(placed.path)
    for line, body in calls(text, _RUNS, '"'):
        tokens = (quoted or bare for quoted, bare in _TOKEN.findall(body))
        for name in dict.fromkeys(_DIRECTORY.sub("", token) for token in tokens):
            for file in project.view.at(posixpath.join(folder, name)) or project.view.at(name):
                if file.kind in {"python", "shell", "powershell", "batch", "javascript"}:
                    yield way("build", file, f"{posixpath.basename(placed.path)} line {line}", "", placed.file, line)


def _provider(project: Project, module: str, folder: str) -> Iterator[Entry]:
    path = posixpath.join(folder, module.replace(".", "/"))
    for file in project.view.with_stem(path) if module and folder else ():
        for symbol in ("", "dynamic_metadata", "get_requires_for_dynamic_metadata"):
            yield way("build", file, f"scikit-build metadata provider {module}", symbol, *project.in_pyproject(module))
