"""Generators: their statements run as far as someone reads, so that one without an end is no obstacle."""

from __future__ import annotations

import ast
from collections.abc import Generator, Sequence
from typing import Any

from pratique.languages.python.evaluate import matching
from pratique.languages.python.evaluate.assignment import assign, taken
from pratique.languages.python.evaluate.interpret import Interpreter
from pratique.languages.python.evaluate.objects import Frame
from pratique.languages.python.evaluate.values import UNKNOWN, Abort, Known, Stream, Unknowable, merge

YIELDS = (ast.Yield, ast.YieldFrom)
Left = Generator[Any, None, str]
"""Yields values; returns how the statements were left: "", "break", "continue" or "return"."""


def yields(node: ast.AST) -> bool:
    """Whether a statement or function hands out values, those of functions within it apart."""
    found: bool | None = getattr(node, "yields", None)
    if found is None:
        found = any(isinstance(one, YIELDS) for one in ast.walk(node))
        node.yields = found  # type: ignore[attr-defined] # kept where every later run finds it
    return found


def stream(run: Interpreter, node: ast.FunctionDef, frame: Frame) -> Known:
    """Return what a generator hands out, read as it is asked for."""
    made = Stream(_Reading(run, node.body, frame), endless=any(_is_endless(one) for one in node.body))
    made.frame = frame
    frame.yields = made
    return Known(made)


class _Reading:
    """An iterator that leaves the interpreter's depth as it found it."""

    def __init__(self, run: Interpreter, body: Sequence[ast.stmt], frame: Frame) -> None:
        self._run = run
        self._body = _statements(run, body, frame)

    def __iter__(self) -> _Reading:
        return self

    def __next__(self) -> Any:
        depth = self._run.depth
        self._run.enter(0)
        try:
            return next(self._body)
        finally:
            self._run.depth = depth


def _is_endless(node: ast.stmt) -> bool:
    """Whether a statement is `while True` and nothing leaves it."""
    always = isinstance(node, ast.While) and isinstance(node.test, ast.Constant) and bool(node.test.value)
    return always and not any(isinstance(one, ast.Break | ast.Return) for one in ast.walk(node))


def _statements(run: Interpreter, body: Sequence[ast.stmt], frame: Frame) -> Left:
    from pratique.languages.python.evaluate.execute import run_body

    for node in body:
        if not yields(node):
            signal = run_body(run, [node], frame)
            left = signal.value if signal is not None else ""
        else:
            left = yield from _statement(run, node, frame)
        if left:
            return left
    return ""


def _statement(run: Interpreter, node: ast.stmt, frame: Frame) -> Left:
    """Run a statement that hands out values. Raises Abort for those which are not followed."""
    left = ""
    match node:
        case ast.Expr(value=ast.Yield() | ast.YieldFrom()):
            yield from _handed_out(run, node.value, frame)
        case ast.Assign(value=ast.Yield() | ast.YieldFrom()):
            yield from _handed_out(run, node.value, frame)
            for target in node.targets:
                assign(run, target, frame.sent, frame)
        case ast.If():
            left = yield from _statements(run, node.body if run.test(node.test, frame) else node.orelse, frame)
        case ast.While():
            while left not in ("break", "return") and run.test(node.test, frame):
                run.enter(0)
                left = yield from _statements(run, node.body, frame)
        case ast.For():
            source = run.need(node.iter, frame)
            for item in run.iterate(source):
                run.enter(0)
                assign(run, node.target, taken(item, source), frame)
                left = yield from _statements(run, node.body, frame)
                if left in ("break", "return"):
                    break
        case ast.Match():
            subject = run.need(node.subject, frame)
            chosen = next((one.body for one in node.cases if matching.fits(run, one.pattern, subject, frame)
                           and (one.guard is None or run.test(one.guard, frame))), [])  # fmt: skip
            left = yield from _statements(run, chosen, frame)
        case ast.With():
            left = yield from _statements(run, node.body, frame)
        case ast.Try():
            left = yield from _statements(run, [*node.body, *node.orelse, *node.finalbody], frame)
        case _:
            raise Abort
    return left if left == "return" or isinstance(node, ast.If | ast.Try | ast.With | ast.Match) else ""


def _handed_out(run: Interpreter, node: ast.expr, frame: Frame) -> Generator[Any, None, None]:
    value: ast.expr | None = getattr(node, "value", None)
    found = run.value(value, frame) if value is not None else Known(None)
    if found is UNKNOWN or found.holed:
        raise Unknowable
    if frame.yields is not None:
        frame.yields.codecs = merge(frame.yields.codecs, found.codecs)
    if isinstance(node, ast.YieldFrom):
        yield from run.iterate(found)
    else:
        frame.sent = Known(None)
        yield found.value
