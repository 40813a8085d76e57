"""Making classes and instances: constructors, data classes, named tuples, enumerations, exceptions."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from pratique.languages.python.evaluate import attributes, calling
from pratique.languages.python.evaluate.objects import Bound, Closure, Frame, Instance, OwnClass
from pratique.languages.python.evaluate.values import (
    UNKNOWN,
    Known,
    LocalFunction,
    ResolvedName,
    Result,
    Unknowable,
    bounded,
)

if TYPE_CHECKING:
    from pratique.languages.python.evaluate.interpret import Interpreter

PLAIN: Final = frozenset(
    f"builtins.{name}" for name in ("str", "bytes", "bytearray", "int", "float", "list", "tuple", "dict", "set")
)
SAME: Final = {
    "collections.UserDict": "builtins.dict", "collections.OrderedDict": "builtins.dict",
    "collections.UserList": "builtins.list", "collections.UserString": "builtins.str",
    "collections.deque": "builtins.list", "collections.defaultdict": "builtins.dict", "typing.Dict": "builtins.dict",
    "string.Template": "string.Template",
}  # fmt: skip
"""What classes from elsewhere are to those that derive from them."""
MIXED: Final = {"IntEnum": int, "StrEnum": str, "IntFlag": int}
MEMBERS: Final = 10_000
EXCEPTIONS: Final = {
    name: frozenset(one.__name__ for one in kind.__mro__)
    for name, kind in vars(builtins).items()
    if isinstance(kind, type) and issubclass(kind, BaseException)
}
"""Exceptions of the language, each with those above it."""


def enumeration(cls: OwnClass) -> str:
    """Return the kind of enumeration that a class is, "" for none."""
    return next((name.partition(".")[2] for name in cls.outside() if name.startswith("enum.")), "")


def exceptional(cls: OwnClass) -> frozenset[str]:
    """Return the names of an exception's classes, empty for what is none."""
    above = [EXCEPTIONS[base] for name in cls.outside() if (base := name.removeprefix("builtins.")) in EXCEPTIONS]
    return frozenset().union(*above, (one.name for one in cls.lineage())) if above else frozenset()


def construct(run: Interpreter, cls: OwnClass, args: Sequence[Result], kwargs: Mapping[str, Result]) -> Known:
    """Make an instance. Raises Unknowable."""
    if enumeration(cls):
        return member_by_value(cls, args)
    maker = cls.find("__new__")
    if maker is not None and maker[1] is not UNKNOWN:
        made = run.apply(run.finished(maker[1]).value, (Known(cls), *args), kwargs)
        if not isinstance(made.value, Instance) or made.value.cls is not cls:
            return made
        one = made.value
    else:
        one = Instance(cls)
    _derive(run, one, args, kwargs)
    init = cls.find("__init__")
    if init is not None:
        run.apply(attributes.bind(run, init, Known(one), cls).value, args, kwargs)
    elif _has_fields(cls):
        _set_fields(run, one, args, kwargs)
    elif (args or kwargs) and one.plain is UNKNOWN and "args" not in one.fields and maker is None:
        raise Unknowable
    return Known(one)


def _derive(run: Interpreter, one: Instance, args: Sequence[Result], kwargs: Mapping[str, Result]) -> None:
    """Give an instance what it is besides: a text, a table, the arguments of an exception."""
    if exceptional(one.cls):
        one.fields["args"] = run.packed(args)
    base = next((SAME.get(name, name) for name in one.cls.outside()), "")
    if _has_fields(one.cls) or (base not in PLAIN and base != "string.Template"):
        return
    own = one.cls.find("__init__") is not None
    if own and base in {"builtins.list", "builtins.dict", "builtins.set", "builtins.bytearray"}:
        args, kwargs = (), {}
    if base == "string.Template":
        mark = one.cls.find("delimiter")
        args = (*args[:1], mark[1]) if mark is not None else args
    one.plain = calling.call_known(base, args, kwargs, run.context())


def _has_fields(cls: OwnClass) -> bool:
    """Whether a class is a data class or a named tuple."""
    for one in cls.lineage():
        if one.fields:
            return True
        for mark in one.node.decorator_list if one.node is not None else ():
            called = mark.func if isinstance(mark, ast.Call) else mark
            last = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if last in {"dataclass", "define", "attrs", "s"}:
                return True
    return any(name.endswith(".NamedTuple") for name in cls.outside())


def _set_fields(run: Interpreter, one: Instance, args: Sequence[Result], kwargs: Mapping[str, Result]) -> None:
    lineage = [*reversed(one.cls.lineage())]
    fixed = next((cls.fields for cls in lineage if cls.fields), ())
    names = list(fixed) or [
        name for cls in lineage if cls.node is not None for name, _ in attributes.annotated(cls.node)
    ]
    names = list(dict.fromkeys(names))
    given = {**dict(zip(names, args, strict=False)), **kwargs}
    if len(args) > len(names) or given.keys() - set(names):
        raise Unknowable
    for name in names:
        if name in given:
            one.fields[name] = given[name]
        else:
            one.fields[name] = _default(run, one.cls, name)
    after = one.cls.find("__post_init__")
    if after is not None:
        run.apply(attributes.bind(run, after, Known(one), one.cls).value, (), {})
    if fixed or any(name.endswith(".NamedTuple") for name in one.cls.outside()):
        one.plain = run.packed([one.fields[name] for name in names])


def _default(run: Interpreter, cls: OwnClass, name: str) -> Known:
    """Return a field's default; `field(default_factory=f)` calls f."""
    for one in cls.lineage():
        for part in one.node.body if one.node is not None else ():
            if isinstance(part, ast.AnnAssign) and getattr(part.target, "id", "") == name and part.value is not None:
                if not isinstance(part.value, ast.Call):
                    return run.need(part.value, Frame(one.frame))
                words = {word.arg: word.value for word in part.value.keywords}
                if "default_factory" in words:
                    return run.apply(run.need(words["default_factory"], Frame(one.frame)).value, (), {})
                return run.need(words.get("default", part.value), Frame(one.frame))
    raise Unknowable


def member_by_value(cls: OwnClass, args: Sequence[Result]) -> Known:
    """As `Enum(value)`."""
    wanted = args[0] if len(args) == 1 else UNKNOWN
    if wanted is UNKNOWN or wanted.holed:
        raise Unknowable
    for one in cls.members.values():
        if one is not UNKNOWN and isinstance(one.value, Instance) and "_value_" in one.value.fields:
            held = one.value.fields["_value_"]
            if held is not UNKNOWN and type(held.value) is type(wanted.value) and held.value == wanted.value:
                return one
    raise Unknowable


def finish(run: Interpreter, cls: OwnClass) -> OwnClass:
    """Do what happens once a class body has been read: members of enumerations, `__set_name__`, `__init_subclass__`."""
    if enumeration(cls):
        _enumerate(cls)
    for name, value in list(cls.members.items()):
        if value is not UNKNOWN and isinstance(value.value, Instance):
            hook = value.value.cls.find("__set_name__")
            if hook is not None:
                bound = attributes.bind(run, hook, value, value.value.cls)
                run.apply(bound.value, (Known(cls), Known(name)), {})
    for base in cls.lineage()[1:]:
        hook_made = base.members.get("__init_subclass__", UNKNOWN)
        if hook_made is not UNKNOWN:
            function = run.finished(hook_made).value
            run.apply(Bound(getattr(function, "function", function), Known(cls), base), (), {})
            break
    return cls


def _enumerate(cls: OwnClass) -> None:
    """Turn the constants of an enumeration into its members."""
    mixed = MIXED.get(enumeration(cls)) or next((str for name in cls.outside() if name == "builtins.str"), None)
    count = 0
    bounded(len(cls.members), MEMBERS)
    for name, given in cls.members.items():
        if name.startswith("_") or given is UNKNOWN or isinstance(given.value, (Closure, LocalFunction, Instance)):
            continue
        if isinstance(given.value, ResolvedName) and given.value.name != "enum.auto()":
            continue
        count += 1
        value = Known(count) if isinstance(given.value, ResolvedName) else given
        one = Instance(cls, value if mixed is not None and isinstance(value.value, mixed) else UNKNOWN)
        one.fields = {"name": Known(name), "_name_": Known(name), "value": value, "_value_": value}
        cls.members[name] = Known(one)


def tuple_class(name: Any, fields: Any) -> OwnClass:
    """As `collections.namedtuple`."""
    given = fields.replace(",", " ").split() if isinstance(fields, str) else list(fields)
    bounded(len(given), 256)
    cls = OwnClass(str(name), (ResolvedName("builtins.tuple"),), {})
    cls.fields = tuple(str(one) for one in given)
    return cls


def exception(run: Interpreter, name: str, args: Sequence[Result]) -> Known:
    """Make an exception of the language."""
    one = Instance(OwnClass(name, (ResolvedName(f"builtins.{name}"),), {}))
    one.fields["args"] = run.packed(args)
    return Known(one)
