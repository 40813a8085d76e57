"""Scripts that are installed as files: a wheel's `.data/scripts` and `.data/data/bin`, an egg's `EGG-INFO/scripts`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.ecosystems.pypi.entries.entry_points import shadowing
from pratique.ecosystems.pypi.entries.project import Project, way
from pratique.model import Entry, Problem

_SCRIPT = re.compile(
    r"^(?:[^/]+\.data/(?:scripts|data/(?:bin|Scripts|sbin))|EGG-INFO/scripts)/(?P<name>.+)$", re.IGNORECASE
)


def ways(project: Project) -> Iterator[Entry | Problem]:
    """Yield each installed script; what it is (Python, shell, native) its kind says."""
    for placed in project.view.placed if project.view.installed else ():
        if (found := _SCRIPT.match(placed.path)) and not placed.nested:
            yield way("command", placed.file, f"script {found['name']}")
            if placed.file.kind == "python":
                yield way("call", placed.file, f"functions of script {found['name']}", "*")
            yield from shadowing(project, [found["name"]], placed.file)
