"""Comprehensions, put together again: from a loop that collects (3.12 and later) or from a function (up to 3.11)."""

from __future__ import annotations

import ast
from typing import Any, Final

from pratique.languages.bytecode import syntax

FUNCTIONS: Final = {
    "<listcomp>": ast.ListComp,
    "<setcomp>": ast.SetComp,
    "<genexpr>": ast.GeneratorExp,
    "<dictcomp>": ast.DictComp,
}
LEVELS: Final = 8


def fold_loop(body: list[ast.stmt], loop: ast.For) -> None:
    """Replace `$1 = []; for …: $1.append(x)`, which ends this body, by a comprehension, if that is all there is."""
    if len(body) < 2 or body[-1] is not loop or (type(loop.iter) is not ast.Name and not _pure(loop.iter)):
        return
    before = body[-2]
    if type(before) is not ast.Assign or type(before.targets[0]) is not ast.Name or not _empty(before.value):
        return
    made = _comprehension(loop, before.targets[0].id)
    if made is not None:
        body[-2:] = [syntax.assign(before.targets[0], made, loop.lineno)]


def inlined(name: str, body: list[ast.stmt], iterable: ast.expr) -> ast.expr | None:
    """Return the comprehension that a function of this name stands for, None if its body does more than collect."""
    statements = [one for one in body if type(one) is not ast.Return or _result(one.value)]
    if statements and type(statements[0]) is ast.Assign and type(statements[0].value) in _WHOLE:
        made: ast.expr | None = statements[0].value
    else:
        loops = [one for one in statements if type(one) is ast.For]
        made = _comprehension(loops[0], "") if len(loops) == 1 and len(statements) == 1 else None
    if made is None or type(made) is not FUNCTIONS.get(name):
        return None
    found: Any = made
    found.generators[0].iter = iterable
    return found if isinstance(found, ast.expr) else None


_WHOLE = frozenset((ast.ListComp, ast.SetComp, ast.DictComp))


def _result(value: ast.expr | None) -> bool:
    return not (value is None or type(value) is ast.Name or (type(value) is ast.Constant and value.value is None))


def _pure(value: ast.expr) -> bool:
    return isinstance(
        value, (ast.Call, ast.Attribute, ast.Constant, ast.Tuple, ast.List, ast.Subscript, ast.JoinedStr, ast.BinOp)
    )


def _empty(value: ast.expr) -> bool:
    if type(value) is ast.Dict:
        return not value.keys
    return isinstance(value, (ast.List, ast.Set)) and not value.elts


def _comprehension(loop: ast.For, collector: str) -> ast.expr | None:
    """Read nested `for` and `if` around one statement that collects."""
    generators: list[ast.comprehension] = []
    current: ast.stmt = loop
    for _ in range(LEVELS):
        if type(current) is ast.For:
            target, rest = _target(current)
            generators.append(ast.comprehension(target=target, iter=current.iter, ifs=[], is_async=0))
        elif type(current) is ast.If and not current.orelse:
            generators[-1].ifs.append(current.test)
            rest = current.body
        else:
            return _collected(current, collector, generators)
        rest = _filters(rest, generators[-1])
        if len(rest) != 1:
            return None
        current = rest[0]
    return None


def _filters(body: list[ast.stmt], generator: ast.comprehension) -> list[ast.stmt]:
    """Take up `if x: continue` in front of the rest."""
    rest = [one for one in body if type(one) is not ast.Pass]
    while len(rest) > 1 and type(rest[0]) is ast.If and not rest[0].orelse and _skips(rest[0].body):
        test = rest[0].test
        double = type(test) is ast.UnaryOp and type(test.op) is ast.Not
        negated = test.operand if type(test) is ast.UnaryOp and double else ast.UnaryOp(op=ast.Not(), operand=test)
        generator.ifs.append(syntax.place(negated, rest[0].lineno))
        rest = rest[1:]
    return rest


def _skips(body: list[ast.stmt]) -> bool:
    return len(body) == 1 and type(body[0]) is ast.Continue


def _target(loop: ast.For) -> tuple[ast.expr, list[ast.stmt]]:
    """Return what a loop binds, taking up the assignments that unpack its variable."""
    target, body = loop.target, loop.body
    waiting: dict[str, ast.expr] = {target.id: target} if type(target) is ast.Name else {}
    holder: dict[str, tuple[ast.Tuple, int]] = {}
    while body and type(body[0]) is ast.Assign and type(body[0].value) is ast.Name and body[0].value.id in waiting:
        source, bound = body[0].value.id, body[0].targets[0]
        if source in holder:
            owner, index = holder[source]
            owner.elts[index] = bound
        else:
            target = bound
        del waiting[source]
        if type(bound) is ast.Tuple:
            for index, part in enumerate(bound.elts):
                if type(part) is ast.Name:
                    waiting[part.id], holder[part.id] = part, (bound, index)
        body = body[1:]
    return target, body


def _collected(statement: ast.stmt, collector: str, generators: list[ast.comprehension]) -> ast.expr | None:
    value = statement.value if isinstance(statement, (ast.Expr, ast.Assign)) else None
    if type(value) is ast.Yield and not collector and value.value is not None:
        return syntax.place(ast.GeneratorExp(elt=value.value, generators=generators), statement.lineno)
    if type(statement) is ast.Assign and type(value) is not ast.Yield:
        place = statement.targets[0]
        if type(place) is ast.Subscript and type(place.value) is ast.Name and place.value.id == collector:
            return syntax.place(
                ast.DictComp(key=place.slice, value=statement.value, generators=generators), statement.lineno
            )
        return None
    if type(value) is ast.Call and type(value.func) is ast.Attribute and len(value.args) == 1:
        owner = value.func.value
        if type(owner) is ast.Name and owner.id == collector and value.func.attr in ("append", "add"):
            kind = ast.ListComp if value.func.attr == "append" else ast.SetComp
            return syntax.place(kind(elt=value.args[0], generators=generators), statement.lineno)
    return None
