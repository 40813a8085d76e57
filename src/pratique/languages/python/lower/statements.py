"""Lowering of simple statements and of blocks."""

from __future__ import annotations

import ast
from typing import Any

from pratique.languages.python.lower import folding, members, names
from pratique.languages.python.lower.body import DEPTH, STATEMENTS, Body
from pratique.languages.python.lower.expressions import OPERATORS
from pratique.languages.python.lower.unpacking import assign_target
from pratique.model import Arg, Import

EXITS = frozenset(("sys.exit", "os._exit", "os.abort", "builtins.exit", "builtins.quit"))


def block(b: Body, statements: list[ast.stmt]) -> bool:
    """Lower statements in order; True when the end of the block is not reached."""
    unit = b.unit
    if unit.depth >= DEPTH:
        b.late.append((statements, b.guard))
        return False
    unit.depth += 2
    guard = b.guard
    ended = False
    nodes, most = b.nodes, unit.nodes - unit.spent
    for statement in statements:
        if len(nodes) > most:
            unit.limits["more values in one file than are read"] = None
            b.hole = True
            break
        if STATEMENTS[type(statement)](b, statement):
            ended = True
    b.guard = guard
    unit.depth -= 2
    return ended


def _expr_statement(b: Body, node: ast.Expr) -> bool:
    value = node.value
    if type(value) is ast.Constant:
        return False
    b.expr(value)
    return type(value) is ast.Call and b.nodes[-1].op == "call" and b.nodes[-1].name in EXITS


def _assign(b: Body, node: ast.Assign) -> None:
    value = node.value
    kind = type(value)
    targets = node.targets
    if kind in (ast.Name, ast.Attribute):
        bound = members.peek(b, value)
        if type(bound) is str and members.class_constant(b, bound) is not None:
            bound = b.expr(value)
    else:
        bound = b.expr(value)
    for target in targets:
        assign_target(b, target, bound, node)


def _ann_assign(b: Body, node: ast.AnnAssign) -> None:
    if b.kind != "function":
        annotation(b, node.annotation)
    if node.value is not None:
        assign_target(b, node.target, b.expr(node.value), node)


def annotation(b: Body, node: ast.expr | None) -> None:
    """Annotations run where they stand; only those with a call in them can do anything."""
    if node is None:
        return
    stack = [node]
    while stack:
        part = stack.pop()
        kind = type(part)
        if kind is ast.Name or kind is ast.Constant:
            continue
        if kind is ast.Attribute:
            stack.append(part.value)  # type: ignore[attr-defined]
        elif kind is ast.Subscript:
            stack += (part.value, part.slice)  # type: ignore[attr-defined]
        elif kind is ast.BinOp:
            stack += (part.left, part.right)  # type: ignore[attr-defined]
        elif kind is ast.Tuple or kind is ast.List:
            stack += part.elts  # type: ignore[attr-defined]
        else:
            b.expr(node)
            return


def type_parameters(b: Body, node: Any) -> None:
    """Lower what bounds and defaults of type parameters call (Python 3.12): it runs when they are asked for."""
    for parameter in getattr(node, "type_params", ()):
        annotation(b, getattr(parameter, "bound", None))
        annotation(b, getattr(parameter, "default_value", None))


def _aug_assign(b: Body, node: ast.AugAssign) -> None:
    target = node.target
    if type(target) is ast.Name:
        left = b.expr(ast.copy_location(ast.Name(target.id, ast.Load()), target))
    else:
        left = b.expr(target)
    right = b.expr(node.value)
    symbol = OPERATORS[type(node.op)]
    left_val, right_val = b.vals.get(left), b.vals.get(right)
    val = folding.binary(b, symbol, left_val, right_val)
    n = b.emit_known("op", symbol, (Arg("", left), Arg("", right)), node, val)
    assign_target(b, target, n, node)


def _delete(b: Body, node: ast.Delete) -> None:
    stack = list(reversed(node.targets))
    while stack:
        target = stack.pop()
        if type(target) is ast.Name:
            b.rebind(target.id, None)
            if b.kind == "module":
                b.emit("store", f"del .{target.id}", (), node)
        elif type(target) in (ast.Tuple, ast.List):
            stack.extend(reversed(target.elts))  # type: ignore[attr-defined]
        elif type(target) in (ast.Attribute, ast.Subscript):
            base = members.peek(b, target.value)  # type: ignore[attr-defined]
            if type(target) is ast.Subscript:
                key = (Arg("key", b.expr(target.slice)),)
                end = "[]"
            else:
                key, end = (), f".{target.attr}"  # type: ignore[assignment,attr-defined]
            ref = base if type(base) is str else None
            name = f"del {ref}{end}" if ref is not None else f"del {end}"
            receiver = () if ref is not None else (Arg("self", b.node_of(base, node)),)
            b.emit("store", name, (*receiver, *key), node)


def _return_statement(b: Body, node: ast.Return) -> bool:
    if node.value is not None:
        n = b.expr(node.value)
        b.emit("return", "", (Arg("", n),), node)
    return True


def _raise_statement(b: Body, node: ast.Raise) -> bool:
    if node.exc is not None:
        n = b.expr(node.exc)
        ref = b.refs.get(n, "")
        if type(node.exc) in (ast.Name, ast.Attribute) and ref in b.unit.classes:
            n = b.emit("call", ref, (), node.exc)  # `raise Boom` makes a Boom
        args = (Arg("", n),)
        if node.cause is not None:
            args += (Arg("", b.expr(node.cause)),)  # type: ignore[assignment]
        b.emit("raise", "", args, node)
    return True


def _assert_statement(b: Body, node: ast.Assert) -> None:
    cond = b.expr(node.test)
    if node.msg is not None:
        outer = b.guard
        b.guard = b.new_guard("if", cond, negated=True)
        b.expr(node.msg)
        b.guard = outer


def _nothing(b: Body, node: Any) -> None:
    del b, node


def _leave(b: Body, node: Any) -> None:
    """`break` and `continue`: what the branch assigned still counts after the loop."""
    del b, node


def _global_statement(b: Body, node: ast.Global) -> None:
    module = b.unit.scopes[0]
    if module is not None and b is not module:
        for name in node.names:
            b.declared[name] = module


def _nonlocal_statement(b: Body, node: ast.Nonlocal) -> None:
    for name in node.names:
        scope = b.parent
        while scope is not None and (scope.kind != "function" or (name not in scope.history and name not in scope.env)):
            scope = scope.parent
        if scope is not None:
            b.declared[name] = scope
            scope.captured[name] = None


def _import_statement(b: Body, node: ast.Import) -> None:
    for alias in node.names:
        b.unit.imports.append(Import(alias.name, "", alias.asname or "", b.id, node.lineno, b.guard))
        if alias.asname:
            b.assign(alias.asname, _module(alias.name), node, store=False)
        else:
            top = alias.name.split(".", 1)[0]
            b.assign(top, _module(top), node, store=False)


def _module(name: str) -> str:
    return "builtins" if name == "__builtin__" else name


def _import_from(b: Body, node: ast.ImportFrom) -> None:
    module = "^" * (node.level or 0) + _module(node.module or "")
    for alias in node.names:
        b.unit.imports.append(Import(module, alias.name, alias.asname or "", b.id, node.lineno, b.guard))
        if alias.name == "*":
            if module not in b.unit.stars:
                b.unit.stars.append(module)
            continue
        b.assign(alias.asname or alias.name, names.join(module, alias.name), node, store=False)


def type_alias(b: Body, node: Any) -> None:
    """`type X = …` (Python 3.12): evaluated when it is first asked for."""
    type_parameters(b, node)
    b.assign(node.name.id, b.expr(node.value), node)


STATEMENTS.update(
    {
        ast.Expr: _expr_statement,
        ast.Assign: _assign,
        ast.AnnAssign: _ann_assign,
        ast.AugAssign: _aug_assign,
        ast.Delete: _delete,
        ast.Return: _return_statement,
        ast.Raise: _raise_statement,
        ast.Assert: _assert_statement,
        ast.Pass: _nothing,
        ast.Break: _leave,
        ast.Continue: _leave,
        ast.Global: _global_statement,
        ast.Nonlocal: _nonlocal_statement,
        ast.Import: _import_statement,
        ast.ImportFrom: _import_from,
    }
)
if hasattr(ast, "TypeAlias"):
    STATEMENTS[ast.TypeAlias] = type_alias
