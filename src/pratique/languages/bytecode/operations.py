"""What each instruction does to the stack of a `Walker`: one small function each, by name, for all versions."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Final

from pratique.languages.bytecode import syntax
from pratique.languages.bytecode.instructions import Instruction
from pratique.languages.bytecode.walker import NULL, Handler, Imported, Walker

TABLE: Final[dict[str, Handler]] = {}
"""All handlers by the name of their instruction; `calls` and `flow` add theirs."""

_BINARY: Final[dict[str, type[ast.operator]]] = {
    "ADD": ast.Add, "AND": ast.BitAnd, "FLOOR_DIVIDE": ast.FloorDiv, "LSHIFT": ast.LShift,
    "MATRIX_MULTIPLY": ast.MatMult, "MULTIPLY": ast.Mult, "MODULO": ast.Mod, "OR": ast.BitOr, "POWER": ast.Pow,
    "RSHIFT": ast.RShift,
    "SUBTRACT": ast.Sub, "TRUE_DIVIDE": ast.Div, "XOR": ast.BitXor, "DIVIDE": ast.Div,
}  # fmt: skip
_NUMBERED: Final = (*tuple(_BINARY.values())[:13],) * 2
"""The operators of `BINARY_OP` (3.11 and later) in their order, once more for the in-place ones."""
_UNARY: Final[dict[str, type[ast.unaryop]]] = {
    "UNARY_NOT": ast.Not, "UNARY_NEGATIVE": ast.USub, "UNARY_INVERT": ast.Invert, "UNARY_POSITIVE": ast.UAdd,
}  # fmt: skip
_COMPARED: Final[tuple[type[ast.cmpop], ...]] = (
    ast.Lt, ast.LtE, ast.Eq, ast.NotEq, ast.Gt, ast.GtE, ast.In, ast.NotIn, ast.Is, ast.IsNot,
)  # fmt: skip
_EFFECTS: Final[dict[str, tuple[int, int]]] = {
    "GET_LEN": (0, 1), "MATCH_MAPPING": (0, 1), "MATCH_SEQUENCE": (0, 1), "COPY_DICT_WITHOUT_KEYS": (1, 1),
    "CALL_INTRINSIC_2": (2, 1), "PREP_RERAISE_STAR": (2, 1), "LOAD_LOCALS": (0, 1), "GET_ANEXT": (0, 1),
    "CHECK_EXC_MATCH": (1, 1), "CHECK_EG_MATCH": (1, 1), "WITH_EXCEPT_START": (0, 1), "END_ASYNC_FOR": (1, 0),
    "BUILD_TEMPLATE": (2, 1), "BEGIN_FINALLY": (0, 1), "WITH_CLEANUP_FINISH": (2, 0),
    "WITH_CLEANUP": (1, 0), "CLEANUP_THROW": (1, 0), "CALL_FINALLY": (0, 1), "GEN_START": (1, 0),
    "RETURN_GENERATOR": (0, 1), "LOAD_ASSERTION_ERROR": (0, 1), "PRINT_NEWLINE_TO": (1, 0), "EXIT_INIT_CHECK": (1, 0),
}  # fmt: skip
"""What is popped and pushed by instructions whose values say nothing."""
_NOTHING: Final = (
    "NOP",
    "CACHE",
    "RESUME",
    "PRECALL",
    "SETUP_ANNOTATIONS",
    "MAKE_CELL",
    "COPY_FREE_VARS",
    "POP_BLOCK",
    "SETUP_LOOP",
    "NOT_TAKEN",
    "TO_BOOL",
    "GET_ITER",
    "GET_YIELD_FROM_ITER",
    "ASYNC_GEN_WRAP",
    "GET_AITER",
    "PRINT_NEWLINE",
    "END_FOR",
    "POP_ITER",
    "RESERVED",
    "DELETE_FAST",
    "DELETE_NAME",
    "DELETE_GLOBAL",
    "DELETE_DEREF",
    "ENTER_EXECUTOR",
    "INSTRUCTION",
    "LINE",
)


def does(*names: str) -> Callable[[Handler], Handler]:
    """Enter a handler under the names of its instructions."""

    def enter(handler: Handler) -> Handler:
        for one in names:
            TABLE[one] = handler
        return handler

    return enter


def name_at(items: tuple[str, ...], index: int) -> str:
    """Return a name by its index, `?` where there is none."""
    return (items[index] or "?") if 0 <= index < len(items) else "?"


@does(*_NOTHING)
def _nothing(w: Walker, one: Instruction) -> None:
    del w, one


@does(*_EFFECTS)
def _effects(w: Walker, one: Instruction) -> None:
    pops, pushes = _EFFECTS[one.name]
    for value in w.pops(pops):
        w.effect(value)
    for _ in range(pushes):
        w.push(w.unknown())


# --- the stack


@does("POP_TOP")
def _pop_top(w: Walker, _one: Instruction) -> None:
    if w.minor == (3, 13) and w.index > 1 and w.instructions[w.index - 2].name == "END_FOR":
        return  # pops the iterator, which `FOR_ITER` took already
    taken = w.take()
    if not (isinstance(taken, Imported) and taken.used):
        w.effect(w.value(taken))


@does("DUP_TOP")
def _dup_top(w: Walker, one: Instruction) -> None:
    _copy(w, one._replace(arg=1))


@does("COPY")
def _copy(w: Walker, one: Instruction) -> None:
    if not 0 < one.arg <= len(w.stack):
        w.push(w.unknown())
        return
    value = w.stack[-one.arg]
    if isinstance(value, ast.expr):
        value = w.stack[-one.arg] = w.named(w.value(value))
    w.push(value)


@does("DUP_TOP_TWO", "DUP_TOPX")
def _dup_more(w: Walker, one: Instruction) -> None:
    count = one.arg if one.name == "DUP_TOPX" else 2
    for _ in range(min(count, 5)):
        _copy(w, one._replace(arg=count))


@does("ROT_TWO", "ROT_THREE", "ROT_FOUR", "ROT_N")
def _rotate(w: Walker, one: Instruction) -> None:
    count = {"ROT_TWO": 2, "ROT_THREE": 3, "ROT_FOUR": 4}.get(one.name, one.arg)
    if 1 < count <= len(w.stack):
        w.stack.insert(len(w.stack) - count, w.stack.pop())


@does("SWAP")
def _swap(w: Walker, one: Instruction) -> None:
    if 1 < one.arg <= len(w.stack):
        w.stack[-1], w.stack[-one.arg] = w.stack[-one.arg], w.stack[-1]


@does("PUSH_NULL")
def _push_null(w: Walker, _one: Instruction) -> None:
    w.push(NULL)


# --- loading and storing names


@does("LOAD_CONST")
def _load_const(w: Walker, one: Instruction) -> None:
    consts = w.code.consts
    w.push(w.constant(consts[one.arg]) if one.arg < len(consts) else w.unknown())


@does("LOAD_SMALL_INT")
def _load_small(w: Walker, one: Instruction) -> None:
    w.push(syntax.const(one.arg, w.line))


@does("LOAD_COMMON_CONSTANT")
def _load_common(w: Walker, one: Instruction) -> None:
    common = ("AssertionError", "NotImplementedError", "tuple", "all", "any")
    w.push(syntax.name(name_at(common, one.arg), w.line))


@does("LOAD_FAST", "LOAD_FAST_CHECK", "LOAD_FAST_BORROW", "LOAD_FAST_AND_CLEAR")
def _load_fast(w: Walker, one: Instruction) -> None:
    w.push(syntax.name(name_at(w.code.locals, one.arg), w.line))


@does("LOAD_FAST_LOAD_FAST", "LOAD_FAST_BORROW_LOAD_FAST_BORROW")
def _load_two(w: Walker, one: Instruction) -> None:
    for index in (one.arg >> 4, one.arg & 15):
        w.push(syntax.name(name_at(w.code.locals, index), w.line))


@does("STORE_FAST")
def _store_fast(w: Walker, one: Instruction) -> None:
    w.store(name_at(w.code.locals, one.arg))


@does("STORE_FAST_LOAD_FAST")
def _store_load(w: Walker, one: Instruction) -> None:
    w.store(name_at(w.code.locals, one.arg >> 4))
    w.push(syntax.name(name_at(w.code.locals, one.arg & 15), w.line))


@does("STORE_FAST_STORE_FAST")
def _store_two(w: Walker, one: Instruction) -> None:
    w.store(name_at(w.code.locals, one.arg >> 4))
    w.store(name_at(w.code.locals, one.arg & 15))


@does("LOAD_DEREF", "LOAD_CLASSDEREF", "LOAD_CLOSURE", "LOAD_FROM_DICT_OR_DEREF")
def _load_deref(w: Walker, one: Instruction) -> None:
    if one.name == "LOAD_FROM_DICT_OR_DEREF":
        w.take()
    w.push(syntax.name(name_at(w.code.cells, one.arg), w.line))


@does("STORE_DEREF")
def _store_deref(w: Walker, one: Instruction) -> None:
    text = name_at(w.code.cells, one.arg)
    if text in w.code.free and w.depth:
        w.declared[text] = "nonlocal"
    w.store(text)


@does("LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS")
def _load_name(w: Walker, one: Instruction) -> None:
    if one.name != "LOAD_NAME":
        w.take()
    w.push(_global(w, name_at(w.code.names, one.arg)))


def _global(w: Walker, text: str) -> ast.expr:
    """Python 2 loads its constants by name."""
    found = {"None": None, "True": True, "False": False}
    return syntax.const(found[text], w.line) if text in found else syntax.name(text, w.line)


@does("LOAD_GLOBAL")
def _load_global(w: Walker, one: Instruction) -> None:
    doubled = w.minor >= (3, 11)
    value = _global(w, name_at(w.code.names, one.arg >> doubled))
    _with_null(w, value, doubled and bool(one.arg & 1))


def _with_null(w: Walker, value: ast.expr, null: bool) -> None:
    """Push a callable with its NULL, which lies below it up to 3.12 and above it later."""
    if null and w.minor < (3, 13):
        w.push(NULL)
    w.push(value)
    if null and w.minor >= (3, 13):
        w.push(NULL)


@does("STORE_NAME", "STORE_ANNOTATION")
def _store_name(w: Walker, one: Instruction) -> None:
    w.store(name_at(w.code.names, one.arg))


@does("STORE_GLOBAL")
def _store_global(w: Walker, one: Instruction) -> None:
    text = name_at(w.code.names, one.arg)
    if w.depth:
        w.declared[text] = "global"
    w.store(text)


# --- attributes and items


@does("LOAD_ATTR")
def _load_attr(w: Walker, one: Instruction) -> None:
    doubled = w.minor >= (3, 12)
    if w.stack and isinstance(w.stack[-1], Imported):
        w.stack[-1] = _submodule(w, w.stack[-1], name_at(w.code.names, one.arg >> doubled))
        return
    value = w.pop()
    made = w.made(syntax.attribute(value, name_at(w.code.names, one.arg >> doubled), w.line), value)
    _with_null(w, made, doubled and bool(one.arg & 1))


@does("LOAD_METHOD")
def _load_method(w: Walker, one: Instruction) -> None:
    value = w.pop()
    if w.minor >= (3, 11):
        w.push(NULL)
    w.push(w.made(syntax.attribute(value, name_at(w.code.names, one.arg), w.line), value))


@does("LOAD_SUPER_ATTR")
def _load_super(w: Walker, one: Instruction) -> None:
    w.pops(3)
    value = syntax.call(syntax.name("super", w.line), [], w.line)
    _with_null(w, syntax.attribute(value, name_at(w.code.names, one.arg >> 2), w.line), bool(one.arg & 1))


@does("LOAD_SPECIAL")
def _load_special(w: Walker, one: Instruction) -> None:
    special = ("__enter__", "__exit__", "__aenter__", "__aexit__")
    value = w.named(w.pop())
    w.push(syntax.attribute(value, name_at(special, one.arg), w.line))
    w.push(NULL)


@does("STORE_ATTR")
def _store_attr(w: Walker, one: Instruction) -> None:
    value, owner = w.pops(2)
    w.emit(syntax.assign(syntax.attribute(owner, name_at(w.code.names, one.arg), w.line, store=True), value, w.line))


@does("DELETE_ATTR")
def _delete_attr(w: Walker, one: Instruction) -> None:
    target = syntax.attribute(w.pop(), name_at(w.code.names, one.arg), w.line, store=True)
    w.emit(syntax.place(ast.Delete(targets=[target]), w.line))


@does("BINARY_SUBSCR")
def _binary_subscript(w: Walker, _one: Instruction) -> None:
    key = w.take()
    key = key if isinstance(key, ast.Slice) else w.value(key)
    value = w.pop()
    w.push(w.made(syntax.subscript(value, key, w.line), value, key))


@does("STORE_SUBSCR")
def _store_subscript(w: Walker, _one: Instruction) -> None:
    key = w.take()
    key = key if isinstance(key, ast.Slice) else w.value(key)
    value, owner = w.pops(2)
    w.emit(syntax.assign(syntax.subscript(owner, key, w.line, store=True), value, w.line))


@does("DELETE_SUBSCR")
def _delete_subscript(w: Walker, _one: Instruction) -> None:
    key = w.take()
    key = key if isinstance(key, ast.Slice) else w.value(key)
    owner = w.pop()
    w.emit(syntax.place(ast.Delete(targets=[syntax.subscript(owner, key, w.line, store=True)]), w.line))


@does("BUILD_SLICE")
def _build_slice(w: Walker, one: Instruction) -> None:
    parts = w.pops(3 if one.arg == 3 else 2)
    ends = [None if isinstance(part, ast.Constant) and part.value is None else part for part in parts] + [None]
    w.push(w.made(ast.Slice(lower=ends[0], upper=ends[1], step=ends[2]), *parts))


@does("BINARY_SLICE")
def _binary_slice(w: Walker, one: Instruction) -> None:
    _build_slice(w, one._replace(arg=2))
    _binary_subscript(w, one)


@does("STORE_SLICE")
def _store_slice(w: Walker, one: Instruction) -> None:
    _build_slice(w, one._replace(arg=2))
    _store_subscript(w, one)


@does(*(f"{head}SLICE+{number}" for head in ("", "STORE_", "DELETE_") for number in range(4)))
def _old_slice(w: Walker, one: Instruction) -> None:
    number = int(one.name[-1])
    upper = w.pop() if number & 2 else None
    lower = w.pop() if number & 1 else None
    w.push(w.made(ast.Slice(lower=lower, upper=upper, step=None), *(part for part in (lower, upper) if part)))
    handler = (
        _store_subscript if one.name[:2] == "ST" else _delete_subscript if one.name[0] == "D" else _binary_subscript
    )
    handler(w, one)


# --- operators


@does(*(f"{head}_{text}" for head in ("BINARY", "INPLACE") for text in _BINARY))
def _binary(w: Walker, one: Instruction) -> None:
    _operate(w, _BINARY[one.name.partition("_")[2]])


@does("BINARY_OP")
def _binary_op(w: Walker, one: Instruction) -> None:
    if one.arg == 26:
        _binary_subscript(w, one)
    else:
        _operate(w, _NUMBERED[one.arg] if one.arg < len(_NUMBERED) else ast.MatMult)


def _operate(w: Walker, operator: type[ast.operator]) -> None:
    left, right = w.pops(2)
    w.push(w.made(ast.BinOp(left=left, op=operator(), right=right), left, right))


@does(*_UNARY)
def _unary(w: Walker, one: Instruction) -> None:
    value = w.pop()
    w.push(w.made(ast.UnaryOp(op=_UNARY[one.name](), operand=value), value))


@does("UNARY_CONVERT")
def _convert(w: Walker, _one: Instruction) -> None:
    w.push(syntax.call(syntax.name("repr", w.line), [w.pop()], w.line))


@does("COMPARE_OP", "IS_OP", "CONTAINS_OP")
def _compare(w: Walker, one: Instruction) -> None:
    left, right = w.pops(2)
    number = one.arg >> (5 if w.minor >= (3, 13) else 4 if w.minor == (3, 12) else 0)
    if one.name != "COMPARE_OP":
        number = (8 if one.name == "IS_OP" else 6) + (one.arg & 1)
    operator = _COMPARED[number] if number < len(_COMPARED) else ast.Eq
    w.push(w.made(ast.Compare(left=left, ops=[operator()], comparators=[right]), left, right))


# --- imports


@does("IMPORT_NAME")
def _import_name(w: Walker, one: Instruction) -> None:
    level, wanted = w.pops(2)
    number = level.value if isinstance(level, ast.Constant) and isinstance(level.value, int) else 0
    plain = isinstance(wanted, ast.Constant) and wanted.value is None and number <= 0
    module = w.code.names[one.arg] if one.arg < len(w.code.names) else "?"
    w.push(Imported(module, min(max(number, 0), 64), plain))


@does("IMPORT_FROM")
def _import_from(w: Walker, one: Instruction) -> None:
    text = name_at(w.code.names, one.arg)
    below = w.stack[-1] if w.stack else None
    if isinstance(below, Imported):
        w.push(_submodule(w, below, text))
    else:
        owner = below if isinstance(below, ast.Name) else w.unknown()
        w.push(syntax.attribute(owner, text, w.line))


def _submodule(w: Walker, item: Imported, text: str) -> Imported | ast.expr:
    """`from a import b`, or one step of `import a.b.c as d`, which ends at the whole module."""
    item.used = True
    if not item.plain:
        return Imported(item.module, item.level, plain=False, attr=text)
    path = f"{item.attr}.{text}" if item.attr else text
    if f"{item.module}.".startswith(f"{item.module.split('.', 1)[0]}.{path}."):
        return Imported(item.module, 0, plain=True, attr=path)
    return w.made(syntax.attribute(w.bind_import(item, ""), text, w.line))


@does("IMPORT_STAR")
def _import_star(w: Walker, _one: Instruction) -> None:
    taken = w.take()
    if isinstance(taken, Imported):
        w.emit(syntax.importing(taken.module, "*", None, taken.level, w.line))
