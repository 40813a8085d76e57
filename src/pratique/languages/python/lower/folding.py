"""The bridge to the evaluator: which syntax is worth interpreting, and with what it may look names up."""

from __future__ import annotations

import ast
from collections.abc import Callable
from itertools import islice
from typing import Any

from pratique.languages.python.evaluate import (
    UNKNOWN,
    Fuel,
    Known,
    LocalFunction,
    ResolvedName,
    Result,
    bound_method,
    is_pure,
)
from pratique.languages.python.evaluate import call_with as evaluate_with
from pratique.languages.python.evaluate import comprehension as evaluate_comprehension
from pratique.languages.python.evaluate import loop as evaluate_loop
from pratique.languages.python.evaluate import run_function as evaluate_function
from pratique.languages.python.lower.body import Body
from pratique.languages.python.lower.scoping import value_of
from pratique.model import HOLE, Arg

FAILURES = 60
"""Calls of one local function that did not fold, after which no more are tried."""


def resolver(b: Body) -> Callable[[str], Result]:
    """Return the lookup of free names as seen from a scope at this moment."""

    def look_up(name: str) -> Result:
        found = value_of(b, name)
        bound = b.env.get(name)
        return callables(b, bound) if found is UNKNOWN and type(bound) is int else found

    return look_up


def callable_value(b: Body, ref: str) -> Result:
    """Return a function that is handed to another one (`map(chr, …)`) as a value."""
    if ref[0] == ".":
        function = b.unit.functions.get(ref)
        return Known(LocalFunction(function)) if function is not None else UNKNOWN
    return Known(ResolvedName(ref)) if is_pure(ref) else UNKNOWN


def callable_at(b: Body, n: int) -> Result:
    """Return the function that a value of a scope is, if that is known; a method of a known value as well."""
    node = b.nodes[n]
    receiver = b.vals.get(node.args[0].node) if node.op == "attr" and node.args else None
    if receiver is not None and not receiver.holed and type(receiver.value) in (str, bytes, list, tuple, dict):
        return Known(LocalFunction(bound_method(ast.Constant(value=receiver.value), node.name)))
    ref = b.refs.get(n)
    return UNKNOWN if ref is None or n in b.alts else callable_value(b, ref)


def callables(b: Body, n: int) -> Result:
    """Return a display of functions as a value: a table of decoders that a loop goes through."""
    pack = b.nodes[n]
    if pack.op != "pack" or pack.name not in ("list", "tuple") or n in b.grown or any(arg.key for arg in pack.args):
        return UNKNOWN
    found = [b.vals.get(arg.node) or callable_at(b, arg.node) for arg in pack.args]
    if not found or any(one is UNKNOWN or one.holed for one in found):
        return UNKNOWN
    return Known([one.value for one in found if one is not UNKNOWN])


def can_be_read(b: Body, n: int) -> bool:
    """Whether it may be computed what a loop goes over: known, a table of functions, known data beside a generator."""
    if n in b.vals or callables(b, n) is not UNKNOWN:
        return True
    node = b.nodes[n]
    if node.op != "call" or node.name not in ("builtins.zip", "builtins.map", "builtins.enumerate"):
        return False
    given = [arg.node for arg in node.args]
    own = [one for one in given if b.nodes[one].op == "call" and b.nodes[one].name in b.unit.functions]
    return bool(own) and all(one in own or one in b.vals for one in given)


_MAKERS: dict[str, Any] = {"list": list, "tuple": tuple, "set": set}


def display(b: Body, kind: str, args: list[Arg]) -> Known | None:
    """Compute a display from its elements; those under `*` are spliced in."""
    values: list[Any] = []
    codecs: tuple[str, ...] = ()
    for arg in args:
        val = b.vals.get(arg.node)
        if val is None or val.holed:
            return None
        if val.codecs:
            codecs = tuple(dict.fromkeys((*codecs, *val.codecs)))
        if arg.key == "*":
            if type(val.value) not in (list, tuple, str, bytes):
                return None
            values.extend(val.value)
        else:
            values.append(val.value)
    try:
        return Known(_MAKERS[kind](values), codecs)
    except TypeError:  # an unhashable element of a set
        return None


def holed_display(b: Body, n: int) -> Result:
    """Return a list or tuple of which some elements are known, holes for the others."""
    pack = b.nodes[n]
    if pack.op != "pack" or pack.name not in ("list", "tuple") or len(pack.args) < 2:
        return UNKNOWN  # with one element it may be a comprehension
    vals = [b.vals.get(arg.node) if arg.key == "" else None for arg in pack.args]
    if any(arg.key for arg in pack.args) or all(val is None for val in vals):
        return UNKNOWN
    codecs = tuple(dict.fromkeys(codec for val in vals if val is not None for codec in val.codecs))
    return Known([HOLE if val is None else val.value for val in vals], codecs, holed=True)


BASE_FUEL = 4_000
TABLE = 256
"""A cipher's table of bytes, which it shuffles before it decodes: who names its size works on that much data."""
PER_ITEM = 48
"""Steps for each character or element of the data that a computation works on: a decoder needs about ten."""


def _compute(b: Body, weigh: Callable[[], int], run: Callable[[Fuel], Any]) -> Any:
    """Run one computation with what decoding its data could take, at most half of what the file has left.

    Decoders work on data that is there; a loop that only counts is cut short, and its value stays unknown. How much
    data there is (`weigh`) is asked only where a little fuel did not do.
    """
    left = b.unit.fuel
    for known in (False, True):
        fuel = Fuel(min(max(left.left, 0) // 2, BASE_FUEL + (PER_ITEM * weigh() if known else 0)))
        before = fuel.left
        result = run(fuel)
        left.spend(before - max(fuel.left, 0))
        if not fuel.exhausted:
            break
    return result


def _weight(b: Body, node: ast.AST) -> int:
    """Return how much data an expression, loop or function works on."""
    weight = 0
    for part in islice(ast.walk(node), 4_096):
        kind = type(part)
        if kind is ast.Constant:
            value = part.value  # type: ignore[attr-defined]
            weight += len(value) if type(value) in (str, bytes) else TABLE if value == TABLE else 1
        elif kind is ast.Name and type(part.ctx) is ast.Load:  # type: ignore[attr-defined]
            weight += _length(value_of(b, part.id))  # type: ignore[attr-defined]
    return weight


def _length(val: Result) -> int:
    """Return how much data a known value holds."""
    value = val.value if type(val) is Known else None
    return len(value) if type(value) in (str, bytes, bytearray, list, tuple, dict, set) else 0  # type: ignore[arg-type]


def comprehension(b: Body, node: Any) -> Result:
    """Compute a comprehension over known values."""
    look_up = resolver(b)
    result: Result = _compute(b, lambda: _weight(b, node), lambda fuel: evaluate_comprehension(node, look_up, fuel))
    return result


def loop(b: Body, node: Any) -> dict[str, Known]:
    """Compute a whole loop; return the variables it leaves, empty when it cannot be known."""
    if type(node) is ast.While and not _may_end(b, node):
        return {}
    look_up = resolver(b)
    found = _compute(b, lambda: _weight(b, node), lambda fuel: evaluate_loop(node, look_up, fuel))
    return {} if found is UNKNOWN else dict(found)


def _may_end(b: Body, node: ast.While) -> bool:
    """Whether a `while` can be computed at all: every name in it is known, and it has an end."""
    stored: set[str] = set()
    loaded: set[str] = set()
    leaves = not (type(node.test) is ast.Constant and node.test.value)
    for part in ast.walk(node):
        kind = type(part)
        if kind in _IMPURE:
            return False
        if kind is ast.Name:
            (loaded if type(part.ctx) is ast.Load else stored).add(part.id)  # type: ignore[attr-defined]
        elif kind is ast.Break:
            leaves = True
    return leaves and all(value_of(b, name) is not UNKNOWN for name in loaded - stored)


_IMPURE = frozenset(
    (ast.Try, ast.With, ast.AsyncWith, ast.AsyncFor, ast.Yield, ast.YieldFrom, ast.Await, ast.Import, ast.ImportFrom,
     ast.Global, ast.Nonlocal, ast.Raise)
)  # fmt: skip


def call_with(b: Body, node: ast.AST, name: str, args: tuple[Result, ...], kwargs: dict[str, Result]) -> Result:
    """Compute a call of a pure function that is handed functions of this file."""
    functions = [v.value.node for v in (*args, *kwargs.values()) if v is not UNKNOWN and type(v.value) is LocalFunction]
    look_up = resolver(b)

    def weigh() -> int:
        return sum(_length(value) for value in args) + sum(_weight(b, part) for part in (node, *functions))

    result: Result = _compute(b, weigh, lambda fuel: evaluate_with(name, args, kwargs, look_up, fuel))
    return result


def local_call(
    b: Body, name: str, args: tuple[Result, ...], kwargs: dict[str, Result], *, changes: bool = False
) -> Known | None:
    """Compute a call of a function of this file, given its resolved name; `changes`: also what it does to lists."""
    unit = b.unit
    function = unit.functions.get(name)
    if function is None or unit.failures.get(name, 0) > FAILURES:
        return None
    plain = not args and not kwargs
    if plain and name in unit.answers:
        return unit.answers[name]
    definer = unit.definers[name]
    look_up = resolver(definer)

    def weigh() -> int:
        if name not in unit.weights:
            unit.weights[name] = _weight(definer, function)
        return unit.weights[name] + sum(_length(value) for value in (*args, *kwargs.values()))

    result: Result = _compute(
        definer, weigh, lambda fuel: evaluate_function(function, args, kwargs, look_up, fuel, changes=changes)
    )
    found = None if result is UNKNOWN else result
    if found is None:
        unit.failures[name] = unit.failures.get(name, 0) + 1
    if plain:
        unit.answers[name] = found
    return found
