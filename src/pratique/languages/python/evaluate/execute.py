"""Statements over known values, and the three ways in: a function, a comprehension, a loop."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any, Final, Literal

from pratique.languages.python.evaluate.assignment import MAX_BOX, assign, taken
from pratique.languages.python.evaluate.expressions import EXPRESSIONS, OPERATORS
from pratique.languages.python.evaluate.interpret import (
    MUTABLE,
    Abort,
    Closure,
    Frame,
    Interpreter,
    Resolve,
)
from pratique.languages.python.evaluate.operators import binary
from pratique.languages.python.evaluate.values import (
    PURE_ERRORS,
    UNKNOWN,
    Fuel,
    Known,
    ResolvedName,
    Result,
    Stream,
    Unknown,
    bounded,
    copied,
    drain,
    known,
    merge,
    weigh,
)


class Signal(Enum):
    """How a statement ended, other than by going on."""

    BREAK = "break"
    CONTINUE = "continue"
    RETURN = "return"


Handler = Callable[[Interpreter, Any, Frame], Signal | None]


def run_function(
    fn: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda,
    args: Sequence[Result],
    kwargs: Mapping[str, Result],
    resolve: Resolve,
    fuel: Fuel,
    *,
    changes: bool = False,
) -> Result:
    """Compute a call of a function of the file. Containers among the arguments are copied first.

    With `changes`, lists among the arguments end up as the function leaves them.
    """
    if isinstance(fn, ast.AsyncFunctionDef):
        return UNKNOWN
    try:
        run = Interpreter(resolve, fuel, EXPRESSIONS)
        own = [_own(arg, fuel) for arg in args]
        named = {key: _own(arg, fuel) for key, arg in kwargs.items()}
        found = settled(run.apply(Closure(fn, None), own, named), fuel)
        if changes:
            _hand_back(args, own)
    except (Abort, *PURE_ERRORS):
        return UNKNOWN
    return found


def call_with(name: str, args: Sequence[Result], kwargs: Mapping[str, Result], resolve: Resolve, fuel: Fuel) -> Result:
    """Compute a call of a pure function that is handed functions of the file: `map(lambda c: chr(c - 7), table)`."""
    try:
        run = Interpreter(resolve, fuel, EXPRESSIONS)
        own = [_own(arg, fuel) for arg in args]
        return settled(run.apply(ResolvedName(name), own, {key: _own(arg, fuel) for key, arg in kwargs.items()}), fuel)
    except (Abort, *PURE_ERRORS):
        return UNKNOWN


def expression(node: ast.expr, resolve: Resolve, fuel: Fuel) -> Result:
    """Compute any expression, calls of the file's own functions included."""
    try:
        found = Interpreter(resolve, fuel, EXPRESSIONS).eval(node, Frame())
        return found if found is UNKNOWN else settled(found, fuel)
    except (Abort, *PURE_ERRORS):
        return UNKNOWN


def comprehension(
    node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, resolve: Resolve, fuel: Fuel
) -> Result:
    """Compute a comprehension; a generator gives a list."""
    return expression(node, resolve, fuel)


def loop(
    stmts: ast.stmt | Sequence[ast.stmt], resolve: Resolve, fuel: Fuel, env: Mapping[str, Known] | None = None
) -> dict[str, Known] | Literal[Unknown.UNKNOWN]:
    """Compute statements over known variables.

    Returns the variables they set or change, as they are in the end; one that is set but absent is unknown. UNKNOWN
    when a condition is unknown, something has an effect, or `return` leaves.
    """
    run = Interpreter(resolve, fuel, EXPRESSIONS)
    frame = Frame()
    try:
        for name, value in (env or {}).items():
            frame.values[name] = _own(value, fuel)
        if run_body(run, [stmts] if isinstance(stmts, ast.stmt) else stmts, frame) is not None:
            return UNKNOWN
    except (Abort, *PURE_ERRORS):
        return UNKNOWN
    found: dict[str, Known] = {}
    for name in frame.touched:
        value_or_none = frame.values.get(name, UNKNOWN)
        if value_or_none is not UNKNOWN and not isinstance(value_or_none.value, (Stream, Closure)):
            found[name] = value_or_none
    return found


def settled(found: Known, fuel: Fuel) -> Result:
    """Return a result that holds nothing of this interpreter."""
    value = found.value
    if isinstance(value, Closure):
        return UNKNOWN
    if isinstance(value, Stream):
        return known(drain(value, fuel), merge(found.codecs, value.codecs), holed=found.holed)
    weigh(value)
    return found


def _hand_back(args: Sequence[Result], own: Sequence[Result]) -> None:
    """Give the callers' lists the elements that the callee left in its copies."""
    for arg, copy in zip(args, own, strict=True):
        if arg is not UNKNOWN and copy is not UNKNOWN and type(arg.value) is list:
            weigh(copy.value)
            arg.value[:] = copy.value


def _own(arg: Result, fuel: Fuel) -> Result:
    return arg if arg is UNKNOWN else Known(copied(arg.value, fuel), arg.codecs, arg.holed)


def run_body(run: Interpreter, body: Sequence[ast.stmt], frame: Frame) -> Signal | None:
    """Run statements until one of them leaves."""
    for statement in body:
        handler = STATEMENTS.get(type(statement))
        if handler is None:
            raise Abort
        run.enter()
        signal = handler(run, statement, frame)
        run.depth -= 1
        if signal is not None:
            return signal
    return None


def _assign(run: Interpreter, node: ast.Assign, frame: Frame) -> None:
    value = run.value(node.value, frame)
    for target in node.targets:
        assign(run, target, value, frame)


def _annotated(run: Interpreter, node: ast.AnnAssign, frame: Frame) -> None:
    if node.value is not None:
        assign(run, node.target, run.value(node.value, frame), frame)


def _augmented(run: Interpreter, node: ast.AugAssign, frame: Frame) -> None:
    load: ast.expr = node.target
    if isinstance(load, ast.Subscript):
        load = ast.Subscript(value=load.value, slice=load.slice, ctx=ast.Load())
    elif isinstance(load, ast.Name):
        load = ast.Name(id=load.id, ctx=ast.Load())
    old, change = run.value(load, frame), run.value(node.value, frame)
    if old is not UNKNOWN and isinstance(old.value, list) and isinstance(node.op, ast.Add):
        if change is UNKNOWN:
            raise Abort
        found = list(run.iterate(change))
        bounded(len(old.value) + len(found), MAX_BOX)
        old.value.extend(found)
        assign(run, node.target, Known(old.value, merge(old.codecs, change.codecs), old.holed or change.holed), frame)
        return
    try:
        new: Result = binary(OPERATORS[type(node.op)], old, change, run.fuel)
    except (KeyError, *PURE_ERRORS):
        new = UNKNOWN
    assign(run, node.target, new, frame)


def _expr(run: Interpreter, node: ast.Expr, frame: Frame) -> None:
    run.value(node.value, frame)


def _if(run: Interpreter, node: ast.If, frame: Frame) -> Signal | None:
    while True:
        if run.test(node.test, frame):
            return run_body(run, node.body, frame)
        if len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
            node = node.orelse[0]  # `elif` without going deeper
            run.enter(0)
            continue
        return run_body(run, node.orelse, frame)


def _for(run: Interpreter, node: ast.For, frame: Frame) -> Signal | None:
    source = run.value(node.iter, frame)
    if source is UNKNOWN:
        raise Abort
    for item in run.iterate(source):
        run.enter(0)
        assign(run, node.target, taken(item, source), frame)
        signal = run_body(run, node.body, frame)
        if signal is Signal.BREAK:
            return None
        if signal is Signal.RETURN:
            return signal
    return run_body(run, node.orelse, frame)


def _while(run: Interpreter, node: ast.While, frame: Frame) -> Signal | None:
    while run.test(node.test, frame):
        run.enter(0)
        signal = run_body(run, node.body, frame)
        if signal is Signal.BREAK:
            return None
        if signal is Signal.RETURN:
            return signal
    return run_body(run, node.orelse, frame)


def _return(run: Interpreter, node: ast.Return, frame: Frame) -> Signal:
    frame.result = Known(None) if node.value is None else run.value(node.value, frame)
    return Signal.RETURN


def _define(_run: Interpreter, node: ast.FunctionDef, frame: Frame) -> None:
    frame.set(node.name, UNKNOWN if node.decorator_list else Known(Closure(node, frame)))


def _forget(_run: Interpreter, node: ast.ClassDef | ast.AsyncFunctionDef, frame: Frame) -> None:
    frame.set(node.name, UNKNOWN)


def _import(_run: Interpreter, node: ast.Import, frame: Frame) -> None:
    for one in node.names:
        name = one.name if one.asname else one.name.split(".")[0]
        frame.set(one.asname or name, Known(ResolvedName(name)))


def _import_from(_run: Interpreter, node: ast.ImportFrom, frame: Frame) -> None:
    for one in node.names:
        if one.name == "*":
            raise Abort
        known_ = node.module is not None and node.level == 0
        frame.set(one.asname or one.name, Known(ResolvedName(f"{node.module}.{one.name}")) if known_ else UNKNOWN)


def _try(run: Interpreter, node: ast.Try, frame: Frame) -> Signal | None:
    signal = run_body(run, [*node.body, *node.orelse], frame)
    return run_body(run, node.finalbody, frame) or signal


def _delete(run: Interpreter, node: ast.Delete, frame: Frame) -> None:
    for target in node.targets:
        if isinstance(target, ast.Name):
            frame.set(target.id, UNKNOWN)
            continue
        if not isinstance(target, ast.Subscript):
            raise Abort
        box, key = run.value(target.value, frame), run.value(target.slice, frame)
        if (
            box is UNKNOWN
            or key is UNKNOWN
            or not isinstance(box.value, MUTABLE)
            or isinstance(box.value, (set, Stream))
        ):
            raise Abort
        weigh(key.value)
        del box.value[key.value]


def _declare(_run: Interpreter, node: ast.Global | ast.Nonlocal, frame: Frame) -> None:
    for name in node.names:
        frame.declared[name] = "global" if isinstance(node, ast.Global) else "nonlocal"


def _nothing(_run: Interpreter, _node: ast.stmt, _frame: Frame) -> None:
    return


def _signal(signal: Signal) -> Handler:
    return lambda _run, _node, _frame: signal


STATEMENTS: Final[dict[type[ast.stmt], Handler]] = {
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.Expr: _expr,
    ast.If: _if,
    ast.For: _for,
    ast.While: _while,
    ast.Return: _return,
    ast.Break: _signal(Signal.BREAK),
    ast.Continue: _signal(Signal.CONTINUE),
    ast.Pass: _nothing,
    ast.Assert: _nothing,
    ast.FunctionDef: _define,
    ast.AsyncFunctionDef: _forget,
    ast.ClassDef: _forget,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.Try: _try,
    ast.Delete: _delete,
    ast.Global: _declare,
    ast.Nonlocal: _declare,
}
