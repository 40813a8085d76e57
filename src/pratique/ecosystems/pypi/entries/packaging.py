"""Where a project's modules lie, and which of them end up installed, as far as its configuration says so."""

from __future__ import annotations

import fnmatch
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from pratique.ecosystems.pypi.entries.config import Sections, Table, dig, pairs_of, text_of, texts_of, words_of
from pratique.ecosystems.pypi.entries.setup_call import Setup
from pratique.ecosystems.pypi.entries.view import View
from pratique.model import File

LAYOUTS = ("src/", "lib/", "Lib/", "python/", "source/", "py/")
"""Folders that usually hold packages without being one."""
DEEPEST = 64
"""Parts of a module name; file systems end deeper paths."""
MOST_PLACES = 64
"""Folders that hold modules; more than that many are reported, and the rest is not followed."""
TESTLIKE = frozenset({
    "test", "tests", "testing", "unit_test", "unit_tests", "doc", "docs", "documentation", "example", "examples",
    "sample", "samples", "demo", "demos", "benchmark", "benchmarks", "bench", "exercise", "exercises",
})  # fmt: skip
"""Folders that setuptools' automatic discovery leaves out, as far as they hold tests and examples."""
NOT_PACKAGED = frozenset({
    "setup", "conftest", "test", "tests", "example", "examples", "build", "toxfile", "noxfile", "pavement", "dodo",
    "tasks", "fabfile", "conanfile", "manage", "benchmark", "benchmarks", "exercise", "exercises",
})  # fmt: skip
"""Top-level modules that setuptools' automatic discovery leaves out (`FlatLayoutModuleFinder.DEFAULT_EXCLUDE`)."""


@dataclass(frozen=True, slots=True)
class Packaging:
    """What the configuration says is packaged, as far as it says so in constants."""

    places: tuple[tuple[str, str], ...] = (("", ""),)
    """(package prefix, folder with a trailing slash): where modules of that prefix lie. Sources of imports."""
    explicit: tuple[str, ...] = ()
    """Folders that a configuration names as the home of modules: everything in them is importable."""
    packages: tuple[str, ...] = ()
    """Packages named one by one, with slashes."""
    modules: tuple[str, ...] = ()
    finds: bool = False
    """`find_packages()` takes every folder with an `__init__`."""
    namespaces: bool = False
    """`find_namespace_packages()` takes every folder."""
    excludes: tuple[str, ...] = ()
    undeclared: bool = False
    """Nothing says what is packaged: whoever unpacks this imports from the folder as it is."""


def exact(view: View, places: tuple[tuple[str, str], ...], name: str) -> tuple[File, ...]:
    """Return the files of exactly this module."""
    found: list[File] = []
    for prefix, folder in places:
        if not prefix or f"{name}.".startswith(f"{prefix}."):
            found += view.with_stem(folder + name[len(prefix) :].lstrip(".").replace(".", "/"))
    return tuple(dict.fromkeys(found))


def resolve(view: View, places: tuple[tuple[str, str], ...], dotted: str) -> tuple[tuple[File, ...], str]:
    """Find the longest module prefix of a dotted name: its files, and the attribute part that is left."""
    parts = [part for part in dotted.split(".") if part]
    for size in range(min(len(parts), DEEPEST), 0, -1):
        if found := exact(view, places, ".".join(parts[:size])):
            return found, ".".join(parts[size:])
    return (), dotted


def resolve_from(
    view: View, places: tuple[tuple[str, str], ...], name: str, segments: tuple[str, ...]
) -> tuple[tuple[File, ...], str]:
    """Do as `resolve`, for a name as one file's facts hold it: `^util.send` starts from that file's package."""
    absolute = name.lstrip("^")
    if absolute == name:
        return resolve(view, places, name)
    folder = view.folder_of(segments)
    for _ in range(len(name) - len(absolute) - 1):
        folder = folder.rpartition("/")[0]
    return resolve(view, (("", f"{folder}/" if folder else ""),), absolute)


def static_places(view: View, pyproject: Table, sections: Sections) -> tuple[tuple[str, str], ...]:
    """Return where packages lie, from all that is not code: layouts, setuptools, poetry and pdm tables."""
    if view.installed:
        return (("", ""), *(("", f"{folder}/") for folder in _path_lines(view)))
    places = [("", "")] + [("", folder) for folder in LAYOUTS if any(view.beneath(folder))]
    places += [("", _folder(where)) for where in _wheres(pyproject, sections)]
    tables = [dig(pyproject, "tool", "setuptools", "package-dir")]
    pairs = [(key, value) for item in tables if isinstance(item, dict) for key, value in item.items()]
    pairs += pairs_of(sections.get("options", {}).get("package_dir", ""))
    places += [(str(key), _folder(str(value))) for key, value in pairs]
    return tuple(dict.fromkeys(places))


def _wheres(pyproject: Table, sections: Sections) -> Iterator[str]:
    setuptools = dig(pyproject, "tool", "setuptools")
    yield from texts_of(dig(setuptools, "packages", "find", "where"))
    yield from words_of(sections.get("options.packages.find", {}).get("where", ""))
    yield from texts_of(dig(pyproject, "tool", "pdm", "build", "package-dir"))
    yield from texts_of(dig(pyproject, "tool", "pdm", "package-dir"))
    yield from texts_of(dig(pyproject, "tool", "maturin", "python-source"))
    yield from (text_of(dig(item, "from")) for item in _tables(dig(pyproject, "tool", "poetry", "packages")))
    for path in _hatch_packages(pyproject):
        yield posixpath.dirname(path)


def _hatch_packages(pyproject: Table) -> tuple[str, ...]:
    build = dig(pyproject, "tool", "hatch", "build")
    wheel = dig(build, "targets", "wheel")
    keys = ("packages", "only-include", "include")
    return tuple(path.strip("/*") for part in (build, wheel) for key in keys for path in texts_of(dig(part, key)))


def _tables(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, list) else ()


def _folder(path: str) -> str:
    clean = posixpath.normpath(path or ".").strip("/")
    return "" if clean in {".", ""} else f"{clean}/"


def _path_lines(view: View) -> Iterator[str]:
    """Yield folders and archives of the artifact that a `.pth` file puts on `sys.path`."""
    for placed in view.placed:
        if "/" in placed.path or not placed.path.endswith(".pth") or placed.nested:
            continue
        text = view.text_of(placed.file)
        for line in text.splitlines() if isinstance(text, str) else ():
            folder = posixpath.normpath(line.strip().replace("\\", "/"))
            if folder in view.directories and not line.startswith(("#", "import ", "import\t")):
                yield folder


def read_packaging(
    pyproject: Table,
    sections: Sections,
    setup: Setup | None,
    places: tuple[tuple[str, str], ...],
    *,
    undeclared: bool = False,
) -> Packaging:
    """Read what is packaged from every configuration there is; `places` are those that `static_places` found."""
    options = sections.get("options", {})
    tool = dig(pyproject, "tool", "setuptools")
    found = _finders(setup)
    declared = options.get("packages", "")
    if setup:
        table = [(key, text) for key, ref in setup.table("package_dir") for text in setup.values.strings(ref)]
        places = tuple(dict.fromkeys((*places, *((key, _folder(text)) for key, text in table), *found.places)))
    packages = (
        *(setup.strings("packages") if setup else ()),
        *(word for word in words_of(declared) if ":" not in word),
        *texts_of(dig(tool, "packages")),
        *(text_of(dig(item, "include")) for item in _tables(dig(pyproject, "tool", "poetry", "packages"))),
        *_hatch_packages(pyproject),
    )
    modules = (
        *(setup.strings("py_modules") if setup else ()),
        *words_of(options.get("py_modules", "")),
        *texts_of(dig(tool, "py-modules")),
        *texts_of(dig(pyproject, "tool", "flit", "module", "name")),
    )
    find = dig(tool, "packages", "find")
    return Packaging(
        places=places,
        explicit=tuple(folder for _, folder in places if folder and folder not in LAYOUTS[1:]),
        packages=tuple(name.replace(".", "/").strip("/") for name in packages if name),
        modules=tuple(name.replace(".", "/") for name in modules),
        finds=found.finds or "find:" in declared or isinstance(find, dict),
        undeclared=undeclared,
        namespaces=found.namespaces or "find_namespace:" in declared,
        excludes=(
            *found.excludes,
            *texts_of(dig(find, "exclude")),
            *words_of(sections.get("options.packages.find", {}).get("exclude", "")),
        ),
    )


def _finders(setup: Setup | None) -> Packaging:
    """Read the `find_packages(…)` calls of a setup script."""
    finds = namespaces = False
    excludes: list[str] = []
    places: list[tuple[str, str]] = []
    for ref, node in setup.values.nodes(setup.segments) if setup else ():
        last = node.name.rpartition(".")[2]
        if node.op == "call" and last in {"find_packages", "find_namespace_packages", "find"} and setup:
            finds |= last != "find_namespace_packages"
            namespaces |= last == "find_namespace_packages"
            excluded = (*setup.values.args(ref, "exclude"), *setup.values.args(ref, "1"))
            excludes += [text for item in excluded for text in setup.values.strings(item)]
            wheres = (*setup.values.args(ref, "where"), *setup.values.args(ref, "0"))
            places += [("", _folder(text)) for item in wheres for text in setup.values.strings(item)]
    return Packaging(places=tuple(places), finds=finds, namespaces=namespaces, excludes=tuple(excludes))


def packaged(view: View, packaging: Packaging, path: str) -> bool:
    """Whether a source file of a project tree ends up importable once installed, judged generously.

    `path` is below the root, without its import suffix.
    """
    folder, _, name = path.rpartition("/")
    if packaging.undeclared and not TESTLIKE.intersection(folder.split("/")):
        return True
    if not folder:
        return name in packaging.modules or name not in NOT_PACKAGED
    if any(path.startswith(home) for home in packaging.explicit) or path in packaging.modules:
        return True
    inner = next((path.removeprefix(home) for home in LAYOUTS if path.startswith(home)), path)
    if any(f"{at}/".startswith(f"{package}/") for at in (path, inner) for package in packaging.packages if package):
        return True
    top = _topmost_package(view, folder)
    if not top:
        return packaging.namespaces and not _excluded(inner, packaging.excludes)
    if not TESTLIKE.intersection(top.split("/")):
        return True
    return (packaging.finds or packaging.namespaces) and not _excluded(inner, packaging.excludes)


def _excluded(path: str, patterns: tuple[str, ...]) -> bool:
    dotted = path.rpartition("/")[0].replace("/", ".")
    return any(fnmatch.fnmatchcase(dotted, pattern) for pattern in patterns)


def _topmost_package(view: View, folder: str) -> str:
    parts = folder.split("/")
    tops = ("/".join(parts[:size]) for size in range(1, len(parts) + 1))
    return next((top for top in tops if view.is_package(top)), "")
