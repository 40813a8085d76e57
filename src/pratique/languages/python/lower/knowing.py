"""What the evaluator is told about names: values, functions and classes of the file, as they are at this moment."""

from __future__ import annotations

from collections.abc import Callable

from pratique.languages.python.evaluate import (
    UNKNOWN,
    Frame,
    Known,
    LocalFunction,
    Method,
    OwnClass,
    ResolvedName,
    Result,
    attribute_of,
    finished_class,
    is_callable,
    is_pure,
)
from pratique.languages.python.lower.body import Body, Bound
from pratique.languages.python.lower.scoping import name_without_node, owner_of


def resolver(b: Body) -> Callable[[str], Result]:
    """Return the lookup of free names as seen from a scope at this moment."""

    def look_up(name: str) -> Result:
        found = value_of(b, name)
        bound = b.env.get(name)
        return callables(b, bound) if found is UNKNOWN and type(bound) is int else found

    return look_up


def value_of(b: Body, name: str) -> Result:
    """Answer the evaluator: what a free name stands for, if that is known."""
    bound = b.env.get(name)
    ref: str | None
    if bound is not None:
        if type(bound) is int:
            val = b.vals.get(bound)
            if val is not None:
                return val
            ref = b.refs.get(bound)
        else:
            ref = bound  # type: ignore[assignment]
    else:
        scope = owner_of(b, name)
        summary = scope.summary(name) if scope is not None else None
        if summary is not None:
            if summary.val is not None:
                return summary.val
            ref = summary.refs[0] if summary.refs else None
            if ref is None and summary.origin is not None:
                return callables(*summary.origin)
        else:
            ref = name_without_node(b, name)
    if ref is None:
        doc = b.unit.doc if name == "__doc__" else None
        return UNKNOWN if doc is None else Known(doc)
    return own_value(b, ref) if ref[0] == "." else Known(ResolvedName(ref))


def own_value(b: Body, ref: str) -> Result:
    """Return a function or class of the file by its resolved name."""
    function = b.unit.functions.get(ref)
    if function is not None:
        return Known(LocalFunction(function, resolver(_around(b.unit.definers[ref]))))
    return class_value(b, ref)


def _around(b: Body) -> Body:
    """Return the scope that a function sees: not the class body it stands in."""
    while b.kind == "class" and b.parent is not None:
        b = b.parent
    return b


def own_data(b: Body, ref: str) -> Known | None:
    """Return data that a function or class of the file carries: `.f.__name__`, `.Colour.RED.value`."""
    unit = b.unit
    at = ref.find(".", 1)
    while at > 0:
        head = ref[:at]
        rest = ref[at + 1 :].split(".")
        if (
            head in unit.classes
            and rest[0] not in unit.classes[head].methods
            and f"{head}.{rest[0]}" not in unit.classes
        ):
            return _walked(b, head, rest) if len(rest) > 1 or rest[0].startswith("__") else None
        if head in unit.functions and rest[0].startswith("__") and f"{head}.{rest[0]}" not in unit.functions:
            return _walked(b, head, rest)
        at = ref.find(".", at + 1)
    return None


def _walked(b: Body, head: str, attrs: list[str]) -> Known | None:
    found: Result = own_value(b, head)
    for attr in attrs:
        if found is UNKNOWN:
            return None
        found = attribute_of(found, attr, resolver(b), b.unit.fuel)
    return None if found is UNKNOWN or is_callable(found.value) else found


def class_value(b: Body, ref: str) -> Result:
    """Return a class of the file, as its body left it, by its resolved name."""
    owner = b.unit.classes.get(ref)
    if owner is None:
        return UNKNOWN
    if owner.value is not None:
        return Known(owner.value)
    inner = b.unit.scopes[owner.body]
    if inner is None or inner.cls is not owner or owner.reading:
        return UNKNOWN
    owner.reading = True
    members = {name: _member(inner, ref, name) for name in inner.history}
    bases = tuple([_base(inner, base) for base in owner.bases])
    frame = Frame(resolve=resolver(inner))
    owner.reading = False
    made = OwnClass(owner.name, bases, members, owner.node, frame)
    owner.value = finished_class(made, resolver(inner), b.unit.fuel)
    return Known(owner.value)


def _base(inner: Body, ref: str) -> OwnClass | ResolvedName:
    found = class_value(inner, ref) if ref[0] == "." else UNKNOWN
    return ResolvedName(ref) if found is UNKNOWN else found.value


def _member(inner: Body, ref: str, name: str) -> Result:
    function = inner.unit.functions.get(f"{ref}.{name}")
    if function is not None:
        node = inner.cls.methods.get(name, function) if inner.cls is not None else function
        return Known(LocalFunction(node, resolver(_around(inner))))
    bound: Bound | None = inner.env.get(name)
    if type(bound) is int:
        return inner.vals.get(bound) or callable_at(inner, bound)
    return UNKNOWN if bound is None else callable_value(inner, str(bound))


def callable_value(b: Body, ref: str) -> Result:
    """Return a function that is handed to another one (`map(chr, …)`) as a value."""
    if ref[0] == ".":
        return own_value(b, ref)
    return Known(ResolvedName(ref)) if is_pure(ref) or ref in _MARKS else UNKNOWN


_MARKS = frozenset(("enum.auto()",))
"""What is not called and still means something."""


def callable_at(b: Body, n: int) -> Result:
    """Return the function that a value of a scope is, if that is known; a method of a known value as well."""
    node = b.nodes[n]
    receiver = b.vals.get(node.args[0].node) if node.op == "attr" and node.args else None
    if receiver is not None and not receiver.holed and type(receiver.value) in (str, bytes, list, tuple, dict):
        return Known(Method(receiver, node.name))
    ref = b.refs.get(n)
    return UNKNOWN if ref is None or n in b.alts else callable_value(b, ref)


def callables(b: Body, n: int) -> Result:
    """Return a display of functions as a value: a table of decoders that a loop goes through, or looks up."""
    pack = b.nodes[n]
    if pack.op != "pack" or n in b.grown:
        return UNKNOWN
    found = [b.vals.get(arg.node) or callable_at(b, arg.node) for arg in pack.args]
    if not found or any(one is UNKNOWN or one.holed for one in found):
        return UNKNOWN
    values = [one.value for one in found if one is not UNKNOWN]
    keys = [arg.key for arg in pack.args]
    if pack.name in ("list", "tuple") and not any(keys):
        return Known(values)
    if pack.name == "dict" and keys == ["k", "v"] * (len(keys) // 2):
        try:
            return Known(dict(zip(values[::2], values[1::2], strict=True)))
        except TypeError:  # an unhashable key
            return UNKNOWN
    return UNKNOWN
