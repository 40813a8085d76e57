"""Attributes of what the file itself defines: looked up and stored as Python does, by fields, classes, descriptors."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pratique.languages.python.evaluate import functions, methods
from pratique.languages.python.evaluate.objects import (
    Bound,
    Closure,
    Frame,
    Instance,
    Method,
    Native,
    OwnClass,
    Super,
    Wrapped,
)
from pratique.languages.python.evaluate.values import (
    UNKNOWN,
    Known,
    LocalFunction,
    Result,
    Unknowable,
    copied,
    known,
)

if TYPE_CHECKING:
    from pratique.languages.python.evaluate.interpret import Interpreter

CHANGES = (list, dict, set, bytearray)


def get(run: Interpreter, base: Known, name: str) -> Known:
    """Return an attribute of a known value. Raises Unknowable, and what a property raises."""
    value = base.value
    if isinstance(value, Instance):
        return _of_instance(run, base, value, name)
    if isinstance(value, OwnClass):
        return of_class(run, value, name)
    if isinstance(value, (Closure, LocalFunction)):
        return functions.attribute(run, value, name)
    if isinstance(value, functions.CodeOf):
        return functions.code_attribute(value, name)
    if isinstance(value, Super):
        return _of_super(run, value, name)
    if isinstance(value, Bound):
        if name in {"__self__", "__func__"}:
            return value.receiver if name == "__self__" else Known(value.function)
        return get(run, Known(value.function), name)
    if isinstance(value, Wrapped):
        raise Unknowable
    return _of_plain(base, name)


def _of_plain(base: Known, name: str) -> Known:
    try:
        return known(methods.attribute(base.value, name), base.codecs, holed=base.holed)
    except Unknowable:
        if base.holed or methods.find(base.value, name) is None:
            raise
    return Known(Method(base, name))


def _of_instance(run: Interpreter, base: Known, one: Instance, name: str) -> Known:
    found = one.cls.find(name)
    if found is not None and (_is_property(run, found) or name not in one.fields):
        return bind(run, found, base, one.cls)
    if name in one.fields:
        held = one.fields[name]
        if held is UNKNOWN:
            raise Unknowable
        return held
    if name == "__class__":
        return Known(one.cls)
    if name == "__dict__":
        return Known({key: value.value for key, value in one.fields.items() if value is not UNKNOWN})
    if one.plain is not UNKNOWN:
        return _of_plain(one.plain, name)
    own = one.cls.find("__getattr__")
    if own is not None and not name.startswith("__"):
        return run.apply(bind(run, own, base, one.cls).value, (Known(name),), {})
    if name in {"__setattr__", "__init__"}:
        return Known(Native(_store_on(one) if name == "__setattr__" else _nothing))
    raise Unknowable


def _is_property(run: Interpreter, found: tuple[OwnClass, Result]) -> bool:
    value = found[1]
    if value is UNKNOWN:
        return False
    if isinstance(value.value, Instance):
        return value.value.cls.find("__set__") is not None
    made = run.finished(value).value
    return isinstance(made, Wrapped) and made.kind == "property"


def of_class(run: Interpreter, cls: OwnClass, name: str) -> Known:
    """Return an attribute of a class."""
    found = cls.find(name)
    if found is not None:
        value = found[1]
        if value is UNKNOWN:
            raise Unknowable
        made = run.finished(value)
        if isinstance(made.value, Wrapped):
            function = made.value.function
            return Known(Bound(function, Known(cls), found[0]) if made.value.kind == "classmethod" else function)
        if isinstance(made.value, Instance) and made.value.cls.find("__get__"):
            return _descriptor(run, made, Known(None), cls)
        return _unshared(run, made)
    if name in {"__name__", "__qualname__"}:
        return Known(cls.name.rpartition(".")[2])
    if name == "__dict__":
        return Known({key: value.value for key, value in cls.members.items() if value is not UNKNOWN})
    if name in {"__mro__", "__bases__"}:
        return Known(cls.lineage() if name == "__mro__" else tuple(cls.bases))
    if name == "__doc__" and cls.node is not None:
        return Known(functions.docstring(cls.node.body))
    if name == "__annotations__" and cls.node is not None:
        return Known({key: run.need(node, Frame(cls.frame)).value for key, node in annotated(cls.node)})
    if name in {"__members__", "_member_map_"}:
        members = {key: value for key, value in cls.members.items() if value is not UNKNOWN}
        return Known({key: value.value for key, value in members.items() if isinstance(value.value, Instance)})
    if name == "__new__":
        return Known(Native(lambda _run, args, _kwargs: Known(Instance(args[0].value))))
    raise Unknowable


def annotated(node: ast.ClassDef) -> list[tuple[str, ast.expr]]:
    """Return the annotated names of a class body, in order."""
    return [
        (part.target.id, part.annotation)
        for part in node.body
        if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
    ]


def bind(run: Interpreter, found: tuple[OwnClass, Result], base: Known, cls: OwnClass) -> Known:
    """Return a class's member as an instance shows it. Raises Unknowable for an unknown one."""
    owner, value = found
    if value is UNKNOWN:
        raise Unknowable
    made = run.finished(value)
    if isinstance(made.value, Wrapped):
        if made.value.kind == "property":
            return run.apply(Bound(made.value.function, base, owner), (), {})
        function = made.value.function
        return Known(Bound(function, Known(cls), owner) if made.value.kind == "classmethod" else function)
    if isinstance(made.value, (Closure, LocalFunction, Native)):
        return Known(Bound(made.value, base, owner))
    if isinstance(made.value, Instance) and made.value.cls.find("__get__"):
        return _descriptor(run, made, base, cls)
    return _unshared(run, made)


def _descriptor(run: Interpreter, held: Known, base: Known, cls: OwnClass) -> Known:
    return run.apply(get(run, held, "__get__").value, (base, Known(cls)), {})


def _unshared(run: Interpreter, value: Known) -> Known:
    """Return what a class holds so that changes stay within the run."""
    if not isinstance(value.value, CHANGES):
        return value
    return Known(copied(value.value, run.fuel, run.memo), value.codecs, value.holed)


def _of_super(run: Interpreter, value: Super, name: str) -> Known:
    receiver = value.receiver.value
    cls = receiver.cls if isinstance(receiver, Instance) else receiver
    lineage = cls.lineage()
    after = lineage[lineage.index(value.owner) + 1 :] if value.owner in lineage else ()
    for one in after:
        if name in one.members:
            return bind(run, (one, one.members[name]), value.receiver, cls)
    if name == "__new__":
        return Known(Native(lambda _run, args, _kwargs: Known(Instance(args[0].value))))
    if isinstance(receiver, Instance):
        if name == "__init__":
            return Known(Native(_fill(receiver)))
        if name == "__setattr__":
            return Known(Native(_store_on(receiver)))
        if receiver.plain is not UNKNOWN:
            return _of_plain(receiver.plain, name)
    if name in {"__init_subclass__", "__set_name__", "__exit__"}:
        return Known(Native(_nothing))
    raise Unknowable


def _nothing(_run: Interpreter, _args: Sequence[Result], _kwargs: Any) -> Known:
    return Known(None)


def _fill(one: Instance) -> Any:
    """Return `super().__init__` of a class that derives from a builtin container or exception."""

    def run_it(run: Interpreter, args: Sequence[Result], kwargs: Any) -> Known:
        if one.plain is not UNKNOWN and args:
            one.plain = run.apply(run.named(f"builtins.{type(one.plain.value).__name__}"), args, kwargs)
        if "args" in one.fields:
            one.fields["args"] = run.packed(args)
        return Known(None)

    return run_it


def _store_on(one: Instance) -> Any:
    def store(_run: Interpreter, args: Sequence[Result], _kwargs: Any) -> Known:
        *_, name, value = args
        if name is UNKNOWN or not isinstance(name.value, str):
            raise Unknowable
        one.fields[name.value] = value
        return Known(None)

    return store


def put(run: Interpreter, base: Known, name: str, value: Result) -> None:
    """Store an attribute. Raises Unknowable where that is an effect, or not followed."""
    one = base.value
    if isinstance(one, Instance):
        found = one.cls.find(name)
        setter = _setter(one.cls, name) if found is not None else None
        hook = one.cls.find("__setattr__")
        if setter is not None:
            run.apply(Bound(setter, base), (value,), {})
        elif hook is not None:
            run.apply(bind(run, hook, base, one.cls).value, (Known(name), value), {})
        elif found is not None and _is_property(run, found):
            if found[1] is UNKNOWN or not isinstance(found[1].value, Instance):
                raise Unknowable
            run.apply(get(run, found[1], "__set__").value, (base, value), {})
        else:
            one.fields[name] = value
    elif isinstance(one, OwnClass) and not one.sealed:
        one.members[name] = value
    elif isinstance(one, Closure):
        one.fields[name] = value
    else:
        raise Unknowable


def _setter(cls: OwnClass, name: str) -> Closure | None:
    """Return the function under `@name.setter`."""
    for one in cls.lineage():
        for part in one.node.body if one.node is not None else ():
            if isinstance(part, ast.FunctionDef) and part.name == name:
                marks = [mark.attr for mark in part.decorator_list if isinstance(mark, ast.Attribute)]
                if "setter" in marks:
                    return Closure(part, one.frame)
    return None
