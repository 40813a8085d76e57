"""Functions, lambdas and classes: their headers where they stand, class bodies at once, function bodies later."""

from __future__ import annotations

import ast
import re
import unicodedata
from typing import Any

from pratique.languages.python.evaluate import Known
from pratique.languages.python.lower import calls, members
from pratique.languages.python.lower.body import EXPRESSIONS, STATEMENTS, Body, Bound
from pratique.languages.python.lower.statements import annotation, block, type_parameters
from pratique.languages.python.lower.unit import Class, Function, Pending, Unit
from pratique.model import Arg, Span

IDENTIFIER = re.compile(r"[^\W\d]\w*")


def mentioned(text: str) -> tuple[str, ...]:
    """Return what may be identifiers in a text, as Python spells them (NFKC), sorted; comments and strings included."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return tuple(sorted(set(IDENTIFIER.findall(text))))


def _qualified(b: Body, name: str) -> str:
    return f"{b.name}.{name}" if b.name else name


def _parameters(arguments: ast.arguments) -> list[ast.arg]:
    found = [*arguments.posonlyargs, *arguments.args]
    if arguments.vararg is not None:
        found.append(arguments.vararg)
    found.extend(arguments.kwonlyargs)
    if arguments.kwarg is not None:
        found.append(arguments.kwarg)
    return found


Defaults = tuple[tuple[str, Known | None, str | None], ...]


def _defaults(b: Body, arguments: ast.arguments) -> tuple[list[Arg], Defaults]:
    """Lower the defaults where the function is defined."""
    args: list[Arg] = []
    found: list[tuple[str, Known | None, str | None]] = []
    positional = [*arguments.posonlyargs, *arguments.args]
    pairs: list[tuple[ast.arg, ast.expr | None]] = [
        *zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=False),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=False),
    ]
    for parameter, default in pairs:
        if default is not None:
            n = b.expr(default)
            args.append(Arg("default", n))
            found.append((parameter.arg, b.vals.get(n), b.refs.get(n)))
    return args, tuple(found)


def function_def(b: Body, node: Any) -> None:
    """Lower a `def`: decorators, defaults and annotations run now, the body is left for later."""
    args = [Arg("deco", b.expr(decorator)) for decorator in node.decorator_list]
    default_args, defaults = _defaults(b, node.args)
    args += default_args
    for parameter in _parameters(node.args):
        annotation(b, parameter.annotation)
    annotation(b, node.returns)
    type_parameters(b, node)
    name = _qualified(b, node.name)
    scope = _queue(b, node, name, defaults)
    _assigns_outside(b, node)
    b.emit_scope("enter", node.name, tuple(args), node, scope)
    n = b.emit_scope("func", "", (), node, scope)
    b.refs[n] = f".{name}"
    b.assign(node.name, _decorated(b, node, args, n), node, store=False)


def _assigns_outside(b: Body, node: Any) -> None:
    """Forget the values of variables that a function says it assigns in the function around it."""
    for statement in node.body[:16] if b.kind == "function" else ():
        for name in statement.names if type(statement) is ast.Nonlocal else ():
            if name in b.env:
                b.captured[name] = None
                b.env[name] = b.emit_scope("free", name, (), node, b.id)


RUNNERS = frozenset(
    ("os", "subprocess", "pickle", "marshal", "importlib", "runpy", "base64", "zlib", "codecs", "binascii", "lzma",
     "bz2", "gzip", "ctypes", "urllib", "socket")
)  # fmt: skip
"""Modules whose functions decorate nothing: used so, they are simply called."""
RUNNING = frozenset(f"builtins.{name}" for name in ("exec", "eval", "compile", "__import__", "print", "str", "bytes"))


def _decorated(b: Body, node: Any, args: list[Arg], n: int) -> int:
    """Call the decorators of a definition, innermost first, where one of them does something with its argument.

    `@exec` on top of `@base64.b64decode` on top of `@lambda _: "…"` is three calls; usual decorators stay edges.
    """
    if not node.decorator_list:
        return n
    found = list(zip(node.decorator_list, [arg.node for arg in args if arg.key == "deco"], strict=True))
    refs = [b.refs.get(o, "") for _, o in found]
    if not any(ref in RUNNING or (ref.partition(".")[0] in RUNNERS and "(" not in ref) for ref in refs):
        return n
    for syntax, o in reversed(found):
        site = calls.computed(b, syntax, o)
        site.args.append(Arg("0", n))
        n = calls.complete(b, site)
    return n


def lambda_expr(b: Body, node: ast.Lambda) -> int:
    """Lower a `lambda`, a function of its own."""
    args, defaults = _defaults(b, node.args)
    if b.unit.closing and id(node) in b.unit.queued:
        scope, name = b.unit.queued[id(node)]
        n = b.emit_scope("func", "", (), node, scope)
        b.refs[n] = f".{name}"
        return n
    name = b.unit.unique(_qualified(b, f"<lambda@{node.lineno}>"), node.col_offset)
    scope = _queue(b, node, name, defaults)
    if args:
        b.emit_scope("enter", name.rpartition(".")[2], tuple(args), node, scope)
    n = b.emit_scope("func", "", (), node, scope)
    b.refs[n] = f".{name}"
    return n


def _queue(b: Body, node: Function, name: str, defaults: Defaults) -> int:
    unit = b.unit
    if unit.closing and id(node) in unit.queued:
        return unit.queued[id(node)][0]
    scope = unit.reserve()
    if b.loops:
        unit.queued[id(node)] = (scope, name)
    unit.functions[f".{name}"] = node
    unit.definers[f".{name}"] = b
    closed: dict[str, Bound] = {}
    if b.comp is not None:
        closed = {variable: b.env[variable] for variable in b.comp if variable in b.env}
    unit.pending.append(Pending(node, scope, b, name, b.cls, closed, defaults))
    return scope


def class_def(b: Body, node: ast.ClassDef) -> None:
    """Lower a `class`: its body runs now, as a scope of its own; its methods wait."""
    unit = b.unit
    if unit.closing and id(node) in unit.queued:
        scope, name = unit.queued[id(node)]
        n = b.emit_scope("func", "", (), node, scope)
        b.refs[n] = f".{name}"
        b.assign(node.name, n, node, store=False)
        return
    args = [Arg("deco", b.expr(decorator)) for decorator in node.decorator_list]
    type_parameters(b, node)
    bases = []
    for base in node.bases:
        n = b.expr(base)
        args.append(Arg("base", n))
        if n in b.refs:
            bases.append(b.refs[n])
    args.extend(Arg("meta", b.expr(keyword.value)) for keyword in node.keywords)
    name = _qualified(b, node.name)
    owner = Class(name, node, unit.reserve(), tuple(bases), _methods(node.body))
    scope = owner.body
    if b.loops:
        unit.queued[id(node)] = (scope, name)
    b.emit_scope("enter", node.name, tuple(args), node, scope)
    unit.classes[f".{name}"] = owner
    inner = Body(unit, scope, b, "class", name, Span(node.lineno, node.col_offset, node.end_lineno or 0))
    inner.cls = inner.owner = owner
    block(inner, node.body)
    run_late(inner)
    unit.spent += len(inner.nodes)
    for attr in inner.history:
        if attr not in owner.methods:
            bound = inner.env.get(attr)
            if bound is not None:
                members.note_attribute(inner, owner, attr, bound)
    n = b.emit_scope("func", "", (), node, scope)
    b.refs[n] = f".{name}"
    b.assign(node.name, _decorated(b, node, args, n), node, store=False)


def _methods(statements: list[ast.stmt]) -> dict[str, Function]:
    found: dict[str, Function] = {}
    stack = list(reversed(statements))
    while stack:
        statement = stack.pop()
        kind = type(statement)
        if kind in (ast.FunctionDef, ast.AsyncFunctionDef):
            found.setdefault(statement.name, statement)  # type: ignore[attr-defined,arg-type]
        elif kind in (ast.If, ast.Try, ast.With):
            stack.extend(getattr(statement, "orelse", ()))
            stack.extend(reversed(statement.body))  # type: ignore[attr-defined]
    return found


def run_late(b: Body) -> None:
    """Read the blocks that were nested too deeply, with the variables as the scope left them."""
    while b.late:
        statements, guard = b.late.pop(0)
        depth, b.unit.depth, b.guard = b.unit.depth, 0, guard
        block(b, statements)
        b.unit.depth = depth
    b.guard = 0


def open_body(pending: Pending, unit: Unit) -> Body:
    """Make the scope of a function, its parameters bound."""
    node = pending.node
    parameters = _parameters(node.args)
    shown = tuple(_shown(node.args, parameter) for parameter in parameters)
    span = Span(node.lineno, node.col_offset, node.end_lineno or 0)
    b = Body(unit, pending.scope, pending.parent, "function", pending.name, span, params=shown, owner=pending.owner)
    b.is_async = type(node) is ast.AsyncFunctionDef
    b.closed = pending.closed
    if pending.owner is not None:
        b.methods_of = pending.owner.body
    elif pending.parent.kind == "function":
        b.owner = pending.parent.owner
    defaults = {name: (val, ref) for name, val, ref in pending.defaults}
    for number, parameter in enumerate(parameters):
        _bind(b, pending, number, parameter, defaults.get(parameter.arg))
    return b


def _shown(arguments: ast.arguments, parameter: ast.arg) -> str:
    stars = "*" if parameter is arguments.vararg else "**" if parameter is arguments.kwarg else ""
    return stars + parameter.arg


def _bind(
    b: Body, pending: Pending, number: int, parameter: ast.arg, default: tuple[Known | None, str | None] | None
) -> None:
    args: tuple[Arg, ...] = ()
    if default is not None:
        val, ref = default
        if val is not None and _is_scalar(val.value):
            args = (Arg("default", b.const(val.value, parameter)),)
        elif ref is not None and "(" not in ref:
            args = (Arg("default", b.load(ref, parameter)),)
    n = b.emit("param", parameter.arg, args, parameter)
    b.assign(parameter.arg, n, parameter)
    owner, node = pending.owner, pending.node
    if number == 0 and owner is not None and not isinstance(node, ast.Lambda):
        decorators = {getattr(d, "id", "") for d in node.decorator_list}
        if "staticmethod" not in decorators:
            of_class = "classmethod" in decorators or node.name in _OF_CLASS
            b.refs[n] = f".{owner.name}" if of_class else f".{owner.name}()"


_OF_CLASS = frozenset(("__new__", "__init_subclass__", "__class_getitem__"))


def _is_scalar(value: object) -> bool:
    return value is None or type(value) in (str, bytes, int, float, bool)


def lower_body(pending: Pending, unit: Unit) -> None:
    """Read one function body."""
    b = open_body(pending, unit)
    node = pending.node
    unit.depth = 0
    if type(node) is ast.Lambda:
        n = b.expr(node.body)
        b.emit("return", "", (Arg("", n),), node.body)
    else:
        block(b, node.body)  # type: ignore[arg-type]
    run_late(b)
    unit.spent += len(b.nodes)


def skip_body(pending: Pending, unit: Unit, lines: list[str]) -> None:
    """Leave one function body as a hole that says which identifiers its text mentions."""
    b = open_body(pending, unit)
    b.hole = True
    first, last = b.span.line, b.span.end_line or b.span.line
    b.mentions = mentioned("\n".join(lines[first - 1 : last]))


STATEMENTS.update({ast.FunctionDef: function_def, ast.AsyncFunctionDef: function_def, ast.ClassDef: class_def})
EXPRESSIONS[ast.Lambda] = lambda_expr
