"""Entry points: console and GUI scripts (command), and everything that other programs load by group (plugin)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pratique.ecosystems.pypi.entries.config import (
    BadLine,
    EntryPoint,
    dig,
    entry_point,
    line_of,
    read_entry_points,
    table,
    text_of,
)
from pratique.ecosystems.pypi.entries.hooks import hooks
from pratique.ecosystems.pypi.entries.metadata import declared
from pratique.ecosystems.pypi.entries.project import Project, way
from pratique.model import Entry, File, Problem, ProblemSeverity, Trigger

PROBLEMS = (
    ("entry-point-malformed", "info", "A line of entry_points.txt is no entry point."),
    ("entry-point-elsewhere", "info", "An entry point names a module that this artifact does not hold."),
    ("entry-points-many", "fatal", "There are more entry points than were followed."),
    ("script-shadows-command", "odd", "A script has the name of a well-known command, which it replaces on the PATH."),
)  # fmt: skip
MOST = 5_000
"""Entry points of one file; the largest honest collections have a few hundred."""
SCRIPTS = {"console_scripts": "console script", "gui_scripts": "GUI script"}
_BUILD_GROUPS = frozenset({
    "distutils.commands", "distutils.setup_keywords", "egg_info.writers", "setuptools.finalize_distribution_options",
    "setuptools.file_finders",
})  # fmt: skip
_METADATA = re.compile(r"^(?:[^/]+/)?(?:[^/]+\.(?:dist-info|egg-info)|EGG-INFO)/entry_points\.txt$")
COMMANDS = frozenset({
    "apt", "apt-get", "aws", "az", "bash", "brew", "cargo", "cat", "cd", "chmod", "chown", "cmd", "cp", "curl", "dig",
    "docker", "dpkg", "env", "find", "gcc", "gcloud", "gh", "git", "go", "gpg", "grep", "id", "java", "kill", "kubectl",
    "ld", "less", "ln", "ls", "make", "mkdir", "mv", "nano", "node", "npm", "npx", "nslookup", "perl", "ping", "pip",
    "pip3", "pnpm", "powershell", "ps", "pwsh", "py", "python", "python2", "python3", "pythonw", "rm", "rsync", "ruby",
    "scp", "screen", "sed", "service", "sftp", "sh", "ssh", "ssh-add", "ssh-keygen", "su", "sudo", "systemctl", "tar",
    "tee", "terraform", "tmux", "top", "touch", "uv", "uvx", "vi", "vim", "wget", "which", "whoami", "yarn", "yum",
    "zip", "zsh",
})  # fmt: skip
"""Names that people and scripts type in the belief that they know what runs."""


@dataclass(frozen=True, slots=True)
class Source:
    """A place that declares entry points."""

    points: tuple[EntryPoint, ...]
    file: File
    own_build: bool
    """In an egg-info of a source tree: setuptools loads its build groups from there while it builds that very tree."""


def ways(project: Project) -> Iterator[Entry | Problem]:
    """Yield what entry points run, from whichever file declares them."""
    for placed in project.view.placed:
        if _METADATA.match(placed.path) and not placed.nested:
            text = project.view.text_of(placed.file)
            if isinstance(text, Problem):
                yield text
                continue
            read = tuple(read_entry_points(text))
            yield from _bad_lines(read, placed.file)
            points = tuple(item for item in read if isinstance(item, EntryPoint))
            yield from _points(project, Source(points, placed.file, not project.view.installed))
    for source in _configured(project):
        yield from _points(project, source)


def _bad_lines(read: tuple[EntryPoint | BadLine, ...], file: File) -> Iterator[Problem]:
    for item in read:
        if isinstance(item, BadLine):
            detail = f"line {item.line}: {item.text}"
            yield Problem(code="entry-point-malformed", severity="info", segments=file.segments, detail=detail)


def _configured(project: Project) -> Iterator[Source]:
    """Yield the sources of a project tree: pyproject.toml, setup.cfg, setup.py."""
    if project.pyproject_file:
        yield Source(tuple(_pyproject(project)), project.pyproject_file, False)
    if project.setup_cfg_file:
        yield Source(tuple(_setup_cfg(project)), project.setup_cfg_file, False)
    if project.setup:
        for file in project.view.having(project.setup.segments):
            yield Source(tuple(_setup_py(project)), file, False)


def _pyproject(project: Project) -> Iterator[EntryPoint]:
    declared = dig(project.pyproject, "project")
    poetry = dig(project.pyproject, "tool", "poetry")
    groups = [
        ("console_scripts", dig(declared, "scripts")),
        ("gui_scripts", dig(declared, "gui-scripts")),
        *table(dig(declared, "entry-points")).items(),
        ("console_scripts", dig(poetry, "scripts")),
        *table(dig(poetry, "plugins")).items(),
        ("console_scripts", dig(project.pyproject, "tool", "flit", "scripts")),
    ]
    for group, values in groups:
        for name, value in table(values).items():
            target = text_of(value) or text_of(dig(value, "callable")) or text_of(dig(value, "reference"))
            if point := entry_point(group, name, target, line_of(project.pyproject_text, target)):
                yield point


def _setup_cfg(project: Project) -> Iterator[EntryPoint]:
    for section in ("options.entry_points", "entry_points"):
        for group, value in project.setup_cfg.get(section, {}).items():
            yield from _lines(group, value, project.setup_cfg_text)


def _setup_py(project: Project) -> Iterator[EntryPoint]:
    setup = project.setup
    if setup is None:
        return
    for group, ref in setup.table("entry_points"):
        for text in setup.values.strings(ref):
            yield from _lines(group, text, "", setup.line)
    for ref in setup.keyword("entry_points"):
        for text in setup.values.strings(ref):
            if "[" in text:
                found = (item for item in read_entry_points(text) if isinstance(item, EntryPoint))
                yield from (
                    entry_point(p.group, p.name, f"{p.module}:{p.attr}".rstrip(":"), setup.line) or p for p in found
                )


def _lines(group: str, value: str, text: str, line: int = 0) -> Iterator[EntryPoint]:
    for raw in value.splitlines():
        name, equals, target = raw.partition("=")
        number = line or line_of(text, target.strip())
        if equals and (point := entry_point(group, name.strip(), target.strip(), number)):
            yield point


def _points(project: Project, source: Source) -> Iterator[Entry | Problem]:
    if len(source.points) > MOST:
        detail, segments = f"{len(source.points)} entry points", source.file.segments
        yield Problem(code="entry-points-many", severity="fatal", segments=segments, detail=detail)
    yield from shadowing(project, [point.name for point in source.points if point.group in SCRIPTS], source.file)
    for point in source.points[:MOST]:
        via = f"{SCRIPTS.get(point.group, f'entry point {point.group}')} {point.name}"
        if not project.module(point.module):
            detail = f"{via} = {point.module}"[:200]
            yield Problem(code="entry-point-elsewhere", severity="info", segments=source.file.segments, detail=detail)
            continue
        if point.group not in SCRIPTS and not point.attr:
            for file, symbol in hooks(project, point):
                yield way("plugin", file, via, symbol, source.file, point.line)
        for trigger in _triggers(point, source):
            if trigger != "command" or not point.attr:
                for file in project.importing(point.module):
                    yield way(trigger, file, via, "", source.file, point.line)
            for file, symbol in project.targets(point.module, point.attr) if point.attr else ():
                yield way(trigger, file, via, symbol, source.file, point.line)


def _triggers(point: EntryPoint, source: Source) -> tuple[Trigger, ...]:
    if point.group in SCRIPTS:
        return ("command",)
    return ("build", "plugin") if source.own_build and point.group in _BUILD_GROUPS else ("plugin",)


def shadowing(project: Project, names: Iterable[str], file: File) -> Iterator[Problem]:
    """Yield a problem for each script named like a well-known command; `info` when the project is that command."""
    commands = {name: re.sub(r"\.(?:exe|cmd|bat)$", "", name.casefold()) for name in names}
    shadowed = [(name, command) for name, command in commands.items() if command in COMMANDS]
    own = next((value.casefold() for key, value in declared(project) if key == "name"), "") if shadowed else ""
    for name, command in shadowed:
        severity: ProblemSeverity = "info" if own and command.rstrip("0123456789.") == own else "odd"
        yield Problem(code="script-shadows-command", severity=severity, segments=file.segments, detail=name)
