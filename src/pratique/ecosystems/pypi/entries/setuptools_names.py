"""What setup.cfg and `[tool.setuptools]` have in common: dotted names that setuptools imports."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.ecosystems.pypi.entries.project import Project, way
from pratique.ecosystems.pypi.entries.setup_call import methods
from pratique.ecosystems.pypi.entries.values import Def
from pratique.model import Entry, File

Declared = tuple[File | None, int]


def command_class(project: Project, name: str, target: str, declared: Declared) -> Iterator[Entry]:
    """Yield the module of a command class `pkg.mod.Class`, and each of its methods."""
    files, rest = project.resolve(target.replace(":", "."))
    for file in files:
        yield way("install", file, f"cmdclass {name}", "", *declared)
        facts = project.view.facts.get(file.segments)
        scopes = facts.scopes if facts else ()
        found = [scope for scope in scopes if scope.kind == "class" and scope.name == rest]
        for scope in found:
            for method in methods(Def(file.segments, scope.id, scope.name, "class"), project.values):
                yield way("install", file, f"cmdclass {name}", method.name, *declared)
        if not found and rest:
            yield way("install", file, f"cmdclass {name}", f"{rest}.run", *declared)


def attribute(project: Project, via: str, target: str, declared: Declared) -> Iterator[Entry]:
    """Yield the modules that reading `pkg.mod.attr` may import.

    Current setuptools reads a literal without importing; the versions before 46.4, which a build may ask for, do not.
    """
    files, _ = project.resolve(target)
    module = target
    while module and not project.module(module):
        module = module.rpartition(".")[0]
    for file in dict.fromkeys((*project.importing(module), *files)):
        yield way("build", file, via, "", *declared)
