"""Expressions."""

from __future__ import annotations

import ast
import unicodedata
from typing import Any, Final

from tree_sitter import Node

from pratique.languages.python.grammar.machine import (
    Converter,
    Machine,
    Steps,
    each,
    expression,
    fields,
    has_token,
    named,
    storing,
)

MAX_SPINE: Final = 100_000
"""Links of one chain `a.b.c…` or `a + b + …`, which nest to the left."""
BINARY: Final[dict[str, type[ast.operator]]] = {
    "+": ast.Add, "-": ast.Sub, "*": ast.Mult, "/": ast.Div, "//": ast.FloorDiv, "%": ast.Mod, "**": ast.Pow,
    "@": ast.MatMult, "<<": ast.LShift, ">>": ast.RShift, "|": ast.BitOr, "&": ast.BitAnd, "^": ast.BitXor,
}  # fmt: skip
UNARY: Final[dict[str, type[ast.unaryop]]] = {"-": ast.USub, "+": ast.UAdd, "~": ast.Invert}
COMPARE: Final[dict[str, type[ast.cmpop]]] = {
    "==": ast.Eq, "!=": ast.NotEq, "<>": ast.NotEq, "<": ast.Lt, "<=": ast.LtE, ">": ast.Gt, ">=": ast.GtE,
    "is": ast.Is, "is not": ast.IsNot, "in": ast.In, "not in": ast.NotIn,
}  # fmt: skip
SPINE: Final = {"attribute": "object", "call": "function", "subscript": "value", "binary_operator": "left"}
"""Nodes that nest to the left, and the field they nest in."""


def identifier(machine: Machine, node: Node) -> ast.expr:
    """Read a name, normalised as CPython does (NFKC)."""
    text = machine.text(node)
    if not text:
        return machine.place(ast.Constant(value=...), node)
    return machine.name(text if text.isascii() else unicodedata.normalize("NFKC", text), node)


def constant(value: Any) -> Converter:
    """Return a converter of one constant."""
    return lambda machine, node: machine.place(ast.Constant(value=value), node)


def spine(machine: Machine, node: Node) -> Steps:
    """Read a chain that nests to the left, from its inside out."""
    links = [node]
    while len(links) < MAX_SPINE:
        inner = links[-1].child_by_field_name(SPINE[links[-1].type])
        if inner is None or inner.type not in SPINE:
            break
        links.append(inner)
    innermost = links[-1].child_by_field_name(SPINE[links[-1].type])
    if innermost is None:
        made: ast.expr = machine.place(ast.Constant(value=...), node)
    elif len(links) >= MAX_SPINE:
        machine.later.append(innermost)
        made = machine.place(ast.Constant(value=...), innermost)
    else:
        made = expression((yield innermost), machine, innermost)
    for link in reversed(links):
        made = machine.place((yield from LINK[link.type](machine, link, made)), link)
    return made


def _attribute(machine: Machine, node: Node, made: ast.expr) -> Steps:
    name = node.child_by_field_name("attribute")
    text = machine.text(name) if name is not None else ""
    return ast.Attribute(value=made, attr=unicodedata.normalize("NFKC", text), ctx=ast.Load())
    yield node


def _binary(machine: Machine, node: Node, made: ast.expr) -> Steps:
    operator = node.child_by_field_name("operator")
    right = node.child_by_field_name("right")
    other = expression((yield right), machine, right) if right is not None else ast.Constant(value=...)
    return ast.BinOp(left=made, op=BINARY.get(operator.type if operator else "", ast.Add)(), right=other)


def _subscript(machine: Machine, node: Node, made: ast.expr) -> Steps:
    keys: list[ast.expr] = yield from each(machine, fields(node, "subscript"))
    many = len(keys) != 1 or node.children[-2:][0].type == ","
    key = machine.place(ast.Tuple(elts=keys, ctx=ast.Load()), node) if many else keys[0]
    return ast.Subscript(value=made, slice=key, ctx=ast.Load())


def _call(machine: Machine, node: Node, made: ast.expr) -> Steps:
    arguments = node.child_by_field_name("arguments")
    args: list[ast.expr] = []
    keywords: list[ast.keyword] = []
    if arguments is not None and arguments.type == "generator_expression":
        args.append((yield arguments))
    elif arguments is not None:
        yield from collect(machine, arguments, args, keywords)
    return ast.Call(func=made, args=args, keywords=keywords)


def collect(machine: Machine, node: Node, args: list[ast.expr], keywords: list[ast.keyword]) -> Steps:
    """Read the arguments of a call or the bases of a class."""
    for child in named(node):
        value = next(iter(fields(child, "value")), None)
        if child.type == "keyword_argument" and value is not None:
            key = child.child_by_field_name("name")
            made = expression((yield value), machine, value)
            keywords.append(machine.place(ast.keyword(arg=machine.text(key) if key else "", value=made), child))
        elif child.type == "dictionary_splat":
            inner = (named(child) or [child.children[0]])[-1]
            keywords.append(
                machine.place(ast.keyword(arg=None, value=expression((yield inner), machine, inner)), child)
            )
        else:
            args.append(expression((yield child), machine, child))


LINK: Final = {"attribute": _attribute, "call": _call, "subscript": _subscript, "binary_operator": _binary}


def unary(machine: Machine, node: Node) -> Steps:
    """Read `-x`, `~x` and `not x`."""
    argument = node.child_by_field_name("argument")
    operator = node.child_by_field_name("operator")
    made = expression((yield argument), machine, argument) if argument is not None else ast.Constant(value=...)
    op = ast.Not() if node.type == "not_operator" else UNARY.get(operator.type if operator else "", ast.UAdd)()
    return machine.place(ast.UnaryOp(op=op, operand=made), node)


def boolean(machine: Machine, node: Node) -> Steps:
    """Read a chain of `and` or `or`, which nests to the left."""
    operator = node.child_by_field_name("operator")
    kind = operator.type if operator else "and"
    rights: list[Node] = []
    at = node
    while True:
        right, left = at.child_by_field_name("right"), at.child_by_field_name("left")
        rights += [right] if right is not None else []
        sign = left.child_by_field_name("operator") if left is not None and left.type == "boolean_operator" else None
        if left is None or sign is None or sign.type != kind:
            break
        at = left
    values = yield from each(machine, ([left] if left is not None else []) + rights[::-1])
    return machine.place(ast.BoolOp(op=ast.Or() if kind == "or" else ast.And(), values=values), node)


def comparison(machine: Machine, node: Node) -> Steps:
    """Read a chain of comparisons."""
    signs = [child.type for child in node.children_by_field_name("operators")]
    machine.python2 = machine.python2 or "<>" in signs
    operands: list[ast.expr] = yield from each(machine, [one for one in named(node) if one.type not in COMPARE])
    ops = [COMPARE.get(sign, ast.Eq)() for sign in signs]
    operands += [machine.place(ast.Constant(value=...), node)] * (len(ops) + 1 - len(operands))
    return machine.place(ast.Compare(left=operands[0], ops=ops, comparators=operands[1 : len(ops) + 1]), node)


def conditional(machine: Machine, node: Node) -> Steps:
    """Read `a if b else c`."""
    made: list[ast.expr] = yield from each(machine, named(node)[:3])
    made += [machine.place(ast.Constant(value=...), node)] * (3 - len(made))
    return machine.place(ast.IfExp(body=made[0], test=made[1], orelse=made[2]), node)


def elements(machine: Machine, node: Node) -> Steps:
    """Read a list, a set or a tuple with or without parentheses."""
    made: list[ast.expr] = yield from each(machine, named(node))
    if node.type in {"list", "list_pattern"}:
        return machine.place(ast.List(elts=made, ctx=ast.Load()), node)
    if node.type == "set":
        return machine.place(ast.Set(elts=made), node)
    return machine.place(ast.Tuple(elts=made, ctx=ast.Load()), node)


def dictionary(machine: Machine, node: Node) -> Steps:
    """Read a dictionary."""
    keys: list[ast.expr | None] = []
    values: list[ast.expr] = []
    for child in named(node):
        key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
        if child.type == "pair" and key is not None and value is not None:
            keys.append(expression((yield key), machine, key))
            values.append(expression((yield value), machine, value))
        else:
            inner = named(child)[-1] if child.type == "dictionary_splat" and named(child) else child
            keys.append(None)
            values.append(expression((yield inner), machine, inner))
    return machine.place(ast.Dict(keys=keys, values=values), node)


def splat(machine: Machine, node: Node) -> Steps:
    """Read `*x` and `**x` outside of calls and dictionaries."""
    inner = named(node)
    value = expression((yield inner[-1]), machine, inner[-1]) if inner else machine.place(ast.Constant(value=...), node)
    return machine.place(ast.Starred(value=value, ctx=ast.Load()), node)


def inside(machine: Machine, node: Node) -> Steps:
    """Read what a wrapper holds: parentheses, `type`, `expression_list` of one."""
    inner = named(node)
    if not inner:
        return machine.place(ast.Constant(value=...), node)
    if len(inner) > 1:
        return (yield from elements(machine, node))
    return expression((yield inner[0]), machine, inner[0])


def slicing(machine: Machine, node: Node) -> Steps:
    """Read `a:b:c`."""
    parts: list[ast.expr | None] = [None, None, None]
    at = 0
    for child in node.children:
        if child.type == ":":
            at += 1
        elif child.is_named and child.type != "comment" and at < 3:
            parts[at] = expression((yield child), machine, child)
    return machine.place(ast.Slice(lower=parts[0], upper=parts[1], step=parts[2]), node)


def walrus(machine: Machine, node: Node) -> Steps:
    """Read `a := b`."""
    machine.python3 = True
    name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
    made = (
        expression((yield value), machine, value) if value is not None else machine.place(ast.Constant(value=...), node)
    )
    target = machine.name(machine.text(name) if name else "_", node)
    target.ctx = ast.Store()
    return machine.place(ast.NamedExpr(target=target, value=made), node)


def yielding(machine: Machine, node: Node) -> Steps:
    """Read `yield`, `yield from` and `await`."""
    inner = named(node)
    value = expression((yield inner[0]), machine, inner[0]) if inner else None
    if node.type == "await":
        machine.python3 = True
        return machine.place(ast.Await(value=value or ast.Constant(value=...)), node)
    if value is not None and has_token(node, "from"):
        return machine.place(ast.YieldFrom(value=value), node)
    return machine.place(ast.Yield(value=value), node)


def comprehension(machine: Machine, node: Node) -> Steps:
    """Read the four kinds of comprehension."""
    body = node.child_by_field_name("body")
    generators: list[ast.comprehension] = []
    for child in named(node):
        if child.type == "for_in_clause":
            left, right = child.child_by_field_name("left"), fields(child, "right")
            target = storing(expression((yield left), machine, left)) if left is not None else machine.name("_", node)
            made: list[ast.expr] = yield from each(machine, right)
            source = made[0] if len(made) == 1 else machine.place(ast.Tuple(elts=made, ctx=ast.Load()), child)
            generators.append(
                ast.comprehension(target=target, iter=source, ifs=[], is_async=int(has_token(child, "async")))
            )
        elif child.type == "if_clause" and generators and named(child):
            generators[-1].ifs.append(expression((yield named(child)[0]), machine, child))
    if node.type == "dictionary_comprehension" and body is not None and body.type == "pair":
        key, value = body.child_by_field_name("key"), body.child_by_field_name("value")
        if key is not None and value is not None:
            first = expression((yield key), machine, key)
            second = expression((yield value), machine, value)
            return machine.place(ast.DictComp(key=first, value=second, generators=generators), node)
    element = (
        expression((yield body), machine, body) if body is not None else machine.place(ast.Constant(value=...), node)
    )
    kinds = {"list_comprehension": ast.ListComp, "set_comprehension": ast.SetComp}
    return machine.place(kinds.get(node.type, ast.GeneratorExp)(elt=element, generators=generators), node)


def dotted(machine: Machine, node: Node) -> ast.expr:
    """Read a dotted name as attributes."""
    first, *rest = machine.text(node).split(".")
    made: ast.expr = machine.name(first.strip(), node)
    for attr in rest[:MAX_SPINE]:
        made = machine.place(ast.Attribute(value=made, attr=attr.strip(), ctx=ast.Load()), node)
    return made


CONVERTERS: Final[dict[str, Converter]] = {
    "identifier": identifier,
    "keyword_identifier": identifier,
    "dotted_name": dotted,
    "true": constant(True),
    "false": constant(False),
    "none": constant(None),
    "ellipsis": constant(...),
    **dict.fromkeys(SPINE, spine),
    "unary_operator": unary,
    "not_operator": unary,
    "boolean_operator": boolean,
    "comparison_operator": comparison,
    "conditional_expression": conditional,
    **dict.fromkeys(
        ("list", "tuple", "set", "list_pattern", "tuple_pattern", "pattern_list", "expression_list"), elements
    ),
    "dictionary": dictionary,
    **dict.fromkeys(("list_splat", "list_splat_pattern", "dictionary_splat", "dictionary_splat_pattern"), splat),
    **dict.fromkeys(
        ("parenthesized_expression", "parenthesized_list_splat", "type", "as_pattern_target", "chevron"), inside
    ),
    "slice": slicing,
    "named_expression": walrus,
    "yield": yielding,
    "await": yielding,
    **dict.fromkeys(
        ("list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression"), comprehension
    ),
}
