"""Storing: variables, unpacking, and parts of containers."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any, Final

from pratique.languages.python.evaluate import attributes, protocols
from pratique.languages.python.evaluate.interpret import Interpreter, packed
from pratique.languages.python.evaluate.objects import Frame, Instance
from pratique.languages.python.evaluate.values import (
    UNKNOWN,
    Abort,
    Known,
    Result,
    Unknowable,
    bounded,
    element,
    merge,
    weigh,
)
from pratique.model import HOLE

MAX_BOX: Final = 1 << 20


def taken(item: Any, source: Known) -> Result:
    """Return an element of a container; UNKNOWN for a hole."""
    try:
        return element(item, source)
    except Unknowable:
        return UNKNOWN


def assign(run: Interpreter, target: ast.expr, value: Result, frame: Frame) -> None:
    """Store a value. Raises Abort for what is not a local variable or a part of one."""
    if isinstance(target, ast.Name):
        frame.set(target.id, value)
    elif isinstance(target, (ast.Tuple, ast.List)):
        _unpack(run, target.elts, value, frame)
    elif isinstance(target, ast.Subscript):
        _store(run, target, value, frame)
    elif isinstance(target, ast.Attribute):
        base = run.value(target.value, frame)
        if base is UNKNOWN:
            raise Abort
        try:
            attributes.put(run, base, target.attr, value)
        except Unknowable as error:
            raise Abort from error
        touch(target.value, frame)
    else:
        raise Abort


def touch(node: ast.expr, frame: Frame) -> None:
    """Note that the object which a chain of attributes starts from may have changed."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    owner = frame.owner(node.id) if isinstance(node, ast.Name) else None
    if owner is not None and isinstance(node, ast.Name):
        owner.touched[node.id] = None


def _unpack(run: Interpreter, targets: Sequence[ast.expr], value: Result, frame: Frame) -> None:
    parts: list[Result] = [UNKNOWN] * len(targets)
    if value is not UNKNOWN:
        found: list[Result] = []
        for item in run.iterate(value):
            run.enter(0)
            found.append(taken(item, value))
            bounded(len(found), MAX_BOX)
        star = next((i for i, one in enumerate(targets) if isinstance(one, ast.Starred)), None)
        if star is not None and len(found) >= len(targets) - 1:
            end = len(found) - (len(targets) - star - 1)
            found[star:end] = [packed(found[star:end], list)]
        if len(found) != len(targets):
            raise Abort
        parts = found
    for target, part in zip(targets, parts, strict=True):
        assign(run, target.value if isinstance(target, ast.Starred) else target, part, frame)


def _store(run: Interpreter, target: ast.Subscript, value: Result, frame: Frame) -> None:
    box, key = run.value(target.value, frame), run.value(target.slice, frame)
    if box is not UNKNOWN and isinstance(box.value, Instance):
        if key is UNKNOWN:
            raise Abort
        if protocols.call_special(run, box, "__setitem__", key, value) is not None:
            touch(target.value, frame)
            return
        box = box.value.plain
    if box is UNKNOWN or key is UNKNOWN or key.holed or not isinstance(box.value, (list, dict, bytearray)):
        raise Abort
    weigh(key.value)
    inner: Any = box.value
    if isinstance(key.value, slice):
        if value is UNKNOWN or value.holed:
            raise Abort
        inner[key.value] = _elements(run, value) if isinstance(inner, list) else value.value
    else:
        inner[key.value] = HOLE if value is UNKNOWN else value.value
    bounded(len(box.value), MAX_BOX if not isinstance(box.value, bytearray) else MAX_BOX * 16)
    holed = box.holed or value is UNKNOWN or value.holed
    codecs = merge(box.codecs, () if value is UNKNOWN else value.codecs)
    if isinstance(target.value, ast.Name):
        owner = frame.owner(target.value.id)
        if owner is not None:
            owner.values[target.value.id] = Known(box.value, codecs, holed)
            owner.touched[target.value.id] = None
    elif holed:
        raise Abort


def _elements(run: Interpreter, value: Known) -> list[Any]:
    found: list[Any] = []
    for item in run.iterate(value):
        run.enter(0)
        found.append(item)
        bounded(len(found), MAX_BOX)
    return found
