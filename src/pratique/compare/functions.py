"""Fingerprints of functions over facts: alike only where every name and every literal is the same.

Lines, columns, comments, layout and the names of local variables are not in the facts' value graph, so moving,
renaming or reformatting a function leaves its fingerprint as it was; changing a literal, an operator, a called name, a
parameter, a guard or the order of effects does not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import msgspec

from pratique.compare.names import inside, unnumbered
from pratique.model import Facts, Node, Scope

MAX_WORD = 160
"""Characters of a literal that are kept to be shown; longer ones keep their beginning and a digest."""
_REACH = 400
"""Nodes of one call's inputs that its shape looks at."""


def digest(facts: Facts, scope: Scope, own: frozenset[str] = frozenset()) -> str:
    """Return 16 hex digits over all that a body says; the same in every place, under every name.

    `own` are the top-level modules of its artifact (`names.own_roots`), whose names do not count.
    """
    names = facts.scopes
    body = [_plain(node, names, own) for node in scope.nodes]
    guards = [(guard.kind, guard.cond, guard.parent, guard.negated, guard.swallows) for guard in scope.guards]
    imports = [(inside(one.module, own), one.name, one.alias) for one in facts.imports if one.scope == scope.id]
    bases = [inside(base, own) for base in scope.bases]
    head = (facts.language, scope.kind, scope.params, bases, scope.is_async, scope.hole, scope.mentions)
    return _short(msgspec.msgpack.encode((head, imports, guards, body)))


def kin(facts: Facts, scope: Scope, own: frozenset[str]) -> str:
    """Return the digest that a body has in every copy of its artifact; "" where it names no module of the artifact."""
    named = [*(node.name for node in scope.nodes), *scope.bases]
    named += [one.module for one in facts.imports if one.scope == scope.id]
    return digest(facts, scope, own) if any(name.partition(".")[0] in own for name in named) else ""


def _plain(node: Node, names: tuple[Scope, ...], own: frozenset[str]) -> tuple[object, ...]:
    """Return a node without its place; what it defines or captures is called by name, not by number."""
    key = unnumbered(names[node.key].name.rsplit(".", 1)[-1]) if 0 <= node.key < len(names) else ""
    return node.op, inside(node.name, own), node.args, _value(node), node.codecs, node.guard, key


def shape(scope: Scope, ordinal: int) -> str:
    """Return 16 hex digits over a call and everything it is given, as far as its own body computes it."""
    nodes = scope.nodes
    order: dict[int, int] = {ordinal: 0}
    walk = [ordinal]
    for at in walk:
        for arg in nodes[at].args:
            if arg.node not in order and len(order) < _REACH and 0 <= arg.node < len(nodes):
                order[arg.node] = len(order)
                walk.append(arg.node)
    told = [
        (
            nodes[at].op,
            unnumbered(nodes[at].name),
            _value(nodes[at]),
            [(arg.key, order.get(arg.node, -1)) for arg in nodes[at].args],
        )
        for at in walk
    ]
    return _short(msgspec.msgpack.encode(told))


def _value(node: Node) -> tuple[str, object] | None:
    """Return a folded value with its type, for 1 and True and 1.0 are equal."""
    return (type(node.value).__name__, node.value) if node.known else None


def words(facts: Facts, scope: Scope) -> Iterator[str]:
    """Yield the names and literals of a body, for a reader: what two versions of it differ in."""
    for node in scope.nodes:
        if node.op in {"name", "call", "attr", "store", "enter"} and node.name:
            yield unnumbered(node.name)
        if node.known and node.op == "const" and isinstance(node.value, str | bytes | int | float):
            yield _literal(node.value)
    for one in facts.imports:
        if one.scope == scope.id:
            yield f"import {one.module}" + (f".{one.name}" if one.name else "")


def _literal(value: str | bytes | float) -> str:
    text = repr(value)
    if len(text) <= MAX_WORD:
        return text
    return f"{text[:MAX_WORD]}…{_short(text.encode('utf-8', 'surrogatepass'))[:8]}"


def _short(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=8).hexdigest()
