"""Columns: `ast` counts bytes of UTF-8, facts count characters."""

from __future__ import annotations

import msgspec

from pratique.model import Node, Scope


def in_characters(scopes: tuple[Scope, ...], lines: list[str]) -> tuple[Scope, ...]:
    """Return the scopes with the columns of nodes on lines beyond ASCII counted in characters."""
    encoded = {
        number: line.encode("utf-8", "surrogatepass") for number, line in enumerate(lines, 1) if not line.isascii()
    }
    return tuple(_scope(scope, encoded) for scope in scopes)


def _scope(scope: Scope, encoded: dict[int, bytes]) -> Scope:
    if not any(node.line in encoded and node.col for node in scope.nodes):
        return scope
    nodes = tuple(
        _node(node, encoded[node.line]) if node.line in encoded and node.col else node for node in scope.nodes
    )
    return msgspec.structs.replace(scope, nodes=nodes)


def _node(node: Node, line: bytes) -> Node:
    return msgspec.structs.replace(node, col=len(line[: node.col].decode("utf-8", "replace")))
