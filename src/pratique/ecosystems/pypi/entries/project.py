"""One project inside an artifact: its files, its build configuration, and where its modules lie."""

from __future__ import annotations

from dataclasses import dataclass

from pratique.ecosystems.pypi.entries.config import Sections, Table, dig, line_of, read_ini, read_toml, table
from pratique.ecosystems.pypi.entries.packaging import (
    DEEPEST,
    MOST_PLACES,
    Packaging,
    exact,
    read_packaging,
    resolve,
    resolve_from,
    static_places,
)
from pratique.ecosystems.pypi.entries.setup_call import Setup, read_setup
from pratique.ecosystems.pypi.entries.values import Values
from pratique.ecosystems.pypi.entries.view import View
from pratique.model import Entry, File, Problem, Trigger, Where

PROBLEMS = (
    ("pyproject-unreadable", "fatal", "pyproject.toml decides what a build runs, and it cannot be parsed."),
    ("module-folders-many", "fatal", "The configuration names more folders of modules than were followed."),
    ("setup-cfg-unreadable", "fatal", "setup.cfg decides what a build runs, and it cannot be parsed."),
)


@dataclass(frozen=True, slots=True)
class Project:
    """What the members of this folder look at."""

    view: View
    pyproject: Table
    pyproject_file: File | None
    pyproject_text: str
    setup_cfg: Sections
    setup_cfg_file: File | None
    setup_cfg_text: str
    setup: Setup | None
    values: Values
    packaging: Packaging
    problems: tuple[Problem, ...]

    def in_pyproject(self, needle: str) -> tuple[File | None, int]:
        """Return pyproject.toml and the line where a text first stands in it."""
        return self.pyproject_file, line_of(self.pyproject_text, needle)

    def in_setup_cfg(self, needle: str) -> tuple[File | None, int]:
        """Return setup.cfg and the line where a text first stands in it."""
        return self.setup_cfg_file, line_of(self.setup_cfg_text, needle)

    def resolve(self, dotted: str) -> tuple[tuple[File, ...], str]:
        """Find the longest module prefix of a dotted name: its files, and the attribute part that is left."""
        return resolve(self.view, self.packaging.places, dotted)

    def targets(self, dotted: str, attribute: str) -> tuple[tuple[File, str], ...]:
        """Return the (file, symbol) that `module:attribute` names, through re-exports as far as facts are there."""
        files = self.module(dotted)
        defs = [item for file in files for item in self.values.definitions(file.segments, attribute)]
        named = {file.segments: file for item in defs for file in self.view.having(item.segments)}
        found = [(named[item.segments], item.name) for item in defs if item.segments in named]
        return tuple(dict.fromkeys(found)) or tuple((file, attribute) for file in files)

    def module(self, dotted: str) -> tuple[File, ...]:
        """Return the files of exactly this module."""
        return exact(self.view, self.packaging.places, dotted) if dotted else ()

    def importing(self, dotted: str) -> tuple[File, ...]:
        """Return the files that importing a module runs: each parent package, then the module."""
        parts = dotted.split(".")[:DEEPEST]
        return tuple(file for size in range(1, len(parts) + 1) for file in self.module(".".join(parts[:size])))

    def module_name(self, stem_path: str) -> str:
        """Return the dotted name by which a module (slashes, no suffix) is imported once installed."""
        best = max(
            ((len(folder), prefix, folder) for prefix, folder in self.packaging.places if stem_path.startswith(folder)),
            default=(0, "", ""),
        )
        parts = [part for part in (best[1].replace(".", "/") + "/" + stem_path[best[0] :]).split("/") if part]
        parts = parts[:-1] if parts and parts[-1] == "__init__" else parts
        return ".".join(parts)


def way(trigger: Trigger, file: File, via: str, symbol: str = "", declared: File | None = None, line: int = 0) -> Entry:
    """Build an entry; `declared` and `line` say where it is announced, when that is another place than `file`."""
    where = Where(segments=declared.segments, line=line) if declared else None
    return Entry(trigger=trigger, segments=file.segments, symbol=symbol, via=via, where=where)


def read_project(view: View) -> Project:
    """Read the configuration of one root. Never raises; what could not be read is in `problems`."""
    problems: list[Problem] = []
    toml, toml_file, toml_text = _config(view, "pyproject.toml", problems)
    ini, ini_file, ini_text = _config(view, "setup.cfg", problems)
    pyproject, why = read_toml(toml) if toml_file else ({}, "")
    if why and toml_file:
        problems.append(_unreadable("pyproject-unreadable", toml_file, why))
    sections, why = read_ini(ini) if ini_file else ({}, "")
    if why and ini_file:
        problems.append(_unreadable("setup-cfg-unreadable", ini_file, why))
    pyproject = _with_hatch_toml(view, pyproject, problems)
    places = static_places(view, pyproject, sections)
    if len(places) > MOST_PLACES:
        problems.append(
            Problem(code="module-folders-many", severity="fatal", segments=(), detail=f"{len(places)} folders")
        )
        places = places[:MOST_PLACES]
    values = Values(view.facts, lambda name, segments: resolve_from(view, places, name, segments))
    scripts = () if view.installed else view.at_root("setup.py")
    undeclared = not (view.installed or scripts or toml_file or ini_file)
    setup = next((found for file in scripts if (found := read_setup(file.segments, values))), None)
    return Project(
        view=view, pyproject=pyproject, pyproject_file=toml_file, pyproject_text=toml_text, setup_cfg=sections,
        setup_cfg_file=ini_file, setup_cfg_text=ini_text, setup=setup, values=values,
        packaging=read_packaging(pyproject, sections, setup, places, undeclared=undeclared), problems=tuple(problems),
    )  # fmt: skip


def _config(view: View, name: str, problems: list[Problem]) -> tuple[str, File | None, str]:
    for file in () if view.installed else view.at_root(name):
        text = view.text_of(file)
        if isinstance(text, Problem):
            problems.append(text)
        else:
            return text, file, text
    return "", None, ""


def _unreadable(code: str, file: File, why: str) -> Problem:
    return Problem(code=code, severity="fatal", segments=file.segments, detail=why)


def _with_hatch_toml(view: View, pyproject: Table, problems: list[Problem]) -> Table:
    """Lay `hatch.toml`, whose tables are those of `[tool.hatch]`, over them."""
    text, file, _ = _config(view, "hatch.toml", problems)
    if file is None:
        return pyproject
    own, why = read_toml(text)
    if why:
        problems.append(_unreadable("pyproject-unreadable", file, why))
    tool = table(dig(pyproject, "tool"))
    return {**pyproject, "tool": {**tool, "hatch": {**table(tool.get("hatch")), **own}}}
