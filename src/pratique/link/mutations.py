"""What the nodes of one function put into objects after these were made: appended, stored, written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from pratique.link.program import BOXES, INTO, PUTS, WRITERS
from pratique.model import Node


def mutations(nodes: tuple[Node, ...], is_source: Callable[[Node], bool]) -> dict[int, list[int]]:
    """Return what is put into each object, both by their ordinals; `is_source` tells of a call whether it reads."""
    found: dict[int, list[int]] = defaultdict(list)
    for ordinal, node in enumerate(nodes):
        for arg in node.args if node.op == "call" else ():
            handed = nodes[arg.node]
            if handed.op == "attr" and handed.name in PUTS and handed.args:  # `retrbinary(name, parts.append)`
                for root in _roots(nodes, handed.args[0].node):
                    found[root].append(ordinal)
        receiver, values = _put(node, nodes)
        if node.op == "call" and receiver >= 0 and is_source(node):
            values = [*values, ordinal]  # `tar.add(path)` puts in what the file holds
        for root in _roots(nodes, receiver) if receiver >= 0 else ():
            found[root].extend(values)
    return found


def _put(node: Node, nodes: tuple[Node, ...]) -> tuple[int, list[int]]:
    """Return the object that a node puts something into, -1 for none, and what it puts there."""
    if node.op == "call":
        short = node.name.rsplit(".", 1)[-1]
        if node.name in INTO:
            held, *keys = INTO[node.name]
            receiver = next((arg.node for arg in node.args if arg.key == held), -1)
            return receiver, [arg.node for arg in node.args if not keys or arg.key in keys]
        if short not in PUTS and node.name not in BOXES and not (short == "send" and _is_pipe(node, nodes)):
            return -1, []
    elif not (node.op == "store" and (node.name[:1] == "@" or node.name == "[]")):
        return -1, []
    receiver = next((arg.node for arg in node.args if arg.key == "self"), -1)
    return receiver, [arg.node for arg in node.args if arg.key not in ("self", "func")]


def _is_pipe(node: Node, nodes: tuple[Node, ...]) -> bool:
    """Return whether a call's object is an end of a pipe: what goes into one comes out of the other."""
    held = next((nodes[arg.node] for arg in node.args if arg.key == "self"), None)
    made = nodes[held.args[0].node] if held is not None and held.op == "item" and held.args else None
    return made is not None and made.name.endswith((".Pipe", "socket.socketpair", "os.pipe"))


def _roots(nodes: tuple[Node, ...], ordinal: int) -> list[int]:
    """Return the objects that a receiver may be: phis are looked through."""
    stack, seen, roots = [ordinal], {ordinal}, []
    while stack and len(seen) < 64:
        at = stack.pop()
        if nodes[at].op not in ("phi", "item"):
            roots.append(at)
        writes = nodes[at].op == "call" and nodes[at].name in WRITERS
        for arg in nodes[at].args if writes or nodes[at].op in ("phi", "item") else ():
            if arg.node not in seen and arg.key != "key":
                seen.add(arg.node)
                stack.append(arg.node)
    return roots
