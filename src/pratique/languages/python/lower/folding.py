"""The bridge to the evaluator: which syntax is worth interpreting, and with what it may look names up."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from pratique.languages.python.evaluate import UNKNOWN, Known, LocalFunction, ResolvedName, Result, is_pure
from pratique.languages.python.evaluate import comprehension as evaluate_comprehension
from pratique.languages.python.evaluate import loop as evaluate_loop
from pratique.languages.python.evaluate import run_function as evaluate_function
from pratique.languages.python.lower.body import Body
from pratique.languages.python.lower.scoping import value_of

FAILURES = 60
"""Calls of one local function that did not fold, after which no more are tried."""


def resolver(b: Body) -> Callable[[str], Result]:
    """Return the lookup of free names as seen from a scope at this moment."""
    return lambda name: value_of(b, name)


def callable_value(b: Body, ref: str) -> Result:
    """Return a function that is handed to another one (`map(chr, …)`) as a value."""
    if ref[0] == ".":
        function = b.unit.functions.get(ref)
        return Known(LocalFunction(function)) if function is not None else UNKNOWN
    return Known(ResolvedName(ref)) if is_pure(ref) else UNKNOWN


def comprehension(b: Body, node: Any) -> Result:
    """Compute a comprehension over known values."""
    return evaluate_comprehension(node, resolver(b), b.unit.fuel)


def loop(b: Body, node: Any) -> dict[str, Known]:
    """Compute a whole loop; return the variables it leaves, empty when it cannot be known."""
    found = evaluate_loop(node, resolver(b), b.unit.fuel)
    return {} if found is UNKNOWN else dict(found)


def local_call(b: Body, name: str, args: tuple[Result, ...], kwargs: dict[str, Result]) -> Known | None:
    """Compute a call of a function of this file, given its resolved name."""
    unit = b.unit
    function = unit.functions.get(name)
    if function is None or unit.failures.get(name, 0) > FAILURES:
        return None
    plain = not args and not kwargs
    if plain and name in unit.answers:
        return unit.answers[name]
    result = evaluate_function(function, args, kwargs, resolver(unit.definers[name]), unit.fuel)
    found = None if result is UNKNOWN else result
    if found is None:
        unit.failures[name] = unit.failures.get(name, 0) + 1
    if plain:
        unit.answers[name] = found
    return found
