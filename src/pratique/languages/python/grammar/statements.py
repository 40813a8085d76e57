"""Statements: simple ones, compound ones, and those of Python 2."""

from __future__ import annotations

import ast
from typing import Any, Final

from tree_sitter import Node

from pratique.languages.python.grammar.expressions import BINARY, collect
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


def expression_statement(machine: Machine, node: Node) -> Steps:
    """Read an expression, an assignment or a bare tuple that stands alone."""
    made: list[ast.expr] = []
    for child in named(node):
        value = yield child
        if isinstance(value, list):
            return value
        made.append(expression(value, machine, child))
    if not made:
        return []
    tuple_ = len(made) > 1 or has_token(node, ",")
    one = machine.place(ast.Tuple(elts=made, ctx=ast.Load()), node) if tuple_ else made[0]
    return [machine.place(ast.Expr(value=one), node)]


def assignment(machine: Machine, node: Node) -> Steps:
    """Read `a = b = c` and `a: T = b`."""
    targets: list[Any] = []
    at = node
    while True:
        left, right, kind = (at.child_by_field_name(name) for name in ("left", "right", "type"))
        if left is not None:
            targets.append(storing(expression((yield left), machine, left)))
        if right is None or right.type != "assignment" or kind is not None:
            break
        at = right
    value = expression((yield right), machine, right) if right is not None else None
    if kind is not None and targets:
        machine.python3 = True
        annotation = expression((yield kind), machine, kind)
        simple = int(isinstance(targets[-1], ast.Name))
        return [
            machine.place(ast.AnnAssign(target=targets[-1], annotation=annotation, value=value, simple=simple), node)
        ]
    if value is None or not targets:
        return [machine.place(ast.Expr(value=one), node) for one in (*targets, value) if one is not None]
    return [machine.place(ast.Assign(targets=targets, value=value), node)]


def augmented(machine: Machine, node: Node) -> Steps:
    """Read `a += b`."""
    left, right, sign = (node.child_by_field_name(name) for name in ("left", "right", "operator"))
    if left is None or right is None or sign is None:
        return []
    target = storing(expression((yield left), machine, left))
    value = expression((yield right), machine, right)
    op = BINARY.get(sign.type.removesuffix("="), ast.Add)()
    return [machine.place(ast.AugAssign(target=target, op=op, value=value), node)]


def simple(kind: type[ast.stmt]) -> Converter:
    """Return a converter of a statement without parts."""
    return lambda machine, node: [machine.place(kind(), node)]


def returning(machine: Machine, node: Node) -> Steps:
    """Read `return x`."""
    inner = named(node)
    value = expression((yield inner[0]), machine, inner[0]) if inner else None
    return [machine.place(ast.Return(value=value), node)]


def raising(machine: Machine, node: Node) -> Steps:
    """Read `raise x from y`, and Python 2's `raise X, "m"`, which is `raise X("m")`."""
    cause_node = node.child_by_field_name("cause")
    inner = [child for child in named(node) if child != cause_node]
    value = expression((yield inner[0]), machine, inner[0]) if inner else None
    cause = expression((yield cause_node), machine, cause_node) if cause_node is not None else None
    if inner and inner[0].type == "expression_list" and isinstance(value, ast.Tuple) and value.elts:
        machine.python2 = True
        value = machine.place(ast.Call(func=value.elts[0], args=value.elts[1:], keywords=[]), node)
    return [machine.place(ast.Raise(exc=value, cause=cause), node)]


def deleting(machine: Machine, node: Node) -> Steps:
    """Read `del a, b`."""
    inner = named(node)
    if not inner:
        return []
    made = storing(expression((yield inner[0]), machine, inner[0]), ast.Del)
    targets = made.elts if isinstance(made, ast.Tuple) and inner[0].type == "expression_list" else [made]
    return [machine.place(ast.Delete(targets=targets), node)]


def asserting(machine: Machine, node: Node) -> Steps:
    """Read `assert a, b`."""
    made: list[ast.expr] = yield from each(machine, named(node)[:2])
    if not made:
        return []
    return [machine.place(ast.Assert(test=made[0], msg=made[1] if len(made) > 1 else None), node)]


def scoping(machine: Machine, node: Node) -> list[ast.stmt]:
    """Read `global` and `nonlocal`."""
    names = [machine.text(child) for child in named(node)]
    if node.type == "nonlocal_statement":
        machine.python3 = True
        return [machine.place(ast.Nonlocal(names=names), node)]
    return [machine.place(ast.Global(names=names), node)]


def importing(machine: Machine, node: Node) -> list[ast.stmt]:
    """Read every form of import."""
    names = []
    for child in fields(node, "name"):
        name, alias = child.child_by_field_name("name"), child.child_by_field_name("alias")
        text = machine.text(name if name is not None else child).replace(" ", "")
        names.append(
            machine.place(ast.alias(name=text, asname=machine.text(alias) if alias is not None else None), child)
        )
    if any(child.type == "wildcard_import" for child in node.children):
        names = [machine.place(ast.alias(name="*", asname=None), node)]
    if node.type == "import_statement":
        return [machine.place(ast.Import(names=names), node)] if names else []
    module = node.child_by_field_name("module_name")
    text = (
        "__future__"
        if node.type == "future_import_statement"
        else machine.text(module).replace(" ", "")
        if module
        else ""
    )
    level = len(text) - len(text.lstrip("."))
    return [machine.place(ast.ImportFrom(module=text[level:] or None, names=names, level=level), node)] if names else []


def printing(machine: Machine, node: Node) -> Steps:
    """Read Python 2's `print x, y` and `print >>f, x`."""
    machine.python2 = True
    args: list[ast.expr] = []
    keywords: list[ast.keyword] = []
    for child in named(node):
        made = expression((yield child), machine, child)
        if child.type == "chevron":
            keywords.append(machine.place(ast.keyword(arg="file", value=made), child))
        else:
            args.append(made)
    return [machine.place(ast.Expr(value=machine.call("print", args, node, keywords)), node)]


def executing(machine: Machine, node: Node) -> Steps:
    """Read Python 2's `exec code in globals, locals`."""
    machine.python2 = True
    args: list[ast.expr] = []
    for child in named(node):
        made = expression((yield child), machine, child)
        bare = isinstance(made, ast.Compare) and len(made.ops) == 1 and isinstance(made.ops[0], ast.In)
        args.extend([made.left, *made.comparators] if bare and isinstance(made, ast.Compare) else [made])
    return [machine.place(ast.Expr(value=machine.call("exec", args, node)), node)]


def body(node: Node | None) -> Steps:
    """Convert a block, [] for none."""
    if node is None:
        return []
    found = yield node
    return found if isinstance(found, list) else []


def filled(machine: Machine, statements: list[ast.stmt], node: Node) -> list[ast.stmt]:
    """Return a body that is never empty."""
    return statements or [machine.place(ast.Pass(), node)]


def branching(machine: Machine, node: Node) -> Steps:
    """Read `if` with its `elif`s, nested as `ast` has them."""
    head, *others = [node, *fields(node, "alternative")]
    made: list[tuple[Node, ast.expr, list[ast.stmt]]] = []
    tail: list[ast.stmt] = []
    for clause in (head, *others):
        if clause.type == "else_clause":
            tail = yield from body(clause.child_by_field_name("body"))
            continue
        condition = clause.child_by_field_name("condition")
        test = expression((yield condition), machine, condition) if condition is not None else ast.Constant(value=True)
        then = yield from body(clause.child_by_field_name("consequence"))
        made.append((clause, test, filled(machine, then, clause)))
    for clause, test, then in reversed(made):
        tail = [machine.place(ast.If(test=test, body=then, orelse=tail), clause)]
    return tail


def looping(machine: Machine, node: Node) -> Steps:
    """Read `for` and `while`."""
    left, right, condition, other = (node.child_by_field_name(n) for n in ("left", "right", "condition", "alternative"))
    target = storing(expression((yield left), machine, left)) if left is not None else machine.name("_", node)
    source = right if right is not None else condition
    head = (
        expression((yield source), machine, source)
        if source is not None
        else machine.place(ast.Constant(value=...), node)
    )
    inner = filled(machine, (yield from body(node.child_by_field_name("body"))), node)
    orelse = yield from body(other.child_by_field_name("body") if other is not None else None)
    if node.type == "while_statement":
        return [machine.place(ast.While(test=head, body=inner, orelse=orelse), node)]
    kind = ast.AsyncFor if has_token(node, "async") else ast.For
    return [machine.place(kind(target=target, iter=head, body=inner, orelse=orelse), node)]


def trying(machine: Machine, node: Node) -> Steps:
    """Read `try` with all its clauses."""
    inner = filled(machine, (yield from body(node.child_by_field_name("body"))), node)
    handlers: list[ast.ExceptHandler] = []
    orelse: list[ast.stmt] = []
    final: list[ast.stmt] = []
    for clause in named(node):
        block = next((child for child in clause.children if child.type == "block"), None)
        if clause.type in {"except_clause", "except_group_clause"}:
            kind, name = yield from _caught(machine, clause)
            then = filled(machine, (yield from body(block)), clause)
            handlers.append(machine.place(ast.ExceptHandler(type=kind, name=name, body=then), clause))
        elif clause.type == "else_clause":
            orelse = yield from body(block)
        elif clause.type == "finally_clause":
            final = yield from body(block)
    if not handlers and not final:
        final = [machine.place(ast.Pass(), node)]
    return [machine.place(ast.Try(body=inner, handlers=handlers, orelse=orelse, finalbody=final), node)]


def _caught(machine: Machine, clause: Node) -> Steps:
    """Return the type and the name of an `except`; `except X, e` is Python 2's `as`."""
    values = [child for child in named(clause) if child.type not in {"block", "ERROR"}]
    if not values:
        return None, None
    if values[0].type == "as_pattern":
        what, alias = named(values[0])[0], values[0].child_by_field_name("alias")
        return expression((yield what), machine, what), machine.text(alias) if alias is not None else None
    kind = expression((yield values[0]), machine, values[0])
    if len(values) > 1 and has_token(clause, ","):
        machine.python2 = True
        return kind, machine.text(values[1])
    alias = values[1] if len(values) > 1 else None
    return kind, machine.text(alias) if alias is not None else None


def withs(machine: Machine, node: Node) -> Steps:
    """Read `with`."""
    items: list[ast.withitem] = []
    for clause in named(node):
        if clause.type != "with_clause":
            continue
        for item in named(clause):
            value = item.child_by_field_name("value") or item
            alias = value.child_by_field_name("alias") if value.type == "as_pattern" else None
            what = named(value)[0] if alias is not None and named(value) else value
            made = expression((yield what), machine, what)
            target = storing(expression((yield alias), machine, alias)) if alias is not None else None
            items.append(ast.withitem(context_expr=made, optional_vars=target))
    inner = filled(machine, (yield from body(node.child_by_field_name("body"))), node)
    if not items:
        return inner
    kind = ast.AsyncWith if has_token(node, "async") else ast.With
    return [machine.place(kind(items=items, body=inner), node)]


def matching(machine: Machine, node: Node) -> Steps:
    """Read `match`: its cases become branches, whatever their patterns."""
    machine.python3 = True
    subjects: list[ast.expr] = yield from each(machine, fields(node, "subject"))
    made: list[ast.stmt] = [machine.place(ast.Expr(value=one), node) for one in subjects]
    block = node.child_by_field_name("body")
    for case in named(block) if block is not None else []:
        guard = case.child_by_field_name("guard")
        test: ast.expr = machine.place(ast.Constant(value=...), case)
        if guard is not None and named(guard):
            test = expression((yield named(guard)[0]), machine, guard)
        then = filled(machine, (yield from body(case.child_by_field_name("consequence"))), case)
        made.append(machine.place(ast.If(test=test, body=then, orelse=[]), case))
    return made


def defining(machine: Machine, node: Node) -> Steps:
    """Read a function."""
    name, parameters, returns = (node.child_by_field_name(n) for n in ("name", "parameters", "return_type"))
    args, unpacked = yield from arguments(machine, parameters)
    annotation = expression((yield returns), machine, returns) if returns is not None else None
    inner = yield from body(node.child_by_field_name("body"))
    kind = ast.AsyncFunctionDef if has_token(node, "async") else ast.FunctionDef
    machine.python3 = machine.python3 or annotation is not None or kind is ast.AsyncFunctionDef
    made = kind(
        name=machine.text(name) if name is not None else "_",
        args=args,
        body=filled(machine, [*unpacked, *inner], node),
        decorator_list=[],
        returns=annotation,
        type_comment=None,
    )
    return [machine.place(_typed(made), node)]


def _typed(made: Any) -> Any:
    """Fill the field that Python 3.12 added to definitions."""
    made.type_params = []
    return made


def classing(machine: Machine, node: Node) -> Steps:
    """Read a class."""
    name, bases = node.child_by_field_name("name"), node.child_by_field_name("superclasses")
    args: list[ast.expr] = []
    keywords: list[ast.keyword] = []
    if bases is not None:
        yield from collect(machine, bases, args, keywords)
    inner = filled(machine, (yield from body(node.child_by_field_name("body"))), node)
    text = machine.text(name) if name is not None else "_"
    made = ast.ClassDef(name=text, bases=args, keywords=keywords, body=inner, decorator_list=[])
    return [machine.place(_typed(made), node)]


def decorated(machine: Machine, node: Node) -> Steps:
    """Read a definition with its decorators."""
    signs = [named(child)[0] for child in named(node) if child.type == "decorator" and named(child)]
    decorators: list[ast.expr] = yield from each(machine, signs)
    made = yield from body(node.child_by_field_name("definition"))
    for one in made[:1]:
        if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            one.decorator_list = decorators
            return made
    return [*(machine.place(ast.Expr(value=one), node) for one in decorators), *made]


def lambdas(machine: Machine, node: Node) -> Steps:
    """Read a lambda."""
    args, _ = yield from arguments(machine, node.child_by_field_name("parameters"))
    inner = node.child_by_field_name("body")
    made = (
        expression((yield inner), machine, inner) if inner is not None else machine.place(ast.Constant(value=...), node)
    )
    return machine.place(ast.Lambda(args=args, body=made), node)


def arguments(machine: Machine, node: Node | None) -> Steps:
    """Read parameters; Python 2's `(a, b)` becomes a parameter and an assignment in the body."""
    args = ast.arguments(posonlyargs=[], args=[], vararg=None, kwonlyargs=[], kw_defaults=[], kwarg=None, defaults=[])
    unpacked: list[ast.stmt] = []
    keyword_only = False
    for child in named(node) if node is not None else []:
        name, value, kind = (child.child_by_field_name(n) for n in ("name", "value", "type"))
        inner = name if name is not None else named(child)[0] if child.type == "typed_parameter" else child
        default = expression((yield value), machine, value) if value is not None else None
        annotation = expression((yield kind), machine, kind) if kind is not None else None
        machine.python3 = machine.python3 or annotation is not None or child.type == "keyword_separator"
        if child.type == "keyword_separator":
            keyword_only = True
        elif child.type == "positional_separator":
            args.posonlyargs, args.args = args.args, []
        else:
            text = machine.text(inner).lstrip("*").strip()
            if inner.type in {"tuple_pattern", "list_pattern"}:
                machine.python2 = True
                text = f".{len(args.args)}"
                target = storing(expression((yield inner), machine, inner))
                unpacked.append(machine.place(ast.Assign(targets=[target], value=machine.name(text, inner)), inner))
            made = machine.place(ast.arg(arg=text, annotation=annotation), child)
            keyword_only = _add(args, made, default, inner.type, keyword_only=keyword_only)
    return args, unpacked


def _add(args: ast.arguments, made: ast.arg, default: ast.expr | None, kind: str, *, keyword_only: bool) -> bool:
    if kind == "list_splat_pattern":
        args.vararg = made
        return True
    if kind == "dictionary_splat_pattern":
        args.kwarg = made
    elif keyword_only:
        args.kwonlyargs.append(made)
        args.kw_defaults.append(default)
    else:
        args.args.append(made)
        if default is not None:
            args.defaults.append(default)
        elif args.defaults:  # a gap that no Python allows: keep the counts in step
            args.defaults.append(ast.Constant(value=..., lineno=made.lineno, col_offset=made.col_offset))
    return keyword_only


CONVERTERS: Final[dict[str, Converter]] = {
    "expression_statement": expression_statement,
    "assignment": assignment,
    "augmented_assignment": augmented,
    "type_alias_statement": assignment,
    "pass_statement": simple(ast.Pass),
    "break_statement": simple(ast.Break),
    "continue_statement": simple(ast.Continue),
    "return_statement": returning,
    "raise_statement": raising,
    "delete_statement": deleting,
    "assert_statement": asserting,
    "global_statement": scoping,
    "nonlocal_statement": scoping,
    **dict.fromkeys(("import_statement", "import_from_statement", "future_import_statement"), importing),
    "print_statement": printing,
    "exec_statement": executing,
    "if_statement": branching,
    "for_statement": looping,
    "while_statement": looping,
    "try_statement": trying,
    "with_statement": withs,
    "match_statement": matching,
    "function_definition": defining,
    "class_definition": classing,
    "decorated_definition": decorated,
    "lambda": lambdas,
    "comment": lambda _machine, _node: [],
}
