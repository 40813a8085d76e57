"""Constant text that `eval` or `exec` runs is read where it runs: with the variables of that place, for its value."""

from __future__ import annotations

import ast
import warnings
from typing import Final

from pratique.languages.python.evaluate import Known
from pratique.languages.python.lower import reflection
from pratique.languages.python.lower.body import STATEMENTS, Body
from pratique.languages.python.lower.calls import SPECIAL, Site
from pratique.languages.python.lower.lookups import DYNAMIC

_SCOPES: Final = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.NamedExpr)
"""Expressions that need a scope of their own, or bind: their text is read as a layer alone."""
_TEXTS: Final = 64
"""Texts of one file that are read in place: a text may run itself, or others many times over."""
_DEEP: Final = 8
"""Texts within texts."""
_SIMPLE: Final = (ast.Assign, ast.AugAssign, ast.Expr, ast.Import, ast.ImportFrom, ast.Pass)


def _eval(b: Body, site: Site) -> int | None:
    """`eval` of a known expression has that expression's value and names."""
    text = _text(b, site)
    reflection.hand_over(b, site)
    tree = _parsed(text.value, "eval", site.node) if text is not None else None
    if text is None or not isinstance(tree, ast.Expression):
        return None
    b.unit.inside += 1
    found = b.expr(tree.body)
    b.unit.inside -= 1
    val = b.vals.get(found)
    value = None if val is None else Known(val.value, tuple(dict.fromkeys((*text.codecs, *val.codecs))), val.holed)
    marks = site.marks if value is None else tuple(dict.fromkeys((*value.codecs, *site.marks)))
    n = b.emit_known("call", site.targets[0], tuple(site.args), site.node, value, marks)
    if found not in b.refs:
        return n if val is not None else b.phi((n, found), site.node)
    b.name_all(n, b.alts.get(found) or (b.refs[found],))
    b.marks[n] = (*text.codecs, DYNAMIC)
    return n


def _exec(b: Body, site: Site) -> int | None:
    """`exec` of known simple statements binds what they bind, outside functions: a function's variables stay."""
    text = _text(b, site)
    reflection.hand_over(b, site)
    if text is None or b.kind == "function" or b.comp is not None:
        return None
    tree = _parsed(text.value, "exec", site.node)
    if isinstance(tree, ast.Module) and all(isinstance(one, _SIMPLE) for one in tree.body):
        b.unit.inside += 1
        for statement in tree.body:
            STATEMENTS[type(statement)](b, statement)
        b.unit.inside -= 1
    return None


def _text(b: Body, site: Site) -> Known | None:
    """Return the known text that is run in the scope of the call itself, while a file's share of texts lasts."""
    if b.unit.inside >= _DEEP or b.unit.texts >= _TEXTS:
        return None
    b.unit.texts += 1
    only = [arg for arg in site.args if not arg.key.startswith("=")]
    val = b.vals.get(only[0].node) if len(only) == 1 and only[0].key == "0" else None
    short = val is not None and isinstance(val.value, str) and len(val.value) <= reflection.LONGEST
    return val if short and val is not None and not val.holed else None


def _parsed(text: str, mode: str, at: ast.expr) -> ast.AST | None:
    """Parse text as if it stood at a call; None where it is no Python, or needs scopes of its own."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text.strip(), mode=mode)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    for part in ast.walk(tree):
        if isinstance(part, _SCOPES):
            return None
        ast.copy_location(part, at)
    return tree


SPECIAL["builtins.eval"] = _eval
SPECIAL["builtins.exec"] = _exec
