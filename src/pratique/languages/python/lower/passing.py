"""Callables that pass through something on their way to a call: containers, iterators, lambdas that give them back."""

from __future__ import annotations

import ast

from pratique.languages.python.evaluate import Known
from pratique.languages.python.lower import calls, lookups
from pratique.languages.python.lower.body import Body
from pratique.languages.python.lower.calls import SPECIAL, Site
from pratique.languages.python.lower.scoping import outer
from pratique.model import Arg


def _only(site: Site) -> int:
    """Return the one positional argument of a call that has no other, else -1."""
    return site.args[0].node if len(site.args) == 1 and site.args[0].key == "0" else -1


def _elements(b: Body, n: int) -> list[int]:
    """Return the elements of a display that holds callables, or displays of them."""
    found = lookups.pack_of(b, n) if n >= 0 else None
    if found is None or found[0] is not b:
        return []
    pack = b.nodes[found[1]]
    held = [arg.node for arg in b.elements(found[1]) if arg.key == ""]
    return held if pack.name != "dict" and any(lookups.is_worth(b, one) for one in held) else []


def _any_of(b: Body, held: list[int], site: Site) -> int:
    return held[0] if len(held) == 1 else b.phi(held, site.node)


def _iter(b: Body, site: Site) -> int | None:
    """`iter((f, g))` is read as what it goes over."""
    n = _only(site)
    return n if _elements(b, n) else None


def _next(b: Body, site: Site) -> int | None:
    """`next(iter((f, g)))` is one of them."""
    held = _elements(b, _only(site))
    return _any_of(b, held, site) if held else None


def _pop(b: Body, site: Site) -> int | None:
    """`[f, g].pop()` is one of them; `{"k": f}.pop("k")` is f."""
    if site.receiver < 0:
        return None
    held = _elements(b, site.receiver)
    return _any_of(b, held, site) if held else _get(b, site)


def _get(b: Body, site: Site) -> int | None:
    """`{"k": f}.get("k")` is f."""
    key = next((b.vals.get(arg.node) for arg in site.args if arg.key == "0"), None)
    found = lookups.pick(b, site.receiver, key) if site.receiver >= 0 and key is not None else None
    return found[1] if found is not None and found[0] is b else None


def _dict(b: Body, site: Site) -> int | None:
    """`dict(k=f)` is a display."""
    if not site.args or not all(arg.key.isidentifier() and lookups.is_worth(b, arg.node) for arg in site.args):
        return None
    parts: list[Arg] = []
    for arg in site.args:
        parts += [Arg("k", b.emit_known("const", "", (), site.node, Known(arg.key))), Arg("v", arg.node)]
    return b.emit("pack", "dict", tuple(parts), site.node)


def _static(b: Body, site: Site) -> int | None:
    """`staticmethod(f)` is f."""
    n = _only(site)
    return n if n >= 0 and n in b.refs else None


def _namespace(b: Body, site: Site) -> int | None:
    """`SimpleNamespace(go=f).go` is f: what is given by name is an attribute."""
    n = calls.emit(b, site, site.targets[0])
    for arg in site.args:
        if arg.key.isidentifier():
            b.given[n, arg.key] = arg.node
    return n


def given_back(b: Body, node: ast.Call) -> int | None:
    """Return the argument of `(lambda f: f)(x)`, None for any other call."""
    function = node.func
    if not isinstance(function, ast.Lambda) or not isinstance(function.body, ast.Name) or len(node.args) != 1:
        return None
    params = function.args
    if node.keywords or len(params.args) != 1 or params.args[0].arg != function.body.id or params.vararg:
        return None
    return None if isinstance(node.args[0], ast.Starred) else b.expr(node.args[0])


def forwarded(b: Body, node: ast.Call) -> int | None:
    """Lower `apply(f, x)` as `f(x)` where `def apply(f, *args): return f(*args)`; None for any other call."""
    function: ast.AST | None = node.func
    if isinstance(function, ast.Name):
        bound = b.env.get(function.id)
        bound = outer(b, function.id, function) if bound is None else bound
        named = bound if isinstance(bound, str) else b.refs.get(bound, "")
        function = b.unit.functions.get(named)
    if not isinstance(function, ast.FunctionDef | ast.Lambda):
        return None
    if isinstance(function, ast.FunctionDef) and function.decorator_list:
        return None
    inner = _inner_call(function)
    if inner is None or any(isinstance(one, ast.Starred) for one in node.args[:1]):
        return None
    called, params = inner.func.id, function.args  # type: ignore[attr-defined]
    plain = [one.arg for one in (*params.posonlyargs, *params.args)]
    held = dict(zip((one.arg for one in params.kwonlyargs), params.kw_defaults, strict=True)).get(called)
    if plain == [called] and node.args:
        made_call = ast.Call(func=node.args[0], args=node.args[1:], keywords=node.keywords)
    elif not plain and held is not None and all(word.arg != called for word in node.keywords):
        made_call = ast.Call(func=held, args=node.args, keywords=node.keywords)
    else:
        return None
    return calls.call(b, ast.copy_location(made_call, node))


def _inner_call(function: ast.FunctionDef | ast.Lambda) -> ast.Call | None:
    """Return the call that is all a function does, if it hands on `*args` and `**kwargs` and nothing else."""
    body = [function.body] if isinstance(function, ast.Lambda) else function.body
    if len(body) != 1:
        return None
    made = body[0].value if isinstance(body[0], ast.Return | ast.Expr) else body[0]
    params = function.args
    if not isinstance(made, ast.Call) or not isinstance(made.func, ast.Name) or params.vararg is None:
        return None
    if [ast.unparse(one) for one in made.args] != [f"*{params.vararg.arg}"]:
        return None
    wanted = [params.kwarg.arg] if params.kwarg else []
    handed = [word.value.id for word in made.keywords if word.arg is None and isinstance(word.value, ast.Name)]
    return made if handed == wanted and len(made.keywords) == len(wanted) else None


SPECIAL.update(
    {
        "builtins.iter": _iter,
        "builtins.next": _next,
        "builtins.dict": _dict,
        "builtins.staticmethod": _static,
        "types.SimpleNamespace": _namespace,
        "argparse.Namespace": _namespace,
    }
)
calls.BY_METHOD.update({"pop": _pop, "popleft": _pop, "get": _get, "__getitem__": _get})
calls.SHORT.extend((given_back, forwarded))
