"""Operators, subscripts and assignments on objects of the artifact: each is a call of a method that no call shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pratique.model import Arg, Node

if TYPE_CHECKING:
    from pratique.link.calls import Linker

_BINARY = {
    "+": "__add__", "-": "__sub__", "*": "__mul__", "@": "__matmul__", "/": "__truediv__", "//": "__floordiv__",
    "%": "__mod__", "**": "__pow__", "<<": "__lshift__", ">>": "__rshift__", "&": "__and__", "|": "__or__",
    "^": "__xor__",
}  # fmt: skip


def link(linker: Linker, scope: int, ordinal: int, node: Node) -> None:
    """Link one node that is an operator, a subscript or an assignment, where an operand is an own object."""
    if node.op == "op" and node.name == "with":
        entered(linker, (scope, ordinal), node.args[0].node)
    elif node.op == "op":
        _binary(linker, scope, ordinal, node)
    elif node.op == "item":
        _subscript(linker, scope, ordinal, node)
    else:
        _assignment(linker, scope, ordinal, node)


def entered(linker: Linker, at: tuple[int, int], held: int) -> None:
    """Link what a `with` statement runs of an own object."""
    for name in ("__enter__", "__exit__", "__aenter__", "__aexit__"):
        if name in linker.program.methods:
            _runs(linker, at, held, name, ())


def _binary(linker: Linker, scope: int, ordinal: int, node: Node) -> None:
    method = _BINARY.get(node.name, "")
    if len(node.args) != 2:
        return
    for name, own, other in (
        (method, 0, 1),
        (method.replace("__", "__r", 1), 1, 0),
        (method.replace("__", "__i", 1), 0, 1),
    ):
        if name in linker.program.methods:
            _runs(linker, (scope, ordinal), node.args[own].node, name, (node.args[other].node,))


def _subscript(linker: Linker, scope: int, ordinal: int, node: Node) -> None:
    container, key = _arg(node, ""), _arg(node, "key")
    if container < 0:
        return
    given = (key,) if key >= 0 else ()
    if "__getitem__" in linker.program.methods:
        _runs(linker, (scope, ordinal), container, "__getitem__", given)
    if "__class_getitem__" in linker.program.methods:
        for owner in linker.callables((scope, container)):
            linker.runs((scope, ordinal), linker.method(owner, "__class_getitem__"), given, "subscripts")


def _assignment(linker: Linker, scope: int, ordinal: int, node: Node) -> None:
    value, held = _arg(node, ""), _arg(node, "self")
    if value < 0 or held < 0:
        return
    methods = linker.program.methods
    if node.name.endswith("[]"):
        if "__setitem__" in methods:
            _runs(linker, (scope, ordinal), held, "__setitem__", (_arg(node, "key"), value))
        return
    attribute = node.name.rsplit("@", 1)[-1].rsplit(".", 1)[-1]
    if "__setattr__" in methods:
        _runs(linker, (scope, ordinal), held, "__setattr__", (-1, value))
    for owner in linker.objects.classes((scope, held)) if attribute in linker.setters else ():
        linker.runs((scope, ordinal), linker.setters[attribute].get(owner, -1), (value,), f"sets {attribute}")
    for owner in linker.objects.classes((scope, held)) if attribute in linker.described else ():
        for made in linker.described[attribute].get(owner, ()):
            linker.runs((scope, ordinal), linker.method(made, "__set__"), (held, value), f"sets {attribute}")


def _runs(linker: Linker, at: tuple[int, int], held: int, name: str, given: tuple[int, ...]) -> None:
    for owner in linker.objects.classes((at[0], held)):
        linker.runs(at, linker.method(owner, name), given, f"runs {name} of {linker.program.scopes[owner].name}")


def _arg(node: Node, key: str) -> int:
    found: Arg | None = next((arg for arg in node.args if arg.key == key), None)
    return found.node if found is not None else -1
