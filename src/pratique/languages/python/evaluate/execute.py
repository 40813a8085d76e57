"""Statements over known values, and the three ways in: a function, a comprehension, a loop."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any, Final, Literal

from pratique.languages.python.evaluate import attributes, classes, functions, matching, protocols
from pratique.languages.python.evaluate.assignment import MAX_BOX, assign, taken
from pratique.languages.python.evaluate.expressions import EXPRESSIONS, OPERATORS, combined
from pratique.languages.python.evaluate.interpret import (
    MUTABLE,
    Interpreter,
    Raised,
    Resolve,
    raised,
)
from pratique.languages.python.evaluate.objects import Frame, Instance, Native, OwnClass
from pratique.languages.python.evaluate.values import (
    PURE_ERRORS,
    UNKNOWN,
    Abort,
    Fuel,
    Known,
    LocalFunction,
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
        found = settled(run.apply(LocalFunction(fn, resolve), own, named), fuel)
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


def call_on(
    function: Known, attr: str, args: Sequence[Result], kwargs: Mapping[str, Result], resolve: Resolve, fuel: Fuel
) -> tuple[Result, Known]:
    """Call a value of the file, or with `attr` a method of it; also return the value as the call leaves it."""
    run = Interpreter(resolve, fuel, EXPRESSIONS)
    try:
        own = Known(copied(function.value, fuel, run.memo), function.codecs, function.holed)
        called = attributes.get(run, own, attr) if attr else own
        given = [_own(arg, fuel) for arg in args]
        named = {key: _own(arg, fuel) for key, arg in kwargs.items()}
        return settled(run.apply(called.value, given, named), fuel), own
    except (Abort, *PURE_ERRORS):
        return UNKNOWN, function


def finished_class(cls: OwnClass, resolve: Resolve, fuel: Fuel) -> OwnClass:
    """Return a class whose body has been read with all that happens then, sealed."""
    try:
        classes.finish(Interpreter(resolve, fuel, EXPRESSIONS), cls)
    except (Abort, *PURE_ERRORS):
        pass
    cls.sealed = True
    return cls


def attribute_of(value: Known, attr: str, resolve: Resolve, fuel: Fuel) -> Result:
    """Compute an attribute of a value of the file, properties included."""
    try:
        run = Interpreter(resolve, fuel, EXPRESSIONS)
        return settled(attributes.get(run, Known(copied(value.value, fuel)), attr), fuel)
    except (Abort, *PURE_ERRORS):
        return UNKNOWN


def operation(op: str, left: Known, right: Known, resolve: Resolve, fuel: Fuel) -> Result:
    """Compute an operator, `[]` too, one side of which is an object of the file."""
    try:
        run = Interpreter(resolve, fuel, EXPRESSIONS)
        if op == "[]":
            found = protocols.item(run, left, right)
            return found if found is UNKNOWN else settled(found, fuel)
        return settled(protocols.operate(run, op, left, right), fuel)
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
        if value_or_none is not UNKNOWN and not isinstance(value_or_none.value, Stream):
            found[name] = value_or_none
    return found


def settled(found: Known, fuel: Fuel) -> Result:
    """Return a result that holds nothing of this interpreter."""
    value = found.value
    if isinstance(value, Native):
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
    new = combined(run, OPERATORS.get(type(node.op), ""), old, change)
    if old is not UNKNOWN and isinstance(old.value, Instance):
        special = protocols.ARITHMETIC.get(OPERATORS.get(type(node.op), ""), "")
        found_or_none = protocols.call_special(run, old, f"__i{special}__", change)
        new = found_or_none if found_or_none is not None else new
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


def _define(run: Interpreter, node: ast.FunctionDef, frame: Frame) -> None:
    around = frame.parent if frame.is_class else frame
    marks = [mark for mark in node.decorator_list if isinstance(mark, ast.Attribute)]
    if any(mark.attr in {"setter", "deleter", "getter"} for mark in marks):
        return  # the property itself stands there already
    frame.set(node.name, functions.decorated(run, node, around))


def _forget(_run: Interpreter, node: ast.AsyncFunctionDef, frame: Frame) -> None:
    frame.set(node.name, UNKNOWN)


def _class(run: Interpreter, node: ast.ClassDef, frame: Frame) -> None:
    inner = Frame(frame, is_class=True)
    bases = [run.value(base, frame) for base in node.bases]
    if run_body(run, node.body, inner) is not None:
        raise Abort
    known_bases = tuple(
        one.value if one is not UNKNOWN and isinstance(one.value, (OwnClass, ResolvedName)) else ResolvedName("")
        for one in bases
    )
    made = OwnClass(node.name, known_bases, inner.values, node, frame)
    frame.set(node.name, Known(classes.finish(run, made)))


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
    depth = run.depth
    run.trying += bool(node.handlers)
    try:
        signal = run_body(run, node.body, frame)
    except Raised as error:
        run.depth = depth
        signal = _handle(run, node, error, frame)
    else:
        signal = signal or run_body(run, node.orelse, frame)
    finally:
        run.trying -= bool(node.handlers)
    return run_body(run, node.finalbody, frame) or signal


def _handle(run: Interpreter, node: ast.Try, error: Raised, frame: Frame) -> Signal | None:
    """Run the handler that fits an exception; raise it again where none does."""
    for handler in node.handlers:
        if handler.type is not None and not _names(run, handler.type, frame) & error.names:
            continue
        if handler.name:
            frame.set(handler.name, error.value)
        return run_body(run, handler.body, frame)
    raise error


def _names(run: Interpreter, node: ast.expr, frame: Frame) -> set[str]:
    """Return the names of the exceptions that a handler is for. Raises Abort for unknown ones."""
    found = run.value(node, frame)
    kinds = [UNKNOWN] if found is UNKNOWN else found.value if isinstance(found.value, tuple) else [found.value]
    if not all(isinstance(kind, (ResolvedName, OwnClass)) for kind in kinds):
        raise Abort
    return {kind.name.rpartition(".")[2] for kind in kinds if isinstance(kind, (ResolvedName, OwnClass))}


def _raise(run: Interpreter, node: ast.Raise, frame: Frame) -> None:
    found = run.value(node.exc, frame) if node.exc is not None else UNKNOWN
    if found is UNKNOWN:
        raise Abort
    if isinstance(found.value, ResolvedName):
        raise raised(run, found.value.name.removeprefix("builtins."), ())
    if isinstance(found.value, OwnClass):
        found = run.apply(found.value, (), {})
    if not isinstance(found.value, Instance):
        raise Abort
    raise Raised(found, classes.exceptional(found.value.cls))


def _with(run: Interpreter, node: ast.With, frame: Frame) -> Signal | None:
    entered: list[Known] = []
    for one in node.items:
        held = run.value(one.context_expr, frame)
        if held is UNKNOWN:
            raise Abort
        if isinstance(held.value, Instance):
            entered.append(held)
            held = protocols.call_special(run, held, "__enter__") or UNKNOWN
        if one.optional_vars is not None:
            assign(run, one.optional_vars, held, frame)
    signal = run_body(run, node.body, frame)
    for manager in reversed(entered):
        protocols.call_special(run, manager, "__exit__", Known(None), Known(None), Known(None))
    return signal


def _match(run: Interpreter, node: ast.Match, frame: Frame) -> Signal | None:
    subject = run.value(node.subject, frame)
    if subject is UNKNOWN:
        raise Abort
    for case in node.cases:
        try:
            chosen = matching.fits(run, case.pattern, subject, frame)
        except PURE_ERRORS as error:
            raise Abort from error
        if chosen and (case.guard is None or run.test(case.guard, frame)):
            return run_body(run, case.body, frame)
    return None


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
    ast.ClassDef: _class,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.Try: _try,
    ast.Raise: _raise,
    ast.With: _with,
    ast.Match: _match,
    ast.Delete: _delete,
    ast.Global: _declare,
    ast.Nonlocal: _declare,
}
