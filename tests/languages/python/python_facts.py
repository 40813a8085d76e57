"""Short answers about the facts of a piece of Python."""

from __future__ import annotations

from pratique.languages.python import FRONT_END
from pratique.model import Facts


def facts(source: str | bytes, depth: str = "full") -> Facts:
    return FRONT_END.read(source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source, depth)


def calls(source: str) -> list[str]:
    """Names of all calls, scope by scope; `!` follows a name that was found dynamically."""
    return [
        node.name + ("!" if "dynamic-name" in node.codecs else "")
        for scope in facts(source).scopes
        for node in scope.nodes
        if node.op == "call"
    ]


def first_argument(source: str) -> list[object]:
    """Of every call of `exec`: the first argument's value and codecs, or its operation where it does not fold."""
    found: list[object] = []
    for scope in facts(source).scopes:
        for node in scope.nodes:
            if node.op == "call" and node.name == "builtins.exec":
                arg = scope.nodes[next(arg.node for arg in node.args if arg.key == "0")]
                found.append((arg.value, arg.codecs) if arg.known else arg.op)
    return found


def guards(source: str) -> list[str]:
    """Of every call of `os.system`: the kinds of its guards, innermost first."""
    found = []
    for scope in facts(source).scopes:
        for node in scope.nodes:
            if node.op == "call" and node.name == "os.system":
                kinds, current = [], node.guard
                while current:
                    guard = scope.guards[current]
                    kinds.append(("!" if guard.negated else "") + guard.kind + ("~" if guard.swallows else ""))
                    current = guard.parent
                found.append(" ".join(kinds))
    return found
