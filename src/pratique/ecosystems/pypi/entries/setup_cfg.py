"""setup.cfg: command classes, attributes read by import, command packages, and the hooks of pbr and d2to1."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.ecosystems.pypi.entries.config import pairs_of, words_of
from pratique.ecosystems.pypi.entries.project import Project, way
from pratique.ecosystems.pypi.entries.setuptools_names import attribute, command_class
from pratique.model import Entry, Problem, Trigger

PROBLEMS = (("easy-install-config", "odd", "setup.cfg makes setuptools download from an index of its own."),)


def ways(project: Project) -> Iterator[Entry | Problem]:
    """Yield what setuptools runs because of setup.cfg."""
    options = project.setup_cfg.get("options", {})
    for name, target in pairs_of(options.get("cmdclass", "")):
        yield from command_class(project, name, target, project.in_setup_cfg(target))
    for section in ("metadata", "options"):
        for key, value in project.setup_cfg.get(section, {}).items():
            if value.strip().startswith("attr:"):
                target = value.strip().removeprefix("attr:").strip()
                yield from attribute(project, f"setup.cfg {key} = attr", target, project.in_setup_cfg(target))
    for section, values in project.setup_cfg.items():
        for key, value in values.items():
            yield from _hooks(project, section, key, value)
    for path in words_of(options.get("scripts", "")):
        for file in project.view.at(path):
            yield way("command", file, f"script {path}", "", *project.in_setup_cfg(path))


def _hooks(project: Project, section: str, key: str, value: str) -> Iterator[Entry | Problem]:
    """Read the keys of distutils' `[global]`, of pbr's hooks and of `[easy_install]`."""
    if section == "global" and key == "command_packages":
        for package in words_of(value):
            yield from _package(project, package)
    elif key in {"setup_hooks", "setup_hook"} or key.startswith(("pre_hook", "post_hook")):
        for target in words_of(value):
            yield from _function(project, f"setup.cfg {key}", target)
    elif section == "easy_install" and key in {"index_url", "find_links"} and project.setup_cfg_file:
        segments = project.setup_cfg_file.segments
        yield Problem(code="easy-install-config", severity="odd", segments=segments, detail=f"{key} = {value}"[:300])


def _package(project: Project, package: str) -> Iterator[Entry]:
    """Any command may be looked up in a command package, so each of its modules may run."""
    for file in project.module(package):
        folder = project.view.folder_of(file.segments)
        for placed in project.view.beneath(folder):
            if placed.stem:
                found = project.in_setup_cfg(package)
                yield way("install", placed.file, f"command_packages {package}", "", *found)
                yield way("install", placed.file, f"command_packages {package}", "*", *found)


def _function(project: Project, via: str, target: str) -> Iterator[Entry]:
    dotted = target.replace(":", ".")
    module = dotted.rpartition(".")[0]
    trigger: Trigger = "build"
    for file in project.importing(module):
        yield way(trigger, file, via, "", *project.in_setup_cfg(target))
    for file in project.module(module):
        yield way(trigger, file, via, dotted.rpartition(".")[2], *project.in_setup_cfg(target))
