"""Lowering of expressions, calls and lookups apart: operators, displays, strings, branches within an expression."""

from __future__ import annotations

import ast
from typing import Any

from pratique.languages.python.evaluate import (
    UNKNOWN,
    Instance,
    Known,
    Result,
    binop,
    call,
    compare,
    fstring,
    unary,
)
from pratique.languages.python.lower import folding, members, reflection
from pratique.languages.python.lower.alternatives import OPEN, each
from pratique.languages.python.lower.body import EXPRESSIONS, Body
from pratique.languages.python.lower.scoping import name_load
from pratique.languages.python.lower.unpacking import assign_target, element
from pratique.model import Arg

OPERATORS: dict[type, str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.MatMult: "@", ast.Div: "/", ast.Mod: "%", ast.Pow: "**",
    ast.LShift: "<<", ast.RShift: ">>", ast.BitOr: "|", ast.BitXor: "^", ast.BitAnd: "&", ast.FloorDiv: "//",
    ast.UAdd: "+", ast.USub: "-", ast.Invert: "~", ast.Not: "not", ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<",
    ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip


def _constant(b: Body, node: ast.Constant) -> int:
    return b.const(node.value, node)


def _attribute(b: Body, node: ast.Attribute) -> int:
    found = members.peek(b, node)
    if type(found) is not str:
        return found  # type: ignore[return-value]
    n = b.load(found, node)
    if found[0] == "." and n not in b.vals:
        val = members.class_constant(b, found)
        if val is not None:
            return b.emit_known("name", found, (), node, val)
    return n


def binary(b: Body, node: ast.BinOp) -> int:
    """Fold a chain such as `a + b + c` from its left end, without recursion."""
    chain = [node]
    left = node.left
    done = b.unit.done
    while type(left) is ast.BinOp and not (done and id(left) in done):
        chain.append(left)
        left = left.left
    n = b.expr(left)
    vals = b.vals
    if len(chain) > 8 and all(type(part.op) is ast.Add for part in chain):
        return _concatenation(b, n, chain)
    for part in reversed(chain):
        right = b.expr(part.right)
        symbol = OPERATORS[type(part.op)]
        left_val, right_val = vals.get(n), vals.get(right)
        val = folding.binary(b, symbol, left_val, right_val)
        if (val is None or val.holed) and (b.nodes[n].op in OPEN or b.nodes[right].op in OPEN):
            spread = _each(b, symbol, n, right, part)
            if spread is not None:
                n = spread
                continue
        ref = b.refs.get(n) if symbol == "/" else None
        n = b.emit_known("op", symbol, (Arg("", n), Arg("", right)), part, val)
        if ref is not None and "Path" in ref:
            b.refs[n] = ref  # a path joined by `/` is a path: its methods keep their names
    return n


def _each(b: Body, symbol: str, left: int, right: int, at: ast.BinOp) -> int | None:
    """Compute an operation for each alternative of its one operand that is one of a few texts."""

    def make(args: list[Arg]) -> int:
        first, second = (b.vals.get(arg.node) or UNKNOWN for arg in args)
        folded = binop(symbol, first, second, b.unit.fuel)
        n = b.emit_known("op", symbol, tuple(args), at, None if folded is UNKNOWN else folded)
        ref = b.refs.get(args[0].node) if symbol == "/" else None
        if ref is not None and "Path" in ref:
            b.refs[n] = ref
        return n

    return each(b, [Arg("", left), Arg("", right)], make, at)


def _concatenation(b: Body, first: int, chain: list[ast.BinOp]) -> int:
    """Lower a long sum to one node, so that its text is put together only once."""
    operands = [first, *(b.expr(part.right) for part in reversed(chain))]
    vals = [b.vals.get(n) for n in operands]
    joined: Any = UNKNOWN
    if all(val is not None and type(val.value) is str and not val.holed for val in vals):
        codecs = tuple(dict.fromkeys([*(codec for val in vals if val is not None for codec in val.codecs), "concat"]))
        joined = Known("".join([val.value for val in vals if val is not None]), codecs)
        b.unit.fuel.spend(len(joined.value) // 64)
    else:
        joined = vals[0] or UNKNOWN
        for val in vals[1:]:
            joined = folding.binary(b, "+", None if joined is UNKNOWN else joined, val) or UNKNOWN
    known = None if joined is UNKNOWN else joined
    return b.emit_known("op", "+", tuple([Arg("", n) for n in dict.fromkeys(operands)]), chain[0], known)


def _unary_op(b: Body, node: ast.UnaryOp) -> int:
    n = b.expr(node.operand)
    symbol = OPERATORS[type(node.op)]
    val = b.vals.get(n)
    folded = unary(symbol, val) if val is not None else UNKNOWN
    name = "bool" if symbol == "not" else symbol
    return b.emit_known("op", name, (Arg("", n),), node, None if folded is UNKNOWN else folded)


def bool_op(b: Body, node: ast.BoolOp) -> int:
    """Lower `a or b` to a phi; operands after the first run only under those before them."""
    negated = type(node.op) is ast.Or
    outer = b.guard
    ordinals = [b.expr(node.values[0])]
    for value in node.values[1:]:
        if type(value) in _EFFECTS:
            b.guard = b.new_guard("if", ordinals[-1], negated=negated)
        ordinals.append(b.expr(value))
    b.guard = outer
    if negated:
        return b.phi(ordinals, node)
    return b.emit("op", "bool", tuple([Arg("", n) for n in ordinals]), node)


_EFFECTS = (ast.Call, ast.Await, ast.IfExp, ast.BoolOp, ast.NamedExpr, ast.UnaryOp, ast.Compare)


def _if_exp(b: Body, node: ast.IfExp) -> int:
    cond = b.expr(node.test)
    outer = b.guard
    b.guard = b.new_guard("if", cond)
    body = b.expr(node.body)
    b.guard = outer
    b.guard = b.new_guard("if", cond, negated=True)
    orelse = b.expr(node.orelse)
    b.guard = outer
    if b.comp is not None and body in b.vals and orelse in b.vals:
        # Each element is one of two constants: which one is what the sequence says (bits of a hidden text).
        return b.emit("op", "if", (Arg("", body), Arg("", orelse), Arg("", cond)), node)
    return b.phi((body, orelse), node)


def _comparison(b: Body, node: ast.Compare) -> int:
    left = b.expr(node.left)
    args = [Arg("", left)]
    val: Any = None
    for op, comparator in zip(node.ops, node.comparators, strict=True):
        right = b.expr(comparator)
        args.append(Arg("", right))
        if len(node.ops) == 1:
            left_val, right_val = b.vals.get(left), b.vals.get(right)
            if left_val is not None and right_val is not None:
                val = compare(OPERATORS[type(op)], left_val, right_val)
            elif left_val is not None or right_val is not None:
                reflection.select(b, node, left, right)
    return b.emit_known("op", "cmp", tuple(args), node, None if val is UNKNOWN else val)


def joined_str(b: Body, node: Any) -> int:
    """Lower an f-string or a template string, with the expressions in it and in its format specs."""
    parts: list[Result] = []
    args: list[Arg] = []
    places: list[int] = []
    for value in node.values:
        if type(value) is ast.Constant:
            parts.append(Known(value.value))
            continue
        if not hasattr(value, "format_spec"):  # the tolerant grammar puts any expression here
            n = b.expr(value)
            args.append(Arg("", n))
            parts.append(b.vals.get(n) or UNKNOWN)
            continue
        n = b.expr(value.value)
        args.append(Arg("", n))
        part: Result = b.vals.get(n) or UNKNOWN
        if part is not UNKNOWN and isinstance(part.value, Instance):
            given = value.format_spec.values[0] if value.format_spec is not None else ast.Constant("")
            spec_text = Known(given.value if isinstance(given, ast.Constant) else "")
            parts.append(folding.call_with(b, node, "builtins.format", (part, spec_text), {}))
            continue
        if part is not UNKNOWN and value.conversion in _CONVERSIONS:
            part = call(_CONVERSIONS[value.conversion], (part,), {}, b.unit.fuel)
        if value.format_spec is not None:
            spec = b.expr(value.format_spec)
            part = call("builtins.format", (part, b.vals.get(spec) or UNKNOWN), {}, b.unit.fuel)
        elif value.conversion < 0 and b.nodes[n].op in OPEN:
            places.append(len(parts))
        parts.append(part)
    if len(places) == 1:
        spread = _each_part(b, parts, places[0], args, node)
        if spread is not None:
            return spread
    if not args or all(part is UNKNOWN for part in parts):
        folded: Result = UNKNOWN if args else Known("".join([part.value for part in parts if part is not UNKNOWN]))
    else:
        folded = fstring(parts, b.unit.fuel)
    return b.emit_known("op", "f", tuple(args), node, None if folded is UNKNOWN else folded)


def _each_part(b: Body, parts: list[Result], place: int, args: list[Arg], at: Any) -> int | None:
    """Compute an f-string for each alternative of the one part that is one of a few texts."""

    def make(found: list[Arg]) -> int:
        other = next((b.vals[arg.node] for arg, old in zip(found, args, strict=True) if arg.node != old.node), UNKNOWN)
        folded = fstring([other if number == place else part for number, part in enumerate(parts)], b.unit.fuel)
        return b.emit_known("op", "f", tuple(found), at, None if folded is UNKNOWN else folded)

    return each(b, args, make, at)


_CONVERSIONS = {115: "builtins.str", 114: "builtins.repr", 97: "builtins.ascii"}


def _formatted_value(b: Body, node: Any) -> int:
    return b.expr(node.value)


def display(b: Body, node: Any) -> int:
    """Lower a list, tuple or set."""
    elts = node.elts
    kind = _DISPLAYS[type(node)]
    expr = b.expr
    args = [Arg("*", expr(elt.value)) if type(elt) is ast.Starred else Arg("", expr(elt)) for elt in elts]
    return b.emit_known("pack", kind, tuple(args), node, folding.display(b, kind, args))


_DISPLAYS: dict[type, str] = {ast.List: "list", ast.Tuple: "tuple", ast.Set: "set"}


def _dict_display(b: Body, node: ast.Dict) -> int:
    args = []
    pairs: dict[Any, Any] | None = {}
    for key, value in zip(node.keys, node.values, strict=True):
        v = b.expr(value)
        if key is None:
            args.append(Arg("**", v))
            merged = b.vals.get(v)
            if pairs is not None and merged is not None and not merged.holed and type(merged.value) is dict:
                pairs |= merged.value
            else:
                pairs = None
            continue
        k = b.expr(key)
        args += (Arg("k", k), Arg("v", v))
        key_val, val = b.vals.get(k), b.vals.get(v)
        if pairs is not None and key_val is not None and val is not None and not key_val.holed and not val.holed:
            try:
                pairs[key_val.value] = val.value
            except TypeError:
                pairs = None
        else:
            pairs = None
    return b.emit_known("pack", "dict", tuple(args), node, Known(pairs) if pairs is not None else None)


def comprehension(b: Body, node: Any) -> int:
    """Lower a comprehension or generator: its parts run in this scope, its variables do not stay."""
    outer_comp, outer_guard = b.comp, b.guard
    folded: Any = UNKNOWN
    hidden = b.comp = {}
    for number, generator in enumerate(node.generators):
        iterable = b.expr(generator.iter)
        if number == 0 and folding.can_be_read(b, iterable):
            b.comp = outer_comp
            folded = folding.comprehension(b, node)
            b.comp = hidden
        assign_target(b, generator.target, element(b, iterable, generator.target), generator.target)
        for condition in generator.ifs:
            b.guard = b.new_guard("if", b.expr(condition))
    if type(node) is ast.DictComp:
        key = b.expr(node.key)
        args: tuple[Arg, ...] = (Arg("k", key), Arg("v", b.expr(node.value)))
        kind = "dict"
    else:
        args = (Arg("", b.expr(node.elt)),)
        kind = "set" if type(node) is ast.SetComp else "list"
    b.comp, b.guard = outer_comp, outer_guard
    for name, old in hidden.items():
        if old is None:
            b.env.pop(name, None)
        else:
            b.env[name] = old
    return b.emit_known("pack", kind, args, node, None if folded is UNKNOWN else folded)


def _named_expr(b: Body, node: ast.NamedExpr) -> int:
    n = b.expr(node.value)
    outer, b.comp = b.comp, None
    b.assign(node.target.id, n, node)
    b.comp = outer
    return n


def _await_expr(b: Body, node: ast.Await) -> int:
    return b.expr(node.value)


def _yield_expr(b: Body, node: Any) -> int:
    n = b.expr(node.value) if node.value is not None else b.const(None, node)
    b.emit("return", "", (Arg("", n),), node)
    return b.emit("op", "yield", (Arg("", n),) if type(node) is ast.YieldFrom else (), node)


def _starred(b: Body, node: ast.Starred) -> int:
    return b.expr(node.value)


def _slice_expr(b: Body, node: ast.Slice) -> int:
    bounds = [None if bound is None else b.expr(bound) for bound in (node.lower, node.upper, node.step)]
    vals = [Known(None) if n is None else b.vals.get(n) for n in bounds]
    whole = all(val is not None and type(val.value) in (int, type(None)) for val in vals)
    val = Known(slice(*[val.value for val in vals if val is not None])) if whole else None
    return b.emit_known("op", "[", tuple([Arg("", n) for n in bounds if n is not None]), node, val)


EXPRESSIONS.update(
    {
        ast.Constant: _constant,
        ast.Name: name_load,
        ast.Attribute: _attribute,
        ast.BinOp: binary,
        ast.UnaryOp: _unary_op,
        ast.BoolOp: bool_op,
        ast.IfExp: _if_exp,
        ast.Compare: _comparison,
        ast.JoinedStr: joined_str,
        ast.FormattedValue: _formatted_value,
        ast.List: display,
        ast.Tuple: display,
        ast.Set: display,
        ast.Dict: _dict_display,
        ast.ListComp: comprehension,
        ast.SetComp: comprehension,
        ast.GeneratorExp: comprehension,
        ast.DictComp: comprehension,
        ast.NamedExpr: _named_expr,
        ast.Await: _await_expr,
        ast.Yield: _yield_expr,
        ast.YieldFrom: _yield_expr,
        ast.Starred: _starred,
        ast.Slice: _slice_expr,
    }
)
for _name, _handler in (("TemplateStr", joined_str), ("Interpolation", _formatted_value)):
    if hasattr(ast, _name):  # Python 3.14
        EXPRESSIONS[getattr(ast, _name)] = _handler
