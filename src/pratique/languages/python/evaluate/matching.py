"""`match`: which case fits a known value, and what it binds."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from pratique.languages.python.evaluate import attributes
from pratique.languages.python.evaluate.objects import Frame, Instance, OwnClass
from pratique.languages.python.evaluate.operators import COMPARE
from pratique.languages.python.evaluate.values import UNKNOWN, Known, ResolvedName, Result, Unknowable, weigh

if TYPE_CHECKING:
    from pratique.languages.python.evaluate.interpret import Interpreter

KINDS = {"str": str, "bytes": bytes, "int": int, "float": float, "list": list, "tuple": tuple, "dict": dict,
         "bool": bool, "set": set, "bytearray": bytearray}  # fmt: skip


def fits(run: Interpreter, pattern: ast.pattern, value: Known, frame: Frame) -> bool:
    """Whether a pattern matches; its names are bound. Raises Unknowable."""
    run.enter()
    try:
        return _fits(run, pattern, value, frame)
    finally:
        run.depth -= 1


def _fits(run: Interpreter, pattern: ast.pattern, value: Known, frame: Frame) -> bool:
    match pattern:
        case ast.MatchValue(value=node):
            return _equal(value, run.need(node, frame))
        case ast.MatchSingleton(value=one):
            return value.value is one
        case ast.MatchOr(patterns=options):
            return any(fits(run, one, value, frame) for one in options)
        case ast.MatchAs(pattern=inner, name=name):
            if inner is not None and not fits(run, inner, value, frame):
                return False
            _bind(frame, name, value)
            return True
        case ast.MatchSequence(patterns=parts):
            return isinstance(value.value, (list, tuple)) and _sequence(run, parts, value, frame)
        case ast.MatchMapping():
            return isinstance(value.value, dict) and _mapping(run, pattern, value, frame)
        case ast.MatchClass():
            return _class(run, pattern, value, frame)
    raise Unknowable


def _bind(frame: Frame, name: str | None, value: Result) -> None:
    if name is not None:
        frame.set(name, value)


def _equal(left: Known, right: Known) -> bool:
    if left.holed or right.holed:
        raise Unknowable
    weigh(left.value)
    return bool(COMPARE["=="](left.value, right.value))


def _inner(value: Any, whole: Known) -> Known:
    if whole.holed:
        raise Unknowable
    return Known(value, whole.codecs)


def _sequence(run: Interpreter, parts: list[ast.pattern], value: Known, frame: Frame) -> bool:
    items = list(value.value)
    star = next((i for i, one in enumerate(parts) if isinstance(one, ast.MatchStar)), None)
    if star is None:
        return len(items) == len(parts) and all(
            fits(run, part, _inner(item, value), frame) for part, item in zip(parts, items, strict=True)
        )
    after = len(parts) - star - 1
    if len(items) < len(parts) - 1:
        return False
    middle, starred = items[star : len(items) - after], parts[star]
    _bind(frame, getattr(starred, "name", None), _inner(middle, value))
    rest = [*zip(parts[:star], items, strict=False), *zip(parts[star + 1 :], items[len(items) - after :], strict=True)]
    return all(fits(run, part, _inner(item, value), frame) for part, item in rest)


def _mapping(run: Interpreter, pattern: ast.MatchMapping, value: Known, frame: Frame) -> bool:
    rest = dict(value.value)
    for key_node, part in zip(pattern.keys, pattern.patterns, strict=True):
        key = run.need(key_node, frame).value
        weigh(key)
        if key not in rest or not fits(run, part, _inner(rest.pop(key), value), frame):
            return False
    _bind(frame, pattern.rest, _inner(rest, value))
    return True


def _class(run: Interpreter, pattern: ast.MatchClass, value: Known, frame: Frame) -> bool:
    cls = run.need(pattern.cls, frame).value
    if isinstance(cls, ResolvedName):
        kind = KINDS.get(cls.name.removeprefix("builtins."))
        if kind is None or pattern.kwd_attrs or len(pattern.patterns) > 1:
            raise Unknowable
        return isinstance(value.value, kind) and all(fits(run, one, value, frame) for one in pattern.patterns)
    if not isinstance(cls, OwnClass):
        raise Unknowable
    if not isinstance(value.value, Instance) or cls not in value.value.cls.lineage():
        return False
    names = cls.find("__match_args__")
    order = names[1].value if names is not None and names[1] is not UNKNOWN else cls.fields
    order = order or [name for name, _ in attributes.annotated(cls.node)] if cls.node is not None else order
    parts = [*zip(order, pattern.patterns, strict=False), *zip(pattern.kwd_attrs, pattern.kwd_patterns, strict=True)]
    return all(fits(run, part, attributes.get(run, value, name), frame) for name, part in parts)
