"""Hooks of HTTP clients: functions that a client hands every request or answer to are put between it and its user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pratique.model import Node

if TYPE_CHECKING:
    from pratique.link.calls import Linker

_HOOKS = {"event_hooks": "httpx.Client().event_hooks", "hooks": "requests.Session().hooks"}
"""Attributes and keywords that hold them, by the clients that have them."""
_ADDS = ("append", "insert", "extend", "setdefault", "update")


def note(linker: Linker, scope: int, node: Node) -> None:
    """Note what a call or an assignment hands to a client as a hook."""
    nodes = linker.program.scopes[scope].nodes
    held = next((arg.node for arg in node.args if arg.key == "self"), -1)
    if node.op == "store":
        name = node.name.removeprefix("@") if node.name[:1] == "@" else _container(nodes, held)
        given = [arg.node for arg in node.args if arg.key == ""]
    elif node.name.endswith(".register_hook"):
        name, given = "hooks", [arg.node for arg in node.args if arg.key in ("1", "hook")]
    elif node.name.rpartition(".")[2] in _ADDS and held >= 0:
        name, given = _container(nodes, held), [arg.node for arg in node.args if arg.key not in ("self", "func")]
    else:
        for arg in node.args:
            if arg.key in _HOOKS:
                _patch(linker, scope, arg.key, [arg.node])
        return
    _patch(linker, scope, name, given)


def _container(nodes: tuple[Node, ...], at: int) -> str:
    """Return the attribute that a value was taken out of: `client.event_hooks["request"]`."""
    for _ in range(3):
        if at < 0:
            break
        node = nodes[at]
        if node.op in ("attr", "name"):
            return node.name.rpartition(".")[2]
        at = next((arg.node for arg in node.args if arg.key in ("", "self")), -1)
    return ""


def _patch(linker: Linker, scope: int, name: str, given: list[int]) -> None:
    client, nodes = _HOOKS.get(name, ""), linker.program.scopes[scope].nodes
    stack, seen = list(given) if client else [], 0
    while stack and seen < 64:
        seen += 1
        at = stack.pop()
        if nodes[at].op == "pack":
            stack += [arg.node for arg in nodes[at].args if arg.key in ("", "v")]
            continue
        for target in linker.callables((scope, at)):
            if linker.program.scopes[target].kind == "function":
                linker.graph.patched.setdefault(target, client)
