"""What every start of Python runs: `.pth` and `.start` files, `sitecustomize`, `usercustomize`, egg links."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.ecosystems.pypi.entries.names import Stem
from pratique.ecosystems.pypi.entries.project import Project, way
from pratique.ecosystems.pypi.entries.view import Placed
from pratique.model import Entry, File, Problem

PROBLEMS = (
    ("start-target-elsewhere", "info", "A .start file names a function that this artifact does not hold."),
    ("start-line-malformed", "odd", "A line of a .start file is not `package.module:callable`."),
    ("data-in-standard-library", "odd", "The wheel writes into the standard library of the Python that installs it."),
    ("data-in-system-startup", "odd", "The wheel writes to a place from which shells or services start programs."),
)  # fmt: skip
_SITES = ("sitecustomize", "usercustomize")
_TARGET = re.compile(r"^(?P<module>[^\s:]+)\s*:\s*(?P<attr>[^\s:]+)$")
_DATA = re.compile(r"^[^/]+\.data/data/(?P<rest>.+)$")
_STDLIB = re.compile(r"^(?:lib(?:64)?/(?:python|pypy)\d[^/]*|Lib|DLLs)/", re.IGNORECASE)
_SYSTEM = re.compile(
    r"(?:^|/)(?:profile\.d|cron\.(?:d|daily|hourly|weekly|monthly)|init\.d|systemd|autostart|LaunchAgents|LaunchDaemons"
    r"|bash_completion\.d|rc\.d)/"
)


def ways(project: Project) -> Iterator[Entry | Problem]:
    """Yield the startup files that end up at the root of site-packages, and their targets."""
    for placed in project.view.placed:
        if placed.nested:
            continue
        if _at_site_root(project, placed):
            yield from _site_file(project, placed)
        if placed.stem and _is_customize(project, placed.stem) and not placed.stem.cached:
            for symbol in ("", "*") if placed.path.endswith("__init__.py") else ("",):
                yield way("startup", placed.file, _customize_name(placed.stem), symbol)
        if data := _DATA.match(placed.path):
            yield from _data(placed.file, data["rest"])


def _at_site_root(project: Project, placed: Placed) -> bool:
    """Whether a file lands in site-packages itself; in a source tree also one that the build configuration names."""
    folder, _, base = placed.path.rpartition("/")
    if not base.endswith((".pth", ".start", ".egg-link")):
        return False
    if not folder or (not project.view.installed and f"{folder}/" in {place for _, place in project.packaging.places}):
        return True
    return not project.view.installed and base in _configuration(project)


def _configuration(project: Project) -> str:
    texts = [project.pyproject_text, project.setup_cfg_text]
    for file in project.view.at_root("setup.py"):
        text = project.view.text_of(file)
        texts.append(text if isinstance(text, str) else "")
    return "\n".join(texts)


def _site_file(project: Project, placed: Placed) -> Iterator[Entry | Problem]:
    text = project.view.text_of(placed.file)
    if isinstance(text, Problem):
        yield text
        yield way("startup", placed.file, placed.path.rpartition(".")[2])
    elif placed.path.endswith(".pth"):
        yield from _pth(placed.file, text)
    elif placed.path.endswith(".start"):
        yield from _start(project, placed.file, text)
    else:
        yield way("startup", placed.file, "egg-link")


def _pth(file: File, text: str) -> Iterator[Entry]:
    """Only lines that begin with `import` and a blank run (site.py, `addpackage`); the others extend `sys.path`."""
    if lines := import_lines(text):
        yield way("startup", file, f".pth line {lines[0]}", "", file, lines[0])


def import_lines(text: str) -> tuple[int, ...]:
    """Return the 1-based lines of a `.pth` file that run.

    Lines end wherever any version of site.py ends them: up to 3.12 it reads text lines, since 3.13 `splitlines()`.
    """
    lines = text.removeprefix("\ufeff").splitlines()
    return tuple(number for number, line in enumerate(lines, 1) if line.startswith(("import ", "import\t")))


def _start(project: Project, file: File, text: str) -> Iterator[Entry | Problem]:
    """Read `package.module:callable` lines (PEP 829): the module is imported and the callable is called."""
    yield way("startup", file, ".start")
    for number, raw in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        found = _TARGET.match(line)
        if found is None:
            yield Problem(code="start-line-malformed", severity="odd", segments=file.segments, detail=line[:200])
            continue
        via = f".start line {number}"
        if not project.module(found["module"]):
            yield Problem(code="start-target-elsewhere", severity="info", segments=file.segments, detail=line[:200])
        for place in project.importing(found["module"]):
            yield way("startup", place, via, "", file, number)
        for place, symbol in project.targets(found["module"], found["attr"]):
            yield way("startup", place, via, symbol, file, number)


def _customize_name(found: Stem) -> str:
    return next(name for name in _SITES if name in found.parts)


def _is_customize(project: Project, found: Stem) -> bool:
    return project.module_name(found.path) in _SITES


def _data(file: File, rest: str) -> Iterator[Entry | Problem]:
    """Judge a file of the wheel's `data` scheme, which lands below `sys.prefix` or the user's base folder."""
    if _STDLIB.match(rest):
        yield Problem(code="data-in-standard-library", severity="odd", segments=file.segments, detail=rest[:200])
        yield way("import", file, f"data file {rest}")
    elif _SYSTEM.search(rest):
        yield Problem(code="data-in-system-startup", severity="odd", segments=file.segments, detail=rest[:200])
        yield way("startup", file, f"data file {rest}")
