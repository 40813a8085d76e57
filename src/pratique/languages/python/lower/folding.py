"""The bridge to the evaluator: which syntax is worth interpreting, and with what it may look names up."""

from __future__ import annotations

import ast
from collections.abc import Callable
from itertools import islice
from typing import Any

from pratique.languages.python.evaluate import UNKNOWN, Fuel, Instance, Known, LocalFunction, OwnClass, Result, binop
from pratique.languages.python.evaluate import attribute_of as evaluate_attribute
from pratique.languages.python.evaluate import call_on as evaluate_on
from pratique.languages.python.evaluate import call_with as evaluate_with
from pratique.languages.python.evaluate import comprehension as evaluate_comprehension
from pratique.languages.python.evaluate import loop as evaluate_loop
from pratique.languages.python.evaluate import operation as evaluate_operation
from pratique.languages.python.evaluate import run_function as evaluate_function
from pratique.languages.python.lower.body import Body
from pratique.languages.python.lower.knowing import callables, class_value, resolver, value_of
from pratique.languages.python.lower.steady import steady
from pratique.languages.python.lower.unit import EVALUATION, Class, Function
from pratique.model import HOLE, Arg

FAILURES = 60
"""Calls of one local function that did not fold, after which no more are tried."""
OBJECTS = 3
"""The same for making objects of one class, and for calls of one of their methods."""


def can_be_read(b: Body, n: int) -> bool:
    """Whether it may be computed what a loop goes over: known, a table of functions, known data beside a generator."""
    if n in b.vals or b.refs.get(n) in b.unit.classes or callables(b, n) is not UNKNOWN:
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
PER_OPCODE = 96
"""The same where the data is little and may be a program for a machine of the file's own: those have loops."""
OPCODES = 2_048


def _compute(b: Body, weigh: Callable[[], int], run: Callable[[Fuel], Any]) -> Any:
    """Run one computation with what decoding its data could take, at most half of what the file has left.

    Decoders work on data that is there; a loop that only counts is cut short, and its value stays unknown. How much
    data there is (`weigh`) is asked only where a little fuel did not do.
    """
    left = b.unit.fuel
    for each in (0, PER_ITEM, PER_OPCODE):
        weight = weigh() if each else 0
        if each == PER_OPCODE and (left.left < EVALUATION // 2 or weight > OPCODES):
            break
        fuel = Fuel(min(max(left.left, 0) // 2, BASE_FUEL + each * weight))
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
    given = [v.value for v in (*args, *kwargs.values()) if v is not UNKNOWN]
    functions = [v.node for v in given if type(v) is LocalFunction]
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


def on_value(
    b: Body, key: str, value: Known, attr: str, args: tuple[Result, ...], kwargs: dict[str, Result]
) -> tuple[Known | None, Known]:
    """Compute a call of a value of the file, or of a method of it; also what the value is afterwards.

    `key` names what is called: after some failures it is not tried again.
    """
    unit = b.unit
    if unit.failures.get(key, 0) > OBJECTS:
        return None, value
    look_up = resolver(b)

    def weigh() -> int:
        return _weight_of(b, value, attr) + sum(_length(one) for one in (*args, *kwargs.values()))

    result, after = _compute(b, weigh, lambda fuel: evaluate_on(value, attr, args, kwargs, look_up, fuel))
    if result is UNKNOWN:
        unit.failures[key] = unit.failures.get(key, 0) + 1
        return None, value
    return result, after


def _weight_of(b: Body, value: Known, attr: str) -> int:
    """Return how much data a method works on: that of its own text, and what the object holds."""
    one = value.value
    cls = one.cls if isinstance(one, Instance) else one
    weight = sum(_length(held) for held in one.fields.values()) if isinstance(one, Instance) else 0
    if isinstance(cls, OwnClass):
        found = [member for name, member in cls.members.items() if name != attr]
        weight += sum(_length(member) for member in found)
        node: ast.AST | None = cls.node
    else:
        node = getattr(getattr(one, "function", one), "node", None)
    return weight + (0 if node is None else _weight(b, node))


def attribute(b: Body, value: Known, attr: str) -> Known | None:
    """Compute an attribute of a value of the file."""
    look_up = resolver(b)
    found = _compute(b, lambda: 0, lambda fuel: evaluate_attribute(value, attr, look_up, fuel))
    return None if found is UNKNOWN else found


def operation(b: Body, op: str, left: Known, right: Known) -> Known | None:
    """Compute an operator one side of which is an object of the file."""
    look_up = resolver(b)

    def weigh() -> int:
        return _weight_of(b, left, "") + _length(right)

    found = _compute(b, weigh, lambda fuel: evaluate_operation(op, left, right, look_up, fuel))
    return None if found is UNKNOWN else found


def binary(b: Body, op: str, left: Known | None, right: Known | None) -> Known | None:
    """Compute a binary operator as far as its sides are known."""
    if left is None and right is None:
        return None
    folded = binop(op, left or UNKNOWN, right or UNKNOWN, b.unit.fuel)
    if folded is not UNKNOWN:
        return folded
    if left is None or right is None or not (isinstance(left.value, Instance) or isinstance(right.value, Instance)):
        return None
    return operation(b, op, left, right)


def note_object(b: Body, value: Known) -> None:
    """Remember the first object of a class: what methods call on `self` is computed with it."""
    owner = b.unit.classes.get(f".{value.value.cls.name}")
    if owner is not None and owner.typical is None and owner.value is value.value.cls:
        owner.typical = steady(b.unit, value)


def typical(b: Body, owner: Class) -> Known | None:
    """Return an object of a class as a method of it sees itself: the one that was made, else one made of nothing."""
    if owner.typical is None and not owner.reading:
        made = class_value(b, f".{owner.name}")
        init = b.unit.find_method(owner, "__init__")
        if made is UNKNOWN or (init is not None and _wants(init[1])):
            return None
        found, _ = on_value(b, f".{owner.name} ", made, "", (), {})
        if found is not None and isinstance(found.value, Instance):
            owner.typical = steady(b.unit, found)
    return owner.typical


def _wants(function: Function) -> bool:
    """Whether a constructor has to be given something."""
    spec = function.args
    plain = [*spec.posonlyargs, *spec.args]
    return len(plain) - len(spec.defaults) > 1 or any(default is None for default in spec.kw_defaults)
