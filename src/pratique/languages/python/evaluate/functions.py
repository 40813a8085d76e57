"""What functions and classes tell about themselves: names, defaults, annotations, constants of their code."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Final

from pratique.languages.python.evaluate.objects import Bound, Closure, Frame, OwnClass, Wrapped
from pratique.languages.python.evaluate.values import UNKNOWN, Known, LocalFunction, Unknowable, bounded

if TYPE_CHECKING:
    from pratique.languages.python.evaluate.interpret import Interpreter

NODES: Final = 4_096
"""Parts of a function that are looked through for its constants."""
ONLY_HINTS: Final = ("wraps", "override", "abstractmethod", "final", "overload", "lru_cache", "cache", "singledispatch")


def docstring(body: list[ast.stmt]) -> str | None:
    """Return the text that a body of statements begins with, as it is written."""
    first = body[0] if body else None
    if type(first) is ast.Expr and type(first.value) is ast.Constant and type(first.value.value) is str:
        return first.value.value
    return None


def attribute(run: Interpreter, function: Closure | LocalFunction, name: str) -> Known:
    """Return a data attribute of a function. Raises Unknowable when it has none."""
    node = function.node
    if isinstance(function, Closure) and name in function.fields:
        held = function.fields[name]
        if held is not UNKNOWN:
            return held
    frame = function.frame if isinstance(function, Closure) else Frame(resolve=function.resolve)
    if name in {"__name__", "__qualname__"}:
        return Known("<lambda>" if isinstance(node, ast.Lambda) else node.name)
    if name == "__doc__":
        return Known(None if isinstance(node, ast.Lambda) else docstring(node.body))
    if name == "__annotations__" and not isinstance(node, ast.Lambda):
        given = {arg.arg: arg.annotation for arg in _parameters(node.args) if arg.annotation is not None}
        if node.returns is not None:
            given["return"] = node.returns
        return Known({key: run.need(value, Frame(frame)).value for key, value in given.items()})
    if name == "__defaults__":
        return Known(tuple(run.need(value, Frame(frame)).value for value in node.args.defaults) or None)
    if name == "__kwdefaults__":
        pairs = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
        return Known({arg.arg: run.need(value, Frame(frame)).value for arg, value in pairs if value is not None})
    if name == "__code__":
        return Known(CodeOf(node))
    if name == "__dict__" and isinstance(function, Closure):
        return Known({key: value.value for key, value in function.fields.items() if value is not UNKNOWN})
    raise Unknowable


class CodeOf:
    """The code object of a function."""

    __slots__ = ("node",)

    def __init__(self, node: Any) -> None:
        self.node = node


def code_attribute(code: CodeOf, name: str) -> Known:
    """Return an attribute of a code object that does not depend on the compiler. Raises Unknowable for the rest."""
    node = code.node
    if name in {"co_name", "co_qualname"}:
        return Known("<lambda>" if isinstance(node, ast.Lambda) else node.name)
    if name == "co_argcount":
        return Known(len(node.args.posonlyargs) + len(node.args.args))
    if name == "co_varnames":
        return Known(tuple(dict.fromkeys((*(arg.arg for arg in _parameters(node.args)), *_stored(node)))))
    if name == "co_consts":
        return Known(_constants(node))
    raise Unknowable


def _parameters(spec: ast.arguments) -> list[ast.arg]:
    more = [one for one in (spec.vararg, spec.kwarg) if one is not None]
    return [*spec.posonlyargs, *spec.args, *spec.kwonlyargs, *more]


def _parts(node: Any) -> list[ast.AST]:
    body = [node.body] if isinstance(node, ast.Lambda) else node.body
    found: list[ast.AST] = []
    stack: list[ast.AST] = list(reversed(body))
    while stack:
        part = stack.pop()
        bounded(len(found), NODES)
        found.append(part)
        if not isinstance(part, ast.FunctionDef | ast.ClassDef | ast.Lambda):
            stack.extend(reversed(list(ast.iter_child_nodes(part))))
    return found


def _stored(node: Any) -> list[str]:
    return [part.id for part in _parts(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)]


def _constants(node: Any) -> tuple[Any, ...]:
    """Return the texts and numbers in a function, its docstring or None first, as compilers of today order them."""
    found: dict[tuple[type, Any], None] = {}
    if not isinstance(node, ast.Lambda):
        found[type(docstring(node.body)), docstring(node.body)] = None
    for part in _parts(node):
        if isinstance(part, ast.Constant) and part.value is not ...:
            found[type(part.value), part.value] = None
    return tuple(value for _, value in found)


def decorated(run: Interpreter, node: ast.FunctionDef | ast.Lambda, frame: Frame | None) -> Known:
    """Return a function as its definition leaves it: with the decorators of the file that can be followed."""
    value = Known(Closure(node, frame))
    for decorator in reversed(node.decorator_list if isinstance(node, ast.FunctionDef) else ()):
        value = _wrapped(run, decorator, value, frame)
    return value


def _wrapped(run: Interpreter, decorator: ast.expr, value: Known, frame: Frame | None) -> Known:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    last = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    if last in {"property", "cached_property", "abstractproperty"}:
        return Known(Wrapped("property", value.value))
    if last in {"staticmethod", "classmethod"}:
        return Known(Wrapped(last, value.value))
    if last in ONLY_HINTS:
        return value
    found = run.value(decorator, Frame(frame))
    if found is UNKNOWN or not isinstance(found.value, (LocalFunction, Closure, OwnClass, Bound)):
        return value  # from elsewhere: most give the function back, or call it
    return run.apply(found.value, (value,), {})
