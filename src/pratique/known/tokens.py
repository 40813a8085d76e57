"""The normal form of code: one token per value or effect of the facts' graph (see `model.facts`), for every language.

It does not depend on comments, docstrings, formatting and encoding (facts hold none), on names of variables,
parameters, functions, classes and modules of the artifact itself, on import aliases, on how a constant is spelled
(`"a" + "b"`, `b64decode("…")`: the folded value stands for what it is computed from), on URLs, hosts, numbers in texts
and encoded runs (`texts`), and on the metadata that `setup()` declares. It does depend on which outside functions are
called with which arguments, on short texts, on small integers, on the operators and on the order of statements.
"""

from __future__ import annotations

from collections.abc import Sequence

from pratique.known.texts import normal
from pratique.model import Facts, Node, Scope

FORM = "pratique-prints/1"
"""Version of the normal form and of the fingerprints over it."""
DECLARED = frozenset({
    "name", "version", "description", "long_description", "long_description_content_type", "author", "author_email",
    "maintainer", "maintainer_email", "url", "download_url", "project_urls", "license", "keywords", "classifiers",
    "packages", "py_modules", "platforms",
})  # fmt: skip
"""Arguments of `setup()` that say what a package is called, not what it does."""
SETUP = frozenset({"setuptools.setup", "distutils.core.setup"})
"""What declares a package."""
_SMALL = 1_024
_SILENT = frozenset({"func", "enter"})


def streams(facts: Facts, own: frozenset[str] = frozenset()) -> list[list[str]]:
    """Return the tokens of every scope of a file, in program order; of an unread body, none."""
    return [_stream(scope, own) for scope in facts.scopes]


def _stream(scope: Scope, own: frozenset[str]) -> list[str]:
    return [token for token, _ in placed(scope, own)]


def placed(scope: Scope, own: frozenset[str]) -> list[tuple[str, int]]:
    """Return the tokens of one scope, each with its line."""
    silent = _silent(scope.nodes)
    tokens = ((_token(node, own), node.line) for at, node in enumerate(scope.nodes) if at not in silent)
    return [pair for pair in tokens if pair[0]]


def _silent(nodes: Sequence[Node]) -> set[int]:
    """Return the nodes that a folded value or a declaration stands for."""
    used: dict[int, bool] = {}
    declared: set[int] = set()
    for node in nodes:
        folded = node.known and node.op != "const"
        says = node.op == "call" and node.name in SETUP
        for arg in node.args:
            used[arg.node] = used.get(arg.node, True) and folded
            if says and arg.key in DECLARED:
                declared.add(arg.node)
    hidden = {at for at, only in used.items() if only and nodes[at].op in ("const", "call", "op", "name", "pack")}
    for at in range(len(nodes) - 1, -1, -1):  # what only hidden nodes use is hidden too: inputs stand before users
        if at in hidden or at in declared:
            hidden.update(arg.node for arg in nodes[at].args if nodes[arg.node].op in ("const", "pack", "op"))
    return hidden | {at for at in declared if nodes[at].op in ("const", "pack", "op")}


def _token(node: Node, own: frozenset[str]) -> str:
    op = node.op
    if node.known and op != "name":
        return _value(node.value)
    if op == "call":
        kept = (arg for arg in node.args if arg.key not in ("self", "func") and not arg.key.isdigit())
        keys = ",".join(arg.key for arg in kept)
        return f"call {outside(node.name, own)} {len(node.args)} {keys}"
    if op == "name":
        return f"name {outside(node.name, own)}"
    if op == "store":
        return f"store {_place(node.name, own)}"
    if op in ("attr", "op"):
        return f"{op} {node.name}"
    return "" if op in _SILENT or op == "param" else op


def outside(name: str, own: frozenset[str]) -> str:
    """Return a resolved name, or where a name of the artifact itself points: `.` into the file, `^` out of it."""
    if name.startswith((".", "^")):
        return name[0]
    return "^" if name.split(".", 1)[0] in own else name


def _place(name: str, own: frozenset[str]) -> str:
    return name[0] if name.startswith(("~", ".")) else outside(name, own)


def _value(value: object) -> str:
    if isinstance(value, str):
        return f"'{normal(value)}"
    if isinstance(value, bytes):
        return f"b'{normal(value[:8_192].decode('latin-1'))}"
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, int):
        return str(value) if abs(value) <= _SMALL else "int"
    return "float"
