"""Lowering of statements that branch: each branch under its guard, joined with phis."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from pratique.languages.python.evaluate import Instance, Known
from pratique.languages.python.lower import folding, names
from pratique.languages.python.lower.body import STATEMENTS, Body, Bound, Changes
from pratique.languages.python.lower.patterns import bind_pattern
from pratique.languages.python.lower.statements import block
from pratique.languages.python.lower.unpacking import assign_target, element
from pratique.model import Arg


def if_statement(b: Body, node: ast.If) -> bool:
    """Lower an `if` with all its `elif`s, without recursion into the chain."""
    outer = b.guard
    branches: list[Changes] = []
    current = node
    all_ended = True
    only_negation = outer
    while True:
        cond = b.expr(current.test)
        kind, negated = _kind_of(b, current.test)
        changes, ended = b.branch(lambda body=current.body: block(b, body), b.new_guard(kind, cond, negated=negated))  # type: ignore[misc]
        if not ended:
            branches.append(changes)
            all_ended = False
        b.guard = only_negation = b.new_guard(kind, cond, negated=not negated)
        rest = current.orelse
        if len(rest) == 1 and type(rest[0]) is ast.If:
            current = rest[0]
            continue
        if rest:
            changes, ended = b.branch(lambda body=rest: block(b, body), b.guard)  # type: ignore[misc]
            if not ended:
                branches.append(changes)
                all_ended = False
        else:
            branches.append({})
            all_ended = False
        break
    b.guard = outer
    if branches:
        b.merge(branches, node)
    if not node.orelse and len(branches) == 1:
        b.guard = only_negation  # the branch never comes back: what follows runs only under its negation
    return all_ended


def _kind_of(b: Body, test: ast.expr) -> tuple[str, bool]:
    """Recognise `__name__ == "__main__"` and `TYPE_CHECKING`; return the guard's kind and whether it is negated."""
    negated = False
    while type(test) is ast.UnaryOp and type(test.op) is ast.Not:
        negated, test = not negated, test.operand
    if type(test) is ast.Compare and len(test.ops) == 1:
        for name, other in ((test.left, test.comparators[0]), (test.comparators[0], test.left)):
            if type(name) is ast.Name and name.id == "__name__" and _is_main(b, other):
                return "main", negated != (type(test.ops[0]) in (ast.NotEq, ast.IsNot, ast.NotIn))
    elif type(test) in (ast.Name, ast.Attribute):
        last = test.attr if type(test) is ast.Attribute else test.id  # type: ignore[attr-defined]
        if last == "TYPE_CHECKING":
            return "typing", negated
    return "if", False


def _is_main(b: Body, node: ast.expr) -> bool:
    if type(node) is ast.Constant:
        return bool(node.value == "__main__")
    val = b.vals.get(b.expr(node))
    if val is None or val.holed:
        return False
    return bool(val.value == "__main__" or (isinstance(val.value, (tuple, list)) and "__main__" in val.value))


def assigned(statements: list[ast.stmt]) -> dict[str, None]:
    """Return the variables that a loop's body may set, in order."""
    found: dict[str, None] = {}
    stack: list[Any] = list(reversed(statements))
    while stack:
        part = stack.pop()
        kind = type(part)
        if kind is ast.Assign:
            stack.extend(part.targets)
        elif kind in (ast.AugAssign, ast.AnnAssign):
            stack.append(part.target)
        elif kind is ast.Name:
            found[part.id] = None
        elif kind in (ast.Tuple, ast.List):
            stack.extend(part.elts)
        elif kind is ast.Starred:
            stack.append(part.value)
        elif kind in _NESTED:
            for field in ("body", "orelse", "finalbody", "handlers", "cases"):
                stack.extend(getattr(part, field, ()))
            if kind in (ast.For, ast.AsyncFor):
                stack.append(part.target)
            elif kind in (ast.With, ast.AsyncWith):
                stack.extend(item.optional_vars for item in part.items if item.optional_vars is not None)
    return found


_NESTED = frozenset(
    getattr(ast, name)
    for name in [
        "If",
        "For",
        "AsyncFor",
        "While",
        "With",
        "AsyncWith",
        "Try",
        "TryStar",
        "ExceptHandler",
        "Match",
        "match_case",
    ]
    if hasattr(ast, name)
)


def _imported(statements: list[ast.stmt]) -> dict[str, str]:
    """Return what imports in a loop's body bind: its first lines may use it in a later round."""
    found: dict[str, str] = {}
    stack: list[Any] = list(reversed(statements))
    while stack:
        part = stack.pop()
        if type(part) is ast.Import:
            for alias in part.names:
                found.setdefault(*((alias.asname, alias.name) if alias.asname else 2 * (alias.name.split(".", 1)[0],)))
        elif type(part) is ast.ImportFrom:
            module = "^" * (part.level or 0) + (part.module or "")
            for alias in part.names:
                found.setdefault(alias.asname or alias.name, names.join(module, alias.name))
        elif type(part) in _NESTED:
            for field in ("body", "orelse", "finalbody", "handlers", "cases"):
                stack.extend(getattr(part, field, ()))
    return found


def _loop(b: Body, node: Any, guard_kind: str, iterable: int, leftovers: dict[str, Known]) -> None:
    """Lower a loop's body once, its variables being phis of before and after."""
    outer = b.guard
    headers: dict[str, tuple[int, Bound]] = {}
    fresh: dict[str, int] = {}
    for name, target in _imported(node.body).items():
        if b.env.get(name) is None and name != "*":
            b.rebind(name, target)
    for name in assigned(node.body):
        before = b.env.get(name)
        if before is None:
            fresh[name] = -1
        else:
            slot = b.reserve()
            headers[name] = (slot, before)
            ref = before if type(before) is str else b.refs.get(before)  # type: ignore[arg-type]
            if ref is not None:
                b.refs[slot] = ref
            b.rebind(name, slot)
    cond = iterable
    if guard_kind == "while":
        cond = b.expr(node.test)

    def run() -> bool:
        if guard_kind == "for":
            assign_target(b, node.target, element(b, iterable, node.target), node)
        return block(b, node.body)

    guard = b.new_guard(guard_kind, cond)
    b.loops.append(fresh)
    changes, rounds = _rounds(b, run, guard, headers, fresh)
    b.loops.pop()
    b.guard = outer
    for name, (slot, before) in headers.items():
        after = [bound for one in rounds if (bound := one.get(name)) is not None and bound != slot]
        changes.pop(name, None)
        b.settle(slot, [before, *after], node, leftovers.get(name))
    for name, slot in fresh.items():
        if slot >= 0:
            left = [bound for one in rounds if (bound := one.get(name)) is not None and bound != slot]
            b.settle(slot, left, node)
    for name in leftovers.keys() - headers.keys() - changes.keys():
        kept = b.env.get(name)
        if type(kept) is int:
            b.vals[kept] = leftovers[name]
    for name, bound in changes.items():
        if bound is not None:
            val = leftovers.get(name)
            n = b.emit_known("op", "loop", (Arg("", b.node_of(bound, node)),), node, val) if val is not None else bound
            b.rebind(name, n)
    if node.orelse:
        block(b, node.orelse)


ROUNDS = 3
"""How often a loop's body is read at most."""


def _rounds(
    b: Body, run: Callable[[], bool], guard: int, headers: dict[str, tuple[int, Bound]], fresh: dict[str, int]
) -> tuple[Changes, list[Changes]]:
    """Read a loop's body, once more where a call in it may be of what an earlier round assigned."""
    rounds: list[Changes] = []
    unit = b.unit
    while True:
        start = len(b.nodes)
        changes, _ = b.branch(run, guard)
        rounds.append(changes)
        if unit.closing and len(rounds) == 1:
            break
        slots = {slot: name for name, (slot, _) in headers.items()} | {n: name for name, n in fresh.items() if n >= 0}
        if len(rounds) >= ROUNDS or not _learn(b, slots, changes, start):
            break
        unit.closing = True
    if len(rounds) > 1:
        unit.closing = False
    return changes, rounds


def _learn(b: Body, slots: dict[int, str], changes: Changes, start: int) -> bool:
    """Name a loop's variables after what its end leaves to its start; tell whether its body calls one by a new name."""
    learnt: set[int] = set()
    for slot, name in slots.items():
        bound = changes.get(name)
        if bound is None or bound == slot:
            continue
        old = b.alts.get(slot) or ((b.refs[slot],) if slot in b.refs else ())
        if type(bound) is str:
            new: tuple[str, ...] = (bound,)
        else:
            new = b.alts.get(bound) or ((b.refs[bound],) if bound in b.refs else ())  # type: ignore[arg-type]
        if set(new) - set(old):
            b.name_all(slot, names.strongest([*new, *old]))
            learnt.add(slot)
    return bool(learnt) and any(
        arg.node in learnt and (arg.key in _CALLED or node.op == "attr" or node.name in names.UNNAMED)
        for node in b.nodes[start:]
        for arg in node.args
    )


_CALLED = ("func", "self")


def _for_statement(b: Body, node: Any) -> None:
    iterable = b.expr(node.iter)
    leftovers = folding.loop(b, node) if folding.can_be_read(b, iterable) else {}
    _loop(b, node, "for", iterable, leftovers)


def _while_statement(b: Body, node: ast.While) -> bool:
    _loop(b, node, "while", -1, folding.loop(b, node))
    return False


def _try_statement(b: Body, node: Any) -> bool:
    outer = b.guard
    swallows = any(_swallows(handler) for handler in node.handlers)
    guard = b.new_guard("try", swallows=swallows) if node.handlers else outer

    def run() -> bool:
        ended = block(b, node.body)
        if node.orelse and not ended:
            b.guard = outer
            ended = block(b, node.orelse)
        return ended

    changes, ended = b.branch(run, guard)
    branches = [] if ended else [changes]
    all_ended = ended
    for handler in node.handlers:
        cond = b.expr(handler.type) if handler.type is not None else -1
        inner = b.new_guard("except", cond)
        more, ended = b.branch(lambda h=handler: _handler(b, h, changes), inner)  # type: ignore[misc]
        if not ended:
            branches.append(more)
            all_ended = False
    b.guard = outer
    b.merge(branches or [changes], node)
    if node.finalbody:
        b.guard = b.new_guard("finally")
        all_ended = block(b, node.finalbody) or all_ended
        b.guard = outer
    return all_ended


def _handler(b: Body, handler: ast.ExceptHandler, changes: Changes) -> bool:
    """Lower a handler, which sees what was before or what the body left."""
    b.merge([{}, {name: bound for name, bound in changes.items() if bound is not None}], handler)
    if handler.name:
        b.assign(handler.name, b.emit("op", "except", (), handler), handler, store=False)
    return block(b, handler.body)


def _swallows(handler: ast.ExceptHandler) -> bool:
    """Whether a handler catches everything and does nothing."""
    for statement in handler.body:
        kind = type(statement)
        if kind in (ast.Pass, ast.Continue, ast.Break):
            continue
        if kind is ast.Expr and type(statement.value) is ast.Constant:  # type: ignore[attr-defined]
            continue
        if kind is ast.Return and (statement.value is None or type(statement.value) is ast.Constant):  # type: ignore[attr-defined]
            continue
        return False
    caught = handler.type
    kinds = caught.elts if type(caught) is ast.Tuple else [caught]
    return any(kind is None or (type(kind) is ast.Name and kind.id in ("Exception", "BaseException")) for kind in kinds)


def _with_statement(b: Body, node: Any) -> bool:
    outer = b.guard
    for item in node.items:
        n = b.expr(item.context_expr)
        if b.nodes[n].name == "contextlib.suppress":
            everything = any(
                b.refs.get(arg.node) in ("builtins.Exception", "builtins.BaseException") for arg in b.nodes[n].args
            )
            b.guard = b.new_guard("try", swallows=everything)
        entered = _entered(b, n, item.context_expr)
        if item.optional_vars is not None:
            assign_target(b, item.optional_vars, entered, node)
    ended = block(b, node.body)
    b.guard = outer
    return ended


def _entered(b: Body, n: int, at: ast.expr) -> int:
    """Return what `with` binds: for an object that is known what its `__enter__` gives.

    What may be an object of the artifact's own is entered by a node; what is called by an outside name is none.
    """
    val, made = b.vals.get(n), b.nodes[n]
    if val is not None and isinstance(val.value, Instance):
        found, _ = folding.on_value(b, f"{val.value.cls.name}.__enter__", val, "__enter__", (), {})
        if found is not None:
            return b.emit_known("op", "with", (Arg("", n),), at, found)
    if made.op != "call" or made.name[:1] in ("", ".", "^", "?"):
        b.emit("op", "with", (Arg("", n),), at)
    return n


def _match_statement(b: Body, node: ast.Match) -> bool:
    subject = b.expr(node.subject)
    outer = b.guard
    branches: list[Changes] = []
    exhaustive = False
    for case in node.cases:

        def run(case: ast.match_case = case) -> bool:
            bind_pattern(b, case.pattern, subject)
            if case.guard is not None:
                b.guard = b.new_guard("if", b.expr(case.guard))
            return block(b, case.body)

        changes, ended = b.branch(run, b.new_guard("match", subject))
        if not ended:
            branches.append(changes)
        exhaustive = exhaustive or (
            case.guard is None and type(case.pattern) is ast.MatchAs and case.pattern.pattern is None
        )
    b.guard = outer
    if not exhaustive:
        branches.append({})
    if branches:
        b.merge(branches, node)
    return not branches


STATEMENTS.update(
    {
        ast.If: if_statement,
        ast.For: _for_statement,
        ast.AsyncFor: _for_statement,
        ast.While: _while_statement,
        ast.Try: _try_statement,
        ast.TryStar: _try_statement,
        ast.With: _with_statement,
        ast.AsyncWith: _with_statement,
        ast.Match: _match_statement,
    }
)
