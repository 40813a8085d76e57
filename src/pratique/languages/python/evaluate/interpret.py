"""Expressions and functions of the file under review, computed over known values.

This interpreter never runs anything: it walks `ast` nodes with its own variables, knows only the pure functions of
`calling`, and gives up (UNKNOWN) at the first condition, effect or name it cannot know. Depth is limited explicitly.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from pratique.languages.python.evaluate import calling
from pratique.languages.python.evaluate.operators import truth
from pratique.languages.python.evaluate.values import (
    PURE_ERRORS,
    UNKNOWN,
    Context,
    Fuel,
    Known,
    LocalFunction,
    ResolvedName,
    Result,
    Stream,
    Unknowable,
    items,
    known,
    merge,
)
from pratique.model import HOLE

MAX_NESTING: Final = 240
"""Expressions and statements within each other, over all calls that are under way."""
CALL_NESTING: Final = 6
"""What a call of a local function counts for besides."""
MUTABLE: Final = (list, dict, set, bytearray, Stream)
Resolve: TypeAlias = Callable[[str], Result]
"""Answers what a free name stands for: a value, `Known(ResolvedName(…))`, `Known(LocalFunction(…))` or UNKNOWN."""


Handlers: TypeAlias = Mapping[type[ast.expr], Callable[["Interpreter", Any, "Frame"], Result]]


class Abort(Exception):
    """The run as a whole cannot be known."""


class Frame:
    """The variables of one call, comprehension or loop."""

    __slots__ = ("declared", "parent", "result", "shared", "touched", "values", "yields")

    def __init__(self, parent: Frame | None = None, *, shared: bool = False) -> None:
        self.values: dict[str, Result] = {}
        self.parent = parent
        self.shared = shared
        """A comprehension: `:=` and changes of containers belong to the frame around it."""
        self.touched: dict[str, None] = {}
        self.declared: dict[str, str] = {}
        self.result: Result = Known(None)
        self.yields: Stream | None = None
        """What a generator hands out."""

    def owner(self, name: str) -> Frame | None:
        """Return the innermost frame that has the variable."""
        at: Frame | None = self
        while at is not None and name not in at.values:
            at = at.parent
        return at

    def set(self, name: str, value: Result) -> None:
        """Store a variable. Raises Abort for a global: that is an effect."""
        declared = self.declared.get(name)
        if declared == "global":
            raise Abort
        frame = (self.parent.owner(name) if self.parent is not None else None) if declared else self
        if frame is None:
            raise Abort
        frame.values[name] = value
        frame.touched[name] = None

    @property
    def home(self) -> Frame:
        """The frame of the function or loop itself."""
        at = self
        while at.shared and at.parent is not None:
            at = at.parent
        return at


class Closure:
    """A function or lambda with the variables around it."""

    __slots__ = ("frame", "node")

    def __init__(self, node: ast.FunctionDef | ast.Lambda, frame: Frame | None) -> None:
        self.node = node
        self.frame = frame


class Interpreter:
    """One run."""

    def __init__(self, resolve: Resolve, fuel: Fuel, handlers: Handlers) -> None:
        self.resolve = resolve
        self.fuel = fuel
        self.handlers = handlers
        """How each kind of expression is computed."""
        self.depth = 0

    def context(self) -> Context:
        """Return what table functions use."""
        return Context(self.fuel, lambda function, args: self.apply(function, args, {}))

    def enter(self, n: int = 1) -> None:
        """Go one level deeper. Raises Abort past the limit or without fuel."""
        self.depth += n
        if self.depth > MAX_NESTING or not self.fuel.spend(1):
            raise Abort

    def value(self, node: ast.expr, frame: Frame) -> Result:
        """Compute an expression, UNKNOWN when it cannot be known."""
        depth = self.depth
        try:
            return self.eval(node, frame)
        except PURE_ERRORS:
            self.depth = depth
            return UNKNOWN

    def eval(self, node: ast.expr, frame: Frame) -> Result:
        """Compute an expression; raises what pure functions raise."""
        handler = self.handlers.get(type(node))
        if handler is None:
            return UNKNOWN
        self.enter()
        found = handler(self, node, frame)
        self.depth -= 1
        return found

    def need(self, node: ast.expr, frame: Frame) -> Known:
        """Compute an expression that has to be known."""
        found = self.eval(node, frame)
        if found is UNKNOWN:
            raise Unknowable
        return found

    def test(self, node: ast.expr, frame: Frame) -> bool:
        """Compute a condition. Raises Abort when it cannot be known."""
        found = self.value(node, frame)
        if found is UNKNOWN or found.holed or isinstance(found.value, (ResolvedName, LocalFunction, Closure)):
            raise Abort
        return truth(found.value)

    def iterate(self, source: Known) -> Iterator[Any]:
        """Return an iterator over a known value; every element costs fuel."""
        if isinstance(source.value, range):
            return iter(source.value)
        if isinstance(source.value, Stream):
            return source.value.items
        return iter(items(source.value, self.fuel))

    def apply(self, function: Any, args: Sequence[Result], kwargs: Mapping[str, Result]) -> Known:
        """Call a callable value. Raises Unknowable when its result is not known."""
        if isinstance(function, ResolvedName):
            return calling.call_known(function.name, args, kwargs, self.context())
        if isinstance(function, LocalFunction) and not isinstance(function.node, ast.AsyncFunctionDef):
            function = Closure(function.node, None)
        if not isinstance(function, Closure):
            raise Unknowable
        frame = self.bind(function, args, kwargs)
        self.enter(CALL_NESTING)
        found = self.run(function.node, frame)
        self.depth -= CALL_NESTING
        if found is UNKNOWN:
            raise Unknowable
        return found

    def run(self, node: ast.FunctionDef | ast.Lambda, frame: Frame) -> Result:
        """Run a function's body in its frame."""
        if isinstance(node, ast.Lambda):
            return self.eval(node.body, frame)
        from pratique.languages.python.evaluate import generators
        from pratique.languages.python.evaluate.execute import run_body

        if generators.yields(node):
            return generators.stream(self, node, frame)
        run_body(self, node.body, frame)
        return frame.result

    def bind(self, function: Closure, args: Sequence[Result], kwargs: Mapping[str, Result]) -> Frame:
        """Return a frame with the parameters. Raises Unknowable when the arguments do not fit."""
        spec = function.node.args
        frame = Frame(function.frame)
        names = [arg.arg for arg in (*spec.posonlyargs, *spec.args)]
        for name, default in zip(reversed(names), reversed(spec.defaults), strict=False):
            frame.values[name] = self.value(default, Frame(function.frame))
        for arg, default_or_none in zip(spec.kwonlyargs, spec.kw_defaults, strict=True):
            if default_or_none is not None:
                frame.values[arg.arg] = self.value(default_or_none, Frame(function.frame))
        frame.values.update(zip(names, args, strict=False))
        rest, extra = args[len(names) :], {}
        for key, value in kwargs.items():
            if key in names or any(key == arg.arg for arg in spec.kwonlyargs):
                frame.values[key] = value
            else:
                extra[key] = value
        if (rest and spec.vararg is None) or (extra and spec.kwarg is None):
            raise Unknowable
        if spec.vararg is not None:
            frame.values[spec.vararg.arg] = packed(rest, tuple)
        if spec.kwarg is not None:
            whole = packed(list(extra.values()), list)
            frame.values[spec.kwarg.arg] = Known(dict(zip(extra, whole.value, strict=True)), whole.codecs, whole.holed)
        if any(name not in frame.values for name in (*names, *(arg.arg for arg in spec.kwonlyargs))):
            raise Unknowable
        return frame


def packed(parts: Sequence[Result], kind: Any) -> Known:
    """Return a container of parts; an unknown one leaves a hole."""
    holed = any(part is UNKNOWN or part.holed for part in parts)
    codecs = merge(*(part.codecs for part in parts if part is not UNKNOWN))
    return known(kind([HOLE if part is UNKNOWN else part.value for part in parts]), codecs, holed=holed)
