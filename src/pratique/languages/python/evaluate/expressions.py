"""Expressions over known values: one small function a kind."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from pratique.languages.python.evaluate import attributes, calling, classes, protocols
from pratique.languages.python.evaluate.assignment import assign, taken, touch
from pratique.languages.python.evaluate.collecting import CHANGES_FIRST
from pratique.languages.python.evaluate.formatting import spec_format
from pratique.languages.python.evaluate.interpret import MUTABLE, Interpreter, packed
from pratique.languages.python.evaluate.objects import OWN, Bound, Closure, Frame, Instance, OwnClass, is_plain
from pratique.languages.python.evaluate.operators import binary, compare, fstring, subscript, unary
from pratique.languages.python.evaluate.values import (
    PURE_ERRORS,
    UNKNOWN,
    Abort,
    Held,
    Known,
    LocalFunction,
    ResolvedName,
    Result,
    State,
    Stream,
    Unknowable,
    bounded,
    copied,
    known,
    merge,
    spend,
    weigh,
)
from pratique.model import HOLE

CHANGING: Final = frozenset(
    {"append", "extend", "insert", "pop", "popitem", "clear", "remove", "reverse", "sort", "add", "update", "discard",
     "setdefault", "appendleft", "extendleft", "popleft", "rotate", "frombytes",
     "fromlist"}
)  # fmt: skip
RUNNING: Final = frozenset({"exec", "eval", "globals", "locals", "vars", "setattr", "delattr", "exit", "quit"})
"""Builtins after which variables, or the run itself, may not be what they seem."""
ENDING: Final = frozenset({"sys.exit", "os._exit", "os.abort", "os.kill", "builtins.exit", "builtins.quit"})
OPERATORS: Final[dict[type[ast.AST], str]] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.LShift: "<<", ast.RShift: ">>", ast.BitOr: "|", ast.BitAnd: "&", ast.BitXor: "^", ast.Eq: "==",
    ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Is: "is", ast.IsNot: "is not",
    ast.In: "in", ast.NotIn: "not in", ast.USub: "-", ast.UAdd: "+", ast.Invert: "~", ast.Not: "not",
}  # fmt: skip


def _constant(_run: Interpreter, node: ast.Constant, _frame: Frame) -> Result:
    return UNKNOWN if node.value is ... else Known(node.value)


def _name(run: Interpreter, node: ast.Name, frame: Frame) -> Result:
    owner = frame.owner(node.id)
    if owner is not None:
        return owner.values[node.id]
    root = frame.root
    found = (root.resolve or run.resolve)(node.id)
    if found is not UNKNOWN and isinstance(found.value, (*MUTABLE, Held)):
        if isinstance(found.value, Stream):
            return UNKNOWN  # reading it here would change what a later reader sees
        run.kept.append(found.value)
        found = root.values[node.id] = Known(copied(found.value, run.fuel, run.memo), found.codecs, found.holed)
    return found


def _joined(run: Interpreter, node: ast.JoinedStr, frame: Frame) -> Result:
    return fstring([run.value(part, frame) for part in node.values], run.fuel)


def _formatted(run: Interpreter, node: ast.FormattedValue, frame: Frame) -> Result:
    found = run.need(node.value, frame)
    spec = run.need(node.format_spec, frame) if node.format_spec is not None else Known("")
    if isinstance(found.value, Instance):
        if node.conversion == 114:
            return run.apply(run.named("builtins.repr"), (found,), {})
        return protocols.text(run, found, spec.value)
    value = found.value
    if node.conversion > 0 and not found.holed:
        weigh(value)
        named = {115: "builtins.str", 114: "builtins.repr", 97: "builtins.ascii"}[node.conversion]
        value = calling.call_known(named, (found,), {}, run.context()).value
    return known(spec_format(value, spec.value, holed=found.holed), found.codecs, holed=found.holed)


def _binop(run: Interpreter, node: ast.BinOp, frame: Frame) -> Result:
    chain = [node]
    while isinstance(chain[-1].left, ast.BinOp):
        chain.append(chain[-1].left)
    total = run.value(chain[-1].left, frame)
    for one in reversed(chain):
        right = run.value(one.right, frame)
        total = combined(run, OPERATORS.get(type(one.op), ""), total, right)
    return total


def combined(run: Interpreter, op: str, left: Result, right: Result) -> Result:
    """Compute a binary operator, UNKNOWN when it cannot be known."""
    try:
        if is_instance(left) or is_instance(right):
            return protocols.operate(run, op, left, right)
        return binary(op, left, right, run.fuel)
    except KeyError:
        return UNKNOWN
    except PURE_ERRORS:
        if run.trying:
            raise
        return UNKNOWN


def is_instance(value: Result) -> bool:
    """Whether a value is an object of a class of the file."""
    return value is not UNKNOWN and type(value.value) is Instance


def _unary(run: Interpreter, node: ast.UnaryOp, frame: Frame) -> Result:
    found = run.eval(node.operand, frame)
    op = OPERATORS[type(node.op)]
    if found is not UNKNOWN and isinstance(found.value, OWN):
        return protocols.negate(run, op, found)
    return unary(op, found)


def _boolop(run: Interpreter, node: ast.BoolOp, frame: Frame) -> Result:
    found: Result = UNKNOWN
    for part in node.values:
        found = run.need(part, frame)
        if found.holed or isinstance(found.value, ResolvedName):
            return UNKNOWN
        if protocols.truth(run, found) is isinstance(node.op, ast.Or):
            return found
    return found


def _compare(run: Interpreter, node: ast.Compare, frame: Frame) -> Result:
    left = run.eval(node.left, frame)
    for op, right_node in zip(node.ops, node.comparators, strict=True):
        right = run.eval(right_node, frame)
        found = _compared(run, OPERATORS[type(op)], left, right)
        if found is UNKNOWN or not found.value:
            return found
        left = right
    return Known(True)


def _compared(run: Interpreter, op: str, left: Result, right: Result) -> Result:
    if left is not UNKNOWN and right is not UNKNOWN and (is_instance(left) or is_instance(right)):
        return protocols.compared(run, op, left, right)
    if left is not UNKNOWN and right is not UNKNOWN and isinstance(right.value, OwnClass) and op in {"is", "is not"}:
        return Known((left.value is right.value) is (op == "is"))
    return compare(op, left, right)


def _ifexp(run: Interpreter, node: ast.IfExp, frame: Frame) -> Result:
    found = run.need(node.test, frame)
    if found.holed or isinstance(found.value, ResolvedName):
        return UNKNOWN
    return run.eval(node.body if protocols.truth(run, found) else node.orelse, frame)


def _spread(run: Interpreter, nodes: Sequence[ast.expr], frame: Frame) -> list[Result]:
    """Compute elements or arguments, `*x` unpacked."""
    found: list[Result] = []
    for node in nodes:
        if not isinstance(node, ast.Starred):
            found.append(run.value(node, frame))
            continue
        source = run.need(node.value, frame)
        for item in run.iterate(source):
            spend(run.fuel, 1)
            found.append(taken(item, source))
            bounded(len(found), 100_000)
    return found


def _sequence(run: Interpreter, node: ast.List | ast.Tuple, frame: Frame) -> Result:
    return packed(_spread(run, node.elts, frame), list if isinstance(node, ast.List) else tuple)


def _set(run: Interpreter, node: ast.Set, frame: Frame) -> Result:
    parts = packed(_spread(run, node.elts, frame), list)
    weigh(parts.value)
    return UNKNOWN if parts.holed else known(set(parts.value), parts.codecs)


def _dict(run: Interpreter, node: ast.Dict, frame: Frame) -> Result:
    values: dict[Any, Any] = {}
    codecs: tuple[str, ...] = ()
    holed = False
    for key_node, value_node in zip(node.keys, node.values, strict=True):
        if key_node is None:
            other = run.need(value_node, frame)
            values.update(other.value)
            codecs, holed = merge(codecs, other.codecs), holed or other.holed
            continue
        key = run.need(key_node, frame)
        weigh(key.value)
        found = run.value(value_node, frame)
        values[key.value] = HOLE if found is UNKNOWN else found.value
        holed = holed or found is UNKNOWN or found.holed
        codecs = merge(codecs, () if found is UNKNOWN else found.codecs)
    return known(values, codecs, holed=holed)


def _attribute(run: Interpreter, node: ast.Attribute, frame: Frame) -> Result:
    base = run.need(node.value, frame)
    if isinstance(base.value, ResolvedName):
        return _member(base.value, node.attr)
    return attributes.get(run, base, node.attr)


def _member(base: ResolvedName, name: str) -> Known:
    full = f"{base.name}.{name}"
    found = calling.constant(full)
    return Known(ResolvedName(full)) if found is UNKNOWN else found


def _subscript(run: Interpreter, node: ast.Subscript, frame: Frame) -> Result:
    base, key = run.eval(node.value, frame), run.eval(node.slice, frame)
    if base is not UNKNOWN and key is not UNKNOWN and not is_plain(base.value):
        return protocols.item(run, base, key)
    found = subscript(base, key)
    if found is UNKNOWN and run.trying and base is not UNKNOWN and key is not UNKNOWN and not base.holed:
        _missing(base.value, key.value)
    return found


def _missing(base: Any, key: Any) -> None:
    """Raise what the program would see for a key that is not there."""
    if isinstance(base, dict) and isinstance(key, (str, int, bytes)) and key not in base:
        raise KeyError(key)
    if isinstance(base, (list, tuple, str, bytes)) and isinstance(key, int) and not -len(base) <= key < len(base):
        raise IndexError(key)


def _slice(run: Interpreter, node: ast.Slice, frame: Frame) -> Result:
    parts = [None if one is None else run.need(one, frame).value for one in (node.lower, node.upper, node.step)]
    return Known(slice(*parts))


def _lambda(_run: Interpreter, node: ast.Lambda, frame: Frame) -> Result:
    return Known(Closure(node, frame))


def _walrus(run: Interpreter, node: ast.NamedExpr, frame: Frame) -> Result:
    found = run.eval(node.value, frame)
    frame.home.set(node.target.id, found)
    return found


def _call(run: Interpreter, node: ast.Call, frame: Frame) -> Result:
    function: Result
    if isinstance(node.func, ast.Attribute):
        base = run.value(node.func.value, frame)
        if base is UNKNOWN:
            _spoil(run, node, frame)
            return UNKNOWN
        if isinstance(base.value, ResolvedName):
            function = _member(base.value, node.func.attr)
        elif isinstance(base.value, OWN):
            function = attributes.get(run, base, node.func.attr)
            touch(node.func.value, frame)
        else:
            return _method(run, node, node.func, base, frame)
    else:
        function = run.value(node.func, frame)
    args, kwargs = _spread(run, node.args, frame), _named(run, node, frame)
    if function is not UNKNOWN and isinstance(function.value, ResolvedName):
        found = protocols.reflect(run, function.value.name, args, kwargs, frame)
        if found is not None:
            return found
        if function.value.name in CHANGES_FIRST:
            touch(node.args[0], frame)
    if function is UNKNOWN or (isinstance(function.value, ResolvedName) and not calling.is_pure(function.value.name)):
        return _unlisted(run, node, function, args, frame)
    if isinstance(function.value, (LocalFunction, Closure, Bound)) and any(
        arg is not UNKNOWN and isinstance(arg.value, MUTABLE) for arg in (*args, *kwargs.values())
    ):
        try:
            return run.apply(function.value, args, kwargs)
        except PURE_ERRORS as error:  # it may have changed them half-way
            raise Abort from error
    return run.apply(function.value, args, kwargs)


def _named(run: Interpreter, node: ast.Call, frame: Frame) -> dict[str, Result]:
    """Compute keyword arguments, `**x` unpacked."""
    found: dict[str, Result] = {}
    for keyword in node.keywords:
        value = run.value(keyword.value, frame)
        if keyword.arg is not None:
            found[keyword.arg] = value
        elif value is UNKNOWN or not isinstance(value.value, dict) or not all(map(_is_text, value.value)):
            raise Unknowable
        else:
            found |= {key: taken(one, value) for key, one in value.value.items()}
    return found


def _is_text(value: Any) -> bool:
    return type(value) is str


def _unlisted(run: Interpreter, node: ast.Call, function: Result, args: Sequence[Result], frame: Frame) -> Result:
    """Answer a call of what is not pure: look-ups give names, runs of code end the run, the rest is unknown."""
    name = function.value.name if function is not UNKNOWN else ""
    if name.removeprefix("builtins.") in RUNNING or name in ENDING:
        raise Abort
    first = args[0] if args else UNKNOWN
    if (
        name in {"builtins.__import__", "importlib.import_module"}
        and first is not UNKNOWN
        and isinstance(first.value, str)
    ):
        return Known(ResolvedName(first.value.split(".")[0] if name == "builtins.__import__" else first.value))
    if name == "builtins.getattr" and len(args) > 1 and first is not UNKNOWN and isinstance(first.value, ResolvedName):
        second = args[1]
        if second is not UNKNOWN and isinstance(second.value, str) and not second.holed:
            return _member(first.value, second.value)
    if name.removeprefix("builtins.") in classes.EXCEPTIONS:
        return classes.exception(run, name.removeprefix("builtins."), args)
    if name == "enum.auto":
        return Known(ResolvedName("enum.auto()"))
    _spoil(run, node, frame)
    return UNKNOWN


def _spoil(run: Interpreter, node: ast.Call, frame: Frame) -> None:
    """Forget the containers that an unknown function was handed: it may have changed them."""
    for arg in (*node.args, *(keyword.value for keyword in node.keywords)):
        inner = arg.value if isinstance(arg, ast.Starred) else arg
        if isinstance(inner, ast.Name):
            owner = frame.owner(inner.id)
            held = owner.values[inner.id] if owner is not None else UNKNOWN
            if owner is not None and held is not UNKNOWN and isinstance(held.value, (*MUTABLE, State)):
                owner.values[inner.id] = UNKNOWN
        elif not isinstance(inner, ast.Constant):
            found = run.value(inner, frame)
            if (
                found is not UNKNOWN
                and isinstance(found.value, MUTABLE)
                and isinstance(inner, (ast.Subscript, ast.Attribute))
            ):
                raise Abort


def _method(run: Interpreter, node: ast.Call, func: ast.Attribute, base: Known, frame: Frame) -> Result:
    args, kwargs = _spread(run, node.args, frame), _named(run, node, frame)
    changing = func.attr in CHANGING and isinstance(base.value, MUTABLE)
    try:
        if any(is_instance(arg) for arg in args) and not changing:
            lowered = protocols.prepared(run, "", args)
            args = lowered if isinstance(lowered, list) else args
        found = calling.call_method(base, func.attr, args, kwargs, run.context())
    except PURE_ERRORS as error:
        if changing:
            raise Abort from error
        raise
    if changing or isinstance(base.value, Held):
        touch(func.value, frame)
    if changing and isinstance(func.value, ast.Name):
        owner = frame.owner(func.value.id)
        if owner is not None:
            given = (*args, *kwargs.values())
            holed = base.holed or any(arg is UNKNOWN or arg.holed for arg in given)
            codecs = merge(base.codecs, *(arg.codecs for arg in given if arg is not UNKNOWN))
            owner.values[func.value.id] = Known(base.value, codecs, holed)
            owner.touched[func.value.id] = None
    return found


def _comprehension(
    run: Interpreter, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, frame: Frame
) -> Result:
    found: list[Any] = []
    codecs: list[str] = []
    holed = False
    inner = Frame(frame, shared=True)
    for _ in _rows(run, node.generators, inner):
        if isinstance(node, ast.DictComp):
            key, value = run.need(node.key, inner), run.need(node.value, inner)
            weigh(key.value)
            parts: tuple[Known, ...] = (key, value)
            found.append((key.value, value.value))
        else:
            one = run.value(node.elt, inner)
            parts = (one,) if one is not UNKNOWN else ()
            holed = holed or one is UNKNOWN
            found.append(HOLE if one is UNKNOWN else one.value)
        for part in parts:
            holed = holed or part.holed
            if part.codecs:
                codecs = list(merge(tuple(codecs), part.codecs)) if tuple(codecs) != part.codecs else codecs
        bounded(len(found), 1 << 20)
    return _collected(node, found, tuple(codecs), holed=holed)


def _collected(node: ast.expr, found: list[Any], codecs: tuple[str, ...], *, holed: bool) -> Result:
    if isinstance(node, ast.ListComp):
        return known(found, codecs, holed=holed)
    if isinstance(node, ast.GeneratorExp):
        return Known(Stream(iter(found)), codecs, holed)
    if holed:
        raise Unknowable
    if isinstance(node, ast.DictComp):
        return known(dict(found), codecs)
    weigh(found)
    return known(set(found), codecs)


def _rows(run: Interpreter, generators: Sequence[ast.comprehension], frame: Frame) -> Iterator[None]:
    """Bind the variables of each row in turn."""
    bounded(len(generators), 8)
    head, *rest = generators
    if head.is_async:
        raise Unknowable
    source = run.need(head.iter, frame)
    for item in run.iterate(source):
        spend(run.fuel, 1)
        assign(run, head.target, taken(item, source), frame)
        if all(run.test(one, frame) for one in head.ifs):
            if rest:
                yield from _rows(run, rest, frame)
            else:
                yield


EXPRESSIONS: Final[dict[type[ast.expr], Callable[[Interpreter, Any, Frame], Result]]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.JoinedStr: _joined,
    ast.FormattedValue: _formatted,
    ast.BinOp: _binop,
    ast.UnaryOp: _unary,
    ast.BoolOp: _boolop,
    ast.Compare: _compare,
    ast.IfExp: _ifexp,
    ast.List: _sequence,
    ast.Tuple: _sequence,
    ast.Set: _set,
    ast.Dict: _dict,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.Lambda: _lambda,
    ast.NamedExpr: _walrus,
    ast.Call: _call,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _comprehension,
}
