"""pdm-backend: build hooks, setup scripts and version getters."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.ecosystems.pypi.entries.config import dig, text_of
from pratique.ecosystems.pypi.entries.project import Project, way
from pratique.model import Entry, Problem

_HOOKS = (
    "pdm_build_hook_enabled", "pdm_build_initialize", "pdm_build_update_files", "pdm_build_update_setup_kwargs",
    "pdm_build_finalize", "pdm_build_clean",
)  # fmt: skip


def ways(project: Project) -> Iterator[Entry | Problem]:
    """Yield the functions that pdm-backend and the older pdm-pep517 call."""
    tool = dig(project.pyproject, "tool", "pdm")
    backend = text_of(dig(project.pyproject, "build-system", "build-backend"))
    custom = text_of(dig(tool, "build", "custom-hook"))
    for path in dict.fromkeys((custom, "pdm_build.py") if custom else ("pdm_build.py",)):
        for file in project.view.at(path) if custom or backend.startswith("pdm") else ():
            for symbol in ("", *_HOOKS):
                yield way("build", file, "pdm build hook", symbol, *project.in_pyproject(path))
    old = text_of(dig(tool, "build"))
    for path in (old, text_of(dig(tool, "build", "setup-script"))):
        for file in project.view.at(path) if path else ():
            for symbol in ("", "build"):
                yield way("build", file, "pdm setup script", symbol, *project.in_pyproject(path))
    for version in (dig(tool, "version"), dig(tool, "build", "version")):
        yield from _getter(project, text_of(dig(version, "getter")))


def _getter(project: Project, getter: str) -> Iterator[Entry]:
    """Yield what `source = "call"` with `getter = "module:function"` runs."""
    module, _, function = getter.partition(":")
    declared = project.in_pyproject(getter)
    for file in project.importing(module):
        yield way("build", file, "pdm version getter", "", *declared)
    for file, symbol in project.targets(module, function.partition("(")[0]) if function else ():
        yield way("build", file, "pdm version getter", symbol, *declared)
