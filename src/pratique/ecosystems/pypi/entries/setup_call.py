"""Reads the `setup(…)` calls and the command classes of a setup.py from its facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pratique.ecosystems.pypi.entries.values import Def, Ref, Segments, Values
from pratique.model import Node, Scope

_KEYWORDS = frozenset({
    "name", "version", "packages", "py_modules", "cmdclass", "ext_modules", "install_requires", "entry_points",
    "scripts", "data_files", "setup_requires", "package_dir", "description", "distclass", "**",
})  # fmt: skip
COMMANDS = frozenset({
    "Command", "alias", "bdist", "bdist_dumb", "bdist_egg", "bdist_rpm", "bdist_wheel", "bdist_wininst", "build",
    "build_clib", "build_ext", "build_py", "build_scripts", "build_src", "check", "clean", "config", "develop",
    "dist_info", "easy_install", "editable_wheel", "egg_info", "install", "install_data", "install_egg_info",
    "install_headers", "install_lib", "install_scripts", "register", "rotate", "saveopts", "sdist", "setopt", "test",
    "upload", "upload_docs", "BuildExtension", "CMakeBuild", "Distribution",
})  # fmt: skip
"""Names of setuptools' and distutils' commands, and of the builders that extensions import from elsewhere."""
_ROOTS = ("setuptools.command.", "distutils.command.", "numpy.distutils.command.", "Cython.Distutils.")


@dataclass(frozen=True, slots=True)
class Setup:
    """The setup script of an artifact: one file, its facts, and the arguments of its setup calls."""

    segments: Segments
    values: Values
    calls: tuple[tuple[Ref, Node], ...]

    @property
    def line(self) -> int:
        """The line of the first setup call, 0 when there is none."""
        return self.calls[0][1].line if self.calls else 0

    def keyword(self, name: str) -> tuple[Ref, ...]:
        """Return the values given for a keyword, directly or through `**`."""
        found: list[Ref] = []
        for ref, _ in self.calls:
            found += self.values.args(ref, name)
            for packed in self.values.args(ref, "**"):
                found += [value for key, value in self.values.items(packed) if key == name]
        return tuple(found)

    def strings(self, name: str) -> tuple[str, ...]:
        """Return the constant strings of a keyword's value."""
        return tuple(text for ref in self.keyword(name) for text in self.values.strings(ref))

    def text(self, name: str) -> str:
        """Return a keyword's first constant string, or ""."""
        return next(iter(self.strings(name)), "")

    def table(self, name: str) -> tuple[tuple[str, Ref], ...]:
        """Return the items of a keyword's dict."""
        return tuple(item for ref in self.keyword(name) for item in self.values.items(ref))

    def opaque(self, name: str) -> bool:
        """Whether a keyword's value holds something that did not resolve."""
        if not self.calls:
            return True
        refs = self.keyword(name)
        unpacked = any(self.values.args(ref, "**") for ref, _ in self.calls)
        classes = [self.values.settle(value) for ref in refs for _, value in self.values.items(ref)]
        return (bool(refs) and not classes) or any(not defs for _, defs, _ in classes) or (unpacked and not refs)


def read_setup(segments: Segments, values: Values) -> Setup | None:
    """Return the setup script's arguments, or None when its facts were not given.

    A script that calls no setup itself may leave that to a module that it imports.
    """
    if values.facts(segments) is None:
        return None
    calls = tuple(_setup_calls(segments, values))
    others = () if calls else values.imported(segments)
    return Setup(segments, values, calls or tuple(call for other in others for call in _setup_calls(other, values)))


def _setup_calls(segments: Segments, values: Values) -> Iterator[tuple[Ref, Node]]:
    for ref, node in values.nodes(segments):
        if node.op != "call" or node.name.rpartition(".")[2] != "setup":
            continue
        if node.name.startswith(("setuptools.", "distutils.")) or any(arg.key in _KEYWORDS for arg in node.args):
            yield ref, node


def command_classes(segments: Segments, values: Values) -> Iterator[Def]:
    """Yield a file's classes that derive from a setuptools or distutils command, directly or through each other."""
    facts = values.facts(segments)
    classes = [scope for scope in (facts.scopes if facts else ()) if scope.kind == "class"]
    commands = {scope.name for scope in classes if any(_is_command(base) for base in scope.bases)}
    grown = True
    while grown:
        more = {s.name for s in classes if s.name not in commands and commands & {b.lstrip(".") for b in s.bases}}
        grown = bool(more)
        commands |= more
    yield from (Def(segments, scope.id, scope.name, "class") for scope in classes if scope.name in commands)


def _is_command(base: str) -> bool:
    last = base.rpartition(".")[2]
    return not base.startswith(".") and (base.startswith(_ROOTS) or last in COMMANDS or last.endswith("Command"))


def methods(item: Def, values: Values) -> tuple[Scope, ...]:
    """Return the methods of a class and of the local classes it derives from, in order of definition."""
    facts = values.facts(item.segments)
    scopes = facts.scopes if facts else ()
    owners: set[int] = set()
    todo = [item.scope]
    while todo:
        owner = todo.pop()
        if owner in owners or not 0 <= owner < len(scopes):
            continue
        owners.add(owner)
        bases = {base.lstrip(".") for base in scopes[owner].bases if base.startswith(".")}
        todo += [scope.id for scope in scopes if scope.kind == "class" and scope.name in bases]
    lent = {
        scopes[owner].nodes[arg.node].key
        for owner in owners
        for node in scopes[owner].nodes
        if node.op == "store"
        for arg in node.args
    }
    return tuple(scope for scope in scopes if scope.methods_of in owners or (scope.id in lent and scope.id > 0))
