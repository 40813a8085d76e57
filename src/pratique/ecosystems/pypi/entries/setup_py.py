"""setup.py: its body, its command classes, and the files and functions that its arguments name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.ecosystems.pypi.entries.project import Project, way
from pratique.ecosystems.pypi.entries.setup_call import Setup, command_classes, methods
from pratique.ecosystems.pypi.entries.values import Def, Ref
from pratique.model import Entry, File, Problem, Trigger

PROBLEMS = (
    ("cmdclass-unresolved", "info", "Some commands of setup.py do not resolve to classes: all it can see count."),
    ("dependency-links", "odd", "setup.py downloads build dependencies from addresses of its own."),
    ("setup-script-fuel", "fatal", "setup.py's arguments are too tangled to follow to their end."),
)  # fmt: skip
_CODE_KEYWORDS = ("distclass", "use_scm_version", "ext_modules", "rust_extensions", "command_options", "features")
"""Arguments whose classes and functions setuptools or a plugin calls during the build."""
_BY_INSTALLERS = frozenset({
    "bdist", "bdist_egg", "bdist_wheel", "build", "build_clib", "build_ext", "build_py", "build_scripts", "develop",
    "dist_info", "easy_install", "editable_wheel", "egg_info", "install", "install_data", "install_egg_info",
    "install_headers", "install_lib", "install_scripts", "sdist", "saveopts", "alias", "setopt",
})  # fmt: skip
"""Commands that pip, uv or build run, or that those run. Any other one runs when a developer names it."""
_RUN_OTHERS = frozenset(("run_command", "sub_commands", "get_sub_commands", "ensure_finalized", "reinitialize_command"))
"""How one command runs another: where these are used, every command counts as run."""

_PARTS = re.compile(r"[.@()\[\]]+")


def ways(project: Project) -> Iterator[Entry | Problem]:
    """Yield what pip, uv and build run of a setup script."""
    if project.view.installed:
        return
    for file in project.view.at_root("setup.py"):
        yield way("install", file, "setup.py")
    setup = project.setup
    if setup is None:
        return
    files = {file.segments: file for file in _files(project)}
    yield from _commands(setup, files)
    yield from _called(setup, files)
    yield from _patches(setup, files)
    yield from _named_files(project, setup)
    file = files[setup.segments]
    if links := setup.strings("dependency_links"):
        yield Problem(code="dependency-links", severity="odd", segments=file.segments, detail=", ".join(links)[:300])
    if setup.values.spent:
        yield Problem(code="setup-script-fuel", severity="fatal", segments=file.segments)


def _files(project: Project) -> Iterator[File]:
    return (placed.file for placed in project.view.placed)


def _commands(setup: Setup, files: dict[tuple[str, ...], File]) -> Iterator[Entry | Problem]:
    """Yield each method of each command: setuptools calls some, and each may override one that it calls."""
    named: dict[Def, str] = {}
    by_hand: set[Def] = set()
    alone = not _runs_others(setup)
    for key, ref in setup.table("cmdclass"):
        for item in setup.values.settle(ref)[1]:
            named.setdefault(item, f"cmdclass {key}".rstrip())
            (by_hand.add if key and key not in _BY_INSTALLERS and alone else by_hand.discard)(item)
    for item in command_classes(setup.segments, setup.values):
        named.setdefault(item, f"command class {item.name}")
    if setup.opaque("cmdclass"):
        if setup.calls:
            yield Problem(code="cmdclass-unresolved", severity="info", segments=setup.segments)
        for segments in setup.values.imported(setup.segments):
            for item in command_classes(segments, setup.values):
                named.setdefault(item, f"command class {item.name}")
    for item, via in named.items():
        yield from _methods(setup, item, via, files, "command" if item in by_hand else "install")


def _runs_others(setup: Setup) -> bool:
    """Whether a command of this setup script may run another one by its name."""
    for segments in (setup.segments, *setup.values.imported(setup.segments)):
        for _, node in setup.values.nodes(segments):
            if node.op in ("call", "attr", "name", "store") and not _RUN_OTHERS.isdisjoint(_PARTS.split(node.name)):
                return True
    return False


def _methods(
    setup: Setup, item: Def, via: str, files: dict[tuple[str, ...], File], trigger: Trigger = "install"
) -> Iterator[Entry]:
    declared = files[setup.segments]
    if item.kind != "class":
        yield way(trigger, files[item.segments], via, item.name, declared, setup.line)
        return
    for scope in methods(item, setup.values):
        yield way(trigger, files[item.segments], via, scope.name, declared, setup.line)


def _patches(setup: Setup, files: dict[tuple[str, ...], File]) -> Iterator[Entry]:
    """Yield functions that replace a part of setuptools or distutils: the build that follows calls them."""
    for segments in (setup.segments, *setup.values.imported(setup.segments)):
        for name, ref in setup.values.stores(segments):
            if name.startswith(("setuptools.", "distutils.", "pkg_resources.")):
                for item in setup.values.settle(ref)[1]:
                    yield from _methods(setup, item, f"patch of {name}", files)


def _called(setup: Setup, files: dict[tuple[str, ...], File]) -> Iterator[Entry]:
    """Yield the classes and functions that other arguments hand to the build."""
    declared = files[setup.segments]
    for keyword in _CODE_KEYWORDS:
        refs = [*setup.keyword(keyword), *(ref for _, ref in setup.table(keyword))]
        for item in (item for ref in refs for item in _definitions(setup, ref)):
            if item.kind == "class":
                yield from _methods(setup, item, f"setup({keyword}=…)", files)
            else:
                yield way("install", files[item.segments], f"setup({keyword}=…)", item.name, declared, setup.line)


def _definitions(setup: Setup, ref: Ref) -> Iterator[Def]:
    ends, defs, _ = setup.values.settle(ref)
    yield from defs
    for end in ends:
        node = setup.values.node(end)
        if node and node.op == "pack":
            for arg in node.args:
                yield from setup.values.settle(Ref(end.segments, end.scope, arg.node))[1]
        elif node and node.op == "call" and node.name.startswith("."):
            yield from (item for item in setup.values.named(end.segments, node.name)[1] if item.kind == "class")


def _named_files(project: Project, setup: Setup) -> Iterator[Entry]:
    """Yield scripts that are installed as commands, and cffi's build scripts (`path:variable`)."""
    declared = next(iter(project.view.at_root("setup.py")))
    for path in setup.strings("scripts"):
        for file in project.view.at(path):
            yield way("command", file, f"script {path}", "", declared, setup.line)
            if file.kind == "python":
                yield way("call", file, f"functions of script {path}", "*", declared, setup.line)
    for text in setup.strings("cffi_modules"):
        for file in project.view.at(text.rpartition(":")[0]):
            yield way("build", file, f"cffi_modules {text}", "", declared, setup.line)
