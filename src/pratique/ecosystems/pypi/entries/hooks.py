"""Plugin modules: an entry point that names a module hands its host all the hooks in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.ecosystems.pypi.entries.config import EntryPoint
from pratique.ecosystems.pypi.entries.project import Project
from pratique.model import Facts, File, Node, Scope

MOST = 500
"""Hooks of one module."""
_PYTEST = re.compile(r"pytest_\w+")
"""Hooks of pytest go by their names (pluggy's `parse_hookimpl_opts` of pytest's plugin manager)."""
_CONVENTIONS = re.compile(
    r"(?:register|setup|load|init|initiali[sz]e|activate|install|configure|enable|plugin|main|run|start)(?:_\w+)?"
    r"|(?:on|hook)_\w+|_load_xontrib_|load_ipython_extension"
)
"""What hosts call in a plugin module: pylint's `register`, Sphinx's `setup`, the loaders of xonsh and IPython."""
_MARKS = re.compile(r"(?:^|[._])hook_?impl\w*(?:\(\))?$")
"""pluggy's markers: `@hookimpl`, `@acme.hookimpl(tryfirst=True)`."""
_FIXTURES = ("pytest.fixture", "pytest_asyncio.fixture", "pytest.yield_fixture")


def hooks(project: Project, point: EntryPoint) -> Iterator[tuple[File, str]]:
    """Yield (file, function) for each function of the module that its host calls without being asked to."""
    named = _PYTEST if point.group == "pytest11" else _CONVENTIONS
    for file in project.module(point.module):
        facts = project.view.facts.get(file.segments)
        if facts is None:
            continue
        own = [scope.name for scope in facts.scopes if scope.kind == "function" and _is_hook(facts, scope, named)]
        yield from ((file, name) for name in own[:MOST])
        given = [one.alias or one.name for one in facts.imports if one.scope == 0]
        for name in [name for name in dict.fromkeys(given) if named.fullmatch(name)][:MOST]:
            yield from (found for found in project.targets(point.module, name) if found[0].segments != file.segments)


def _is_hook(facts: Facts, scope: Scope, named: re.Pattern[str]) -> bool:
    parent = facts.scopes[scope.parent]
    if parent.kind == "function":
        return False
    if named.fullmatch(scope.name.rpartition(".")[2]):
        return True
    return any(_is_marked(parent, node) for node in parent.nodes if node.key == scope.id)


def _is_marked(parent: Scope, entered: Node) -> bool:
    """Whether a definition is decorated as a hook, or as a fixture that every test uses."""
    for arg in entered.args:
        deco = parent.nodes[arg.node]
        if arg.key != "deco":
            continue
        if _MARKS.search(deco.name):
            return True
        autouse = [parent.nodes[given.node] for given in deco.args if given.key == "autouse"]
        if deco.name in _FIXTURES and any(not (value.known and value.value is False) for value in autouse):
            return True
    return False
