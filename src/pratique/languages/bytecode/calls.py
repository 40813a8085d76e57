"""Calls, functions and classes, in the ways that the versions of CPython make them."""

from __future__ import annotations

import ast
from typing import Any

from pratique.languages.bytecode import syntax
from pratique.languages.bytecode.comprehensions import FUNCTIONS, inlined
from pratique.languages.bytecode.instructions import Instruction
from pratique.languages.bytecode.operations import does
from pratique.languages.bytecode.walker import Function, Mark, Walker

BUILD_CLASS = Mark("class")
EXIT = Mark("exit")
"""The exit of a `with`, whose calls say nothing."""


def call(w: Walker, func: Any, args: list[Any], keywords: list[ast.keyword]) -> None:
    """Push the result of a call. `func` and `args` are as they lay on the stack."""
    if func is BUILD_CLASS and args and isinstance(args[0], Function):
        rest = [w.value(arg) for arg in args[1:]]
        text = rest[0].value if rest and isinstance(rest[0], ast.Constant) else ""
        w.push(w.define_class(args[0].code, text if isinstance(text, str) else "", rest[1:], keywords))
        return
    if func is EXIT:
        w.push(w.unknown())
        return
    if isinstance(func, Function) and len(args) == 1 and func.code.name in FUNCTIONS:
        made = _comprehension(w, func, w.value(args[0]))
        if made is not None:
            w.push(made)
            return
    if len(args) == 1 and isinstance(args[0], Function) and args[0].made and args[0].code.name.isidentifier():
        args[0].decorators.insert(0, w.value(func))
        w.push(args[0])
        return
    values = [w.value(arg) for arg in args]
    called = w.value(func)
    if isinstance(called, ast.Attribute) and called.attr in ("__enter__", "__aenter__") and not values:
        w.push(_entered(w, called.value))
        return
    parts = [called, *values, *(one.value for one in keywords)]
    w.push(w.made(syntax.call(called, values, w.line, keywords), *parts))


def _comprehension(w: Walker, func: Function, iterable: ast.expr) -> ast.expr | None:
    """Lift the function of a comprehension at once and take it in, if it only collects."""
    body = w.lift_now(func.code)
    return inlined(func.code.name, body, iterable) if body is not None else None


def _entered(w: Walker, manager: ast.expr) -> ast.expr:
    """Add a `with` and return what it binds."""
    fresh = w.session.fresh()
    item = ast.withitem(context_expr=manager, optional_vars=syntax.name(fresh, w.line, store=True))
    w.emit(syntax.place(ast.With(items=[item], body=[w.nothing()]), w.line))
    return syntax.name(fresh, w.line)


def _takes(w: Walker, count: int) -> list[Any]:
    found = [w.take() for _ in range(min(count, len(w.stack) + 4))]
    return found[::-1]


def _callee(w: Walker, args: list[Any]) -> tuple[Any, list[Any]]:
    """Take the callable and what lies beside it: NULL, or the receiver (3.11 and later)."""
    below, above = _takes(w, 2) if len(w.stack) > 1 else (None, w.take())
    null = [isinstance(one, Mark) and one.kind == "null" for one in (below, above)]
    if null[0] or below is None:
        return above, args
    return below, args if null[1] else [above, *args]


def _keywords(w: Walker, args: list[Any], names: tuple[str, ...]) -> tuple[list[Any], list[ast.keyword]]:
    cut = max(len(args) - len(names), 0)
    pairs = zip(names, args[cut:], strict=False)
    return args[:cut], [syntax.keyword(key, w.value(value), w.line) for key, value in pairs]


def _texts(value: Any) -> tuple[str, ...]:
    parts = value.elts if isinstance(value, ast.Tuple) else []
    return tuple(
        part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else "?" for part in parts
    )


@does("KW_NAMES")
def _kw_names(w: Walker, one: Instruction) -> None:
    consts = w.code.consts
    found = consts[one.arg] if one.arg < len(consts) else ()
    w.keywords = tuple(text if isinstance(text, str) else "?" for text in found) if isinstance(found, tuple) else ()


@does("CALL", "CALL_KW")
def _call(w: Walker, one: Instruction) -> None:
    names = _texts(w.take()) if one.name == "CALL_KW" else w.keywords
    w.keywords = ()
    args = _takes(w, one.arg)
    func, args = _callee(w, args)
    args, keywords = _keywords(w, args, names)
    call(w, func, args, keywords)


@does("CALL_FUNCTION", "CALL_METHOD", "CALL_FUNCTION_VAR", "CALL_FUNCTION_VAR_KW")
def _call_function(w: Walker, one: Instruction) -> None:
    if w.minor >= (3, 6):
        args = _takes(w, one.arg)
        call(w, w.take(), args, [])
        return
    stars = w.pop() if one.name.endswith("_KW") else None
    star = w.pop() if "_VAR" in one.name else None
    _old_call(w, one, star, stars)


@does("CALL_FUNCTION_KW")
def _call_keywords(w: Walker, one: Instruction) -> None:
    if w.minor < (3, 6):
        _old_call(w, one, None, w.pop())
        return
    names = _texts(w.take())
    args, keywords = _keywords(w, _takes(w, one.arg), names)
    call(w, w.take(), args, keywords)


def _old_call(w: Walker, one: Instruction, star: ast.expr | None, stars: ast.expr | None) -> None:
    """Up to 3.5: the low byte counts arguments, the high one pairs of keyword and value."""
    keywords = []
    for _ in range(min(one.arg >> 8 & 0xFF, len(w.stack))):
        value, key = w.pop(), w.pop()
        text = key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else "?"
        keywords.append(syntax.keyword(text, value, w.line))
    keywords.reverse()
    args = _takes(w, one.arg & 0xFF)
    if star is not None:
        args.append(syntax.place(ast.Starred(value=star, ctx=ast.Load()), w.line))
    if stars is not None:
        keywords.append(syntax.keyword(None, stars, w.line))
    func = w.take()
    upcoming = w.instructions[w.index].name if w.index < len(w.instructions) else ""
    if isinstance(func, Function) and upcoming == "BUILD_CLASS":
        w.push(func)
        return
    call(w, func, args, keywords)


@does("CALL_FUNCTION_EX")
def _call_ex(w: Walker, one: Instruction) -> None:
    mapping = w.take() if w.minor >= (3, 14) or one.arg & 1 else None
    positional = w.take()
    func = _callee(w, [])[0] if w.minor >= (3, 13) else w.take()
    if w.minor in ((3, 11), (3, 12)) and w.stack and isinstance(w.stack[-1], Mark) and w.stack[-1].kind == "null":
        w.take()
    keywords: list[ast.keyword] = []
    if isinstance(mapping, ast.Dict):
        for key, value in zip(mapping.keys, mapping.values, strict=True):
            text = key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else None
            keywords.append(syntax.keyword(text, value, w.line))
    elif mapping is not None and not isinstance(mapping, Mark):
        keywords.append(syntax.keyword(None, w.value(mapping), w.line))
    if isinstance(positional, (ast.Tuple, ast.List)):
        args: list[Any] = list(positional.elts)
    else:
        args = [syntax.place(ast.Starred(value=w.value(positional), ctx=ast.Load()), w.line)]
    call(w, func, args, keywords)


@does("CALL_INTRINSIC_1")
def _intrinsic(w: Walker, one: Instruction) -> None:
    from pratique.languages.bytecode.operations import TABLE

    if one.arg == 2:
        TABLE["IMPORT_STAR"](w, one)
        w.push(syntax.const(None, w.line))
    elif one.arg == 6:
        TABLE["LIST_TO_TUPLE"](w, one)


@does("PRINT_EXPR", "PRINT_ITEM", "PRINT_ITEM_TO")
def _print(w: Walker, one: Instruction) -> None:
    values = w.pops(2 if one.name == "PRINT_ITEM_TO" else 1)
    w.effect(syntax.call(syntax.name("print", w.line), values[:1], w.line))


@does("EXEC_STMT")
def _exec(w: Walker, _one: Instruction) -> None:
    w.effect(syntax.call(syntax.name("exec", w.line), w.pops(3), w.line))


# --- functions and classes


@does("LOAD_BUILD_CLASS")
def _load_build_class(w: Walker, _one: Instruction) -> None:
    w.push(BUILD_CLASS)


@does("BUILD_CLASS")
def _build_class(w: Walker, _one: Instruction) -> None:
    """Python 2: name, bases and the function of the body."""
    made = w.take()
    text, bases = w.pops(2)
    found = bases.elts if isinstance(bases, ast.Tuple) else [bases]
    if isinstance(made, Function):
        named = text.value if isinstance(text, ast.Constant) and isinstance(text.value, str) else ""
        w.push(w.define_class(made.code, named, found, []))
    else:
        w.push(w.value(made))


@does("MAKE_FUNCTION", "MAKE_CLOSURE")
def _make_function(w: Walker, one: Instruction) -> None:
    if w.minor[0] == 2:
        made = _bare(w)
        if one.name == "MAKE_CLOSURE":
            w.take()
        defaults = w.pops(one.arg)
    else:
        if w.minor < (3, 11):
            w.take()
        made, defaults = _bare(w), []
        if w.minor < (3, 13):
            for flag in (8, 4, 2, 1):
                if one.arg & flag:
                    value = w.take()
                    defaults = value.elts if flag == 1 and isinstance(value, ast.Tuple) else defaults
    if made is None:
        w.push(w.unknown())
        return
    w.push(Function(made.code, list(defaults)))


def _bare(w: Walker) -> Function | None:
    taken = w.take()
    if isinstance(taken, Function):
        return taken
    w.effect(w.value(taken))
    return None


@does("SET_FUNCTION_ATTRIBUTE")
def _set_function(w: Walker, one: Instruction) -> None:
    func, value = w.take(), w.take()
    if isinstance(func, Function) and one.arg == 1 and isinstance(value, ast.Tuple):
        func.defaults = list(value.elts)
    w.push(func)


# --- with


@does("BEFORE_WITH", "BEFORE_ASYNC_WITH", "SETUP_WITH")
def _before_with(w: Walker, one: Instruction) -> None:
    manager = w.pop()
    if one.target > 0:
        w.catching(one.target)
    entered = _entered(w, manager)
    w.push(EXIT)
    w.push(entered)


@does("SETUP_ASYNC_WITH")
def _setup_async_with(w: Walker, one: Instruction) -> None:
    """After `BEFORE_ASYNC_WITH`, which pushed everything."""
    w.catching(one.target)


@does("WITH_CLEANUP_START")
def _with_cleanup(w: Walker, _one: Instruction) -> None:
    """Call the exit, which lies below what is being raised or returned."""
    for index in range(len(w.stack) - 1, -1, -1):
        if w.stack[index] is EXIT:
            del w.stack[index]
            break
    w.push(w.unknown())
    w.push(w.unknown())
