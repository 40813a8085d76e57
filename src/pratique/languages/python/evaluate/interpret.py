"""Expressions and functions of the file under review, computed over known values.

This interpreter never runs anything: it walks `ast` nodes with its own variables, knows only the pure functions of
`calling`, and gives up (UNKNOWN) at the first condition, effect or name it cannot know. Depth is limited explicitly.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from pratique.languages.python.evaluate import attributes, calling, classes, functions, protocols
from pratique.languages.python.evaluate.objects import (
    Bound,
    Closure,
    Frame,
    Getter,
    Instance,
    Method,
    Native,
    OwnClass,
    Partial,
    Wrapped,
)
from pratique.languages.python.evaluate.values import (
    PURE_ERRORS,
    UNKNOWN,
    Abort,
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


class Raised(Abort):
    """An exception of the program under way to a handler of its own."""

    def __init__(self, value: Known, names: frozenset[str]) -> None:
        super().__init__()
        self.value = value
        self.names = names
        """Its class and those above it."""


class Interpreter:
    """One run."""

    def __init__(self, resolve: Resolve, fuel: Fuel, handlers: Handlers) -> None:
        self.resolve = resolve
        self.fuel = fuel
        self.handlers = handlers
        """How each kind of expression is computed."""
        self.depth = 0
        self.trying = 0
        """How many handlers are around what is being computed."""
        self.memo: dict[int, Any] = {}
        """Copies of what others hold, by identity."""
        self.kept: list[Any] = []
        """Originals of those copies, so that no identity is used again."""

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
        except PURE_ERRORS as error:
            self.depth = depth
            if self.trying and isinstance(error, RAISED):
                raise raised(self, type(error).__name__, (Known(str(error)),)) from error
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
        if found is UNKNOWN or found.holed or isinstance(found.value, ResolvedName):
            raise Abort
        return protocols.truth(self, found)

    def iterate(self, source: Known) -> Iterator[Any]:
        """Return an iterator over a known value; every element costs fuel."""
        if isinstance(source.value, range):
            return iter(source.value)
        if isinstance(source.value, Stream):
            return source.value.items
        if isinstance(source.value, (Instance, OwnClass)):
            return protocols.elements(self, source)
        return iter(items(source.value, self.fuel))

    def named(self, name: str) -> ResolvedName:
        """Return what is known by its dotted name."""
        return ResolvedName(name)

    def packed(self, parts: Sequence[Result]) -> Known:
        """Return a tuple of parts."""
        return packed(parts, tuple)

    def finished(self, value: Known) -> Known:
        """Return a function of the file with its decorators applied, any other value as it is."""
        one = value.value
        if isinstance(one, LocalFunction) and not isinstance(one.node, ast.Lambda) and one.node.decorator_list:
            if isinstance(one.node, ast.AsyncFunctionDef):
                raise Unknowable
            return functions.decorated(self, one.node, Frame(resolve=one.resolve))
        return value

    def apply(self, function: Any, args: Sequence[Result], kwargs: Mapping[str, Result]) -> Known:
        """Call a callable value. Raises Unknowable when its result is not known."""
        self.enter(0)
        match function:
            case ResolvedName():
                answer = protocols.reflect(self, function.name, args, kwargs, Frame())
                if answer is not None:
                    return answer
                given = protocols.prepared(self, function.name, args)
                if isinstance(given, Known):
                    return given
                return calling.call_known(function.name, given, kwargs, self.context())
            case LocalFunction():
                finished = self.finished(Known(function)).value
                if finished is not function:
                    made = finished.function if isinstance(finished, Wrapped) else finished
                    return self.apply(made, args, kwargs)
                if isinstance(function.node, ast.AsyncFunctionDef):
                    raise Unknowable
                return self._run(Closure(function.node, Frame(resolve=function.resolve)), args, kwargs)
            case Closure():
                return self._run(function, args, kwargs)
            case Bound():
                target = function.function
                if isinstance(target, LocalFunction) and not isinstance(target.node, ast.AsyncFunctionDef):
                    target = Closure(target.node, Frame(resolve=target.resolve))
                if isinstance(target, Closure) and function.owner is not None:
                    return self._run(target, (function.receiver, *args), kwargs, function)
                return self.apply(target, (function.receiver, *args), kwargs)
            case Method():
                given = protocols.prepared(self, "", args)
                parts = args if isinstance(given, Known) else given
                return calling.call_method(function.receiver, function.name, parts, kwargs, self.context())
            case Native():
                return function.run(self, args, kwargs)
            case Partial():
                return self.apply(function.function, (*function.args, *args), {**function.kwargs, **kwargs})
            case Getter():
                picked = [protocols.item_of(self, args[0], Known(key)) for key in function.keys]
                return picked[0] if len(picked) == 1 else packed(picked, tuple)
            case OwnClass():
                return self._deeper(lambda: classes.construct(self, function, args, kwargs))
            case Instance():
                found = function.cls.find("__call__")
                if found is not None:
                    return self.apply(attributes.bind(self, found, Known(function), function.cls).value, args, kwargs)
        raise Unknowable

    def _deeper(self, do: Callable[[], Result]) -> Known:
        self.enter(CALL_NESTING)
        found = do()
        self.depth -= CALL_NESTING
        if found is UNKNOWN:
            raise Unknowable
        return found

    def _run(
        self, function: Closure, args: Sequence[Result], kwargs: Mapping[str, Result], bound: Bound | None = None
    ) -> Known:
        frame = self.bind(function, args, kwargs)
        if bound is not None:
            frame.values["__class__"], frame.values["<self>"] = Known(bound.owner), bound.receiver
        return self._deeper(lambda: self.run(function.node, frame))

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


RAISED: Final = (ArithmeticError, LookupError, StopIteration, ValueError)
"""What a pure function raises that the program would see as well."""


def raised(run: Interpreter, name: str, args: Sequence[Result]) -> Raised:
    """Return an exception of the language on its way to a handler."""
    known_as = name if name in classes.EXCEPTIONS else "ValueError"
    return Raised(classes.exception(run, known_as, args), classes.EXCEPTIONS[known_as])
