"""meson (meson-python): programs and scripts of the tree that meson.build files run."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from pratique.ecosystems.buildcalls import calls, strings
from pratique.ecosystems.pypi.entries.project import Project, way
from pratique.ecosystems.pypi.entries.view import Placed
from pratique.model import Entry, Problem

PROBLEMS = (("inline-build-code", "info", "A build file hands code to an interpreter on its command line."),)
_RUNS = re.compile(
    r"\b(?:run_command|find_program|custom_target|generator|run_target|configure_file|vcs_tag"
    r"|add_install_script|add_postconf_script|add_dist_script)\s*\("
)
_ASSIGNED = re.compile(r"^[ \t]*(\w+)[ \t]*\+?=\s*(?:files\s*\()?\s*(\[?\s*(?:'[^'\n]*'\s*,?\s*)+)", re.MULTILINE)
_WORD = re.compile(r"\b[A-Za-z_]\w*\b")
_INLINE = re.compile(r"'-(?:c|e|enc|EncodedCommand)'\s*,\s*'")


def ways(project: Project) -> Iterator[Entry | Problem]:
    """Yield the files that meson.build and meson.options files name in calls that run them."""
    if project.view.installed:
        return
    rooted = bool(project.view.at_root("meson.build"))
    for placed in project.view.placed:
        if not placed.nested and placed.path.rpartition("/")[2] == "meson.build":
            if rooted:
                yield way("build", placed.file, "meson.build")
            text = project.view.text_of(placed.file)
            if isinstance(text, Problem):
                yield text
            else:
                yield from _scripts(project, placed, text)


def _scripts(project: Project, placed: Placed, text: str) -> Iterator[Entry | Problem]:
    variables: dict[str, list[str]] = {}
    for name, value in _ASSIGNED.findall(text):
        variables.setdefault(name, []).extend(strings(value))
    folder = posixpath.dirname(placed.path)
    for line, body in calls(text, _RUNS, "'"):
        names = [*strings(body), *(path for word in set(_WORD.findall(body)) for path in variables.pop(word, ()))]
        for name in dict.fromkeys(names):
            for file in project.view.at(posixpath.join(folder, name)) or project.view.at(name):
                yield way("build", file, f"meson.build line {line}", "", placed.file, line)
        if _INLINE.search(body):
            yield Problem(
                code="inline-build-code", severity="info", segments=placed.file.segments, detail=f"line {line}"
            )
