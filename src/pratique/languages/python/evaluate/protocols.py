"""What operators and builtins ask of the file's own objects: text, length, elements, arithmetic, reflection."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from pratique.languages.python.evaluate import attributes, calling, classes, methods
from pratique.languages.python.evaluate.objects import (
    CALLABLE,
    OWN,
    Frame,
    Instance,
    Native,
    OwnClass,
    Partial,
    Super,
)
from pratique.languages.python.evaluate.operators import binary, compare, subscript
from pratique.languages.python.evaluate.values import (
    MAX_ITEMS,
    UNKNOWN,
    Known,
    ResolvedName,
    Result,
    Stream,
    Unknowable,
    bounded,
    spend,
    weigh,
)

if TYPE_CHECKING:
    from pratique.languages.python.evaluate.interpret import Interpreter

ARITHMETIC: Final = {
    "+": "add", "-": "sub", "*": "mul", "/": "truediv", "//": "floordiv", "%": "mod", "**": "pow", "<<": "lshift",
    ">>": "rshift", "|": "or", "&": "and", "^": "xor", "@": "matmul",
}  # fmt: skip
COMPARISONS: Final = {"==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
UNARY: Final = {"-": "neg", "+": "pos", "~": "invert"}
TEXTS: Final = {"builtins.str": "__str__", "builtins.repr": "__repr__", "builtins.format": "__format__"}
NUMBERS: Final = {"builtins.len": "__len__", "builtins.int": "__int__", "builtins.bytes": "__bytes__",
                  "builtins.bool": "__bool__", "builtins.float": "__float__", "builtins.abs": "__abs__",
                  "builtins.hash": "__hash__"}  # fmt: skip


def call_special(run: Interpreter, base: Known, name: str, *args: Result) -> Known | None:
    """Call a special method; None where the class has none."""
    one = base.value
    if not isinstance(one, Instance):
        return None
    found = one.cls.find(name)
    if found is None:
        return None
    return run.apply(attributes.bind(run, found, base, one.cls).value, args, {})


def plain(value: Known) -> Known:
    """Return what an object is besides, a value as it is. Raises Unknowable."""
    if not isinstance(value.value, Instance):
        return value
    if value.value.plain is UNKNOWN:
        raise Unknowable
    return value.value.plain


def operate(run: Interpreter, op: str, left: Result, right: Result) -> Known:
    """Compute an operator, one side of which is an object of the file. Raises Unknowable."""
    if left is UNKNOWN or right is UNKNOWN:
        raise Unknowable
    name = ARITHMETIC.get(op)
    if name is None:
        raise Unknowable
    for base, other, special in ((left, right, f"__{name}__"), (right, left, f"__r{name}__")):
        found = call_special(run, base, special, other)
        if found is not None:
            return found
    return binary(op, plain(left), plain(right), run.fuel)


def negate(run: Interpreter, op: str, value: Known) -> Result:
    """Compute a unary operator of an object."""
    if op == "not":
        return Known(not truth(run, value))
    return call_special(run, value, f"__{UNARY[op]}__") or UNKNOWN


def compared(run: Interpreter, op: str, left: Known, right: Known) -> Result:
    """Compute a comparison, one side of which is an object of the file."""
    if op in {"in", "not in"}:
        found = call_special(run, right, "__contains__", left)
        if found is None:
            items = Known([*elements(run, right)])
            return compared_plainly(op, left, items)
        return Known(truth(run, found) is (op == "in"))
    if op in {"is", "is not"}:
        return Known((left.value is right.value) is (op == "is"))
    found = call_special(run, left, f"__{COMPARISONS[op]}__", right)
    if found is not None:
        return found
    return compared_plainly(op, left, right)


def compared_plainly(op: str, left: Known, right: Known) -> Result:
    """Compare by what objects are besides, else by identity."""
    values = [one.value.plain if isinstance(one.value, Instance) else one for one in (left, right)]
    if UNKNOWN not in values:
        return compare(op, *values)
    if op in {"==", "!="}:
        return Known((left.value is right.value) is (op == "=="))
    return compare(op, left, right)


def truth(run: Interpreter, value: Known) -> bool:
    """Return whether a value counts as true."""
    one = value.value
    if not isinstance(one, Instance):
        return True if isinstance(one, (Stream, *OWN)) else bool(one)
    for name in ("__bool__", "__len__"):
        found = call_special(run, value, name)
        if found is not None:
            return bool(found.value)
    return bool(one.plain.value) if one.plain is not UNKNOWN else True


def item_of(run: Interpreter, base: Result, key: Known) -> Known:
    """Compute `base[key]` of any known value. Raises Unknowable."""
    if base is UNKNOWN:
        raise Unknowable
    found = item(run, base, key)
    if found is UNKNOWN:
        raise Unknowable
    return found


def item(run: Interpreter, base: Known, key: Known) -> Result:
    """Compute `base[key]`."""
    if not isinstance(base.value, (Instance, OwnClass)):
        if methods.find(base.value, "__getitem__") is None:
            return subscript(base, key)
        return calling.call_method(base, "__getitem__", (key,), {}, run.context())
    if isinstance(base.value, OwnClass):
        member = base.value.members.get(key.value, UNKNOWN) if classes.enumeration(base.value) else UNKNOWN
        hook = base.value.find("__class_getitem__")
        if member is UNKNOWN and hook is not None and hook[1] is not UNKNOWN:
            function = run.finished(hook[1]).value
            return run.apply(getattr(function, "function", function), (base, key), {})
        return member
    found = call_special(run, base, "__getitem__", key)
    if found is not None:
        return found
    held = plain(base)
    picked = subscript(held, key)
    if picked is UNKNOWN and isinstance(held.value, dict) and key.value not in held.value:
        return call_special(run, base, "__missing__", key) or UNKNOWN
    return picked


def elements(run: Interpreter, base: Known) -> Iterator[Any]:
    """Yield what iterating over an object or a class gives, each paid for."""
    if isinstance(base.value, OwnClass):
        for one in base.value.members.values():
            if one is not UNKNOWN and isinstance(one.value, Instance) and "_value_" in one.value.fields:
                yield one.value
        return
    made = call_special(run, base, "__iter__")
    if made is not None and isinstance(made.value, Instance) and made.value is not base.value:
        yield from elements(run, made)
    elif made is not None and not isinstance(made.value, Instance):
        yield from run.iterate(made)
    elif made is not None:
        yield from _until(run, lambda _n: call_special(run, base, "__next__"), "StopIteration")
    elif base.value.cls.find("__getitem__") is not None:
        yield from _until(run, lambda n: call_special(run, base, "__getitem__", Known(n)), "IndexError")
    else:
        yield from run.iterate(plain(base))


def _until(run: Interpreter, step: Callable[[int], Known | None], end: str) -> Iterator[Any]:
    from pratique.languages.python.evaluate.interpret import Raised

    number = 0
    while True:
        spend(run.fuel, 1)
        depth = run.depth
        run.trying += 1
        try:
            found = step(number)
        except Raised as raised:
            run.depth = depth
            if end in raised.names:
                return
            raise
        finally:
            run.trying -= 1
        if found is None or found.holed:
            raise Unknowable
        yield found.value
        number += 1


def text(run: Interpreter, base: Known, spec: str = "") -> Known:
    """Return the text of an object, as `format` and `str` do."""
    if spec:
        found = call_special(run, base, "__format__", Known(spec))
        if found is not None:
            return found
    for name in ("__str__", "__repr__") if spec else ("__format__", "__str__", "__repr__"):
        found = call_special(run, base, name, *((Known(""),) if name == "__format__" else ()))
        if found is not None:
            return found
    one = base.value
    if one.plain is not UNKNOWN:
        return run.apply(run.named("builtins.format"), (one.plain, Known(spec)), {})
    given = one.fields.get("args", UNKNOWN)
    if given is not UNKNOWN and len(given.value) == 1:
        return run.apply(run.named("builtins.str"), (Known(given.value[0], given.codecs),), {})
    raise Unknowable


def prepared(run: Interpreter, name: str, args: Sequence[Result]) -> list[Result] | Known:
    """Return the arguments of a function of the tables without objects of the file; its result where they answer."""
    found: list[Result] = []
    for number, arg in enumerate(args):
        if arg is UNKNOWN or not isinstance(arg.value, (Instance, OwnClass)):
            found.append(arg)
            continue
        if isinstance(arg.value, OwnClass) and not classes.enumeration(arg.value):
            found.append(arg)
            continue
        if number == 0 and isinstance(arg.value, Instance):
            answer = _answer(run, name, arg, args[1:])
            if answer is not None:
                return answer
        found.append(_lowered(run, arg))
    return found


def _answer(run: Interpreter, name: str, arg: Known, rest: Sequence[Result]) -> Known | None:
    if name in TEXTS and len(rest) <= 1:
        spec = rest[0].value if rest and rest[0] is not UNKNOWN else ""
        if name == "builtins.str":
            return call_special(run, arg, "__str__") or text(run, arg)
        return call_special(run, arg, "__repr__") or text(run, arg) if name == "builtins.repr" else text(run, arg, spec)
    if name in NUMBERS:
        return call_special(run, arg, NUMBERS[name])
    if name == "builtins.next":
        return call_special(run, arg, "__next__")
    return None


def _lowered(run: Interpreter, arg: Known) -> Known:
    index = call_special(run, arg, "__index__")
    if index is not None:
        return index
    if isinstance(arg.value, Instance) and arg.value.plain is not UNKNOWN:
        if arg.value.cls.find("__iter__") is None:
            return arg.value.plain
    elif isinstance(arg.value, Instance) and not (arg.value.cls.find("__iter__") or arg.value.cls.find("__getitem__")):
        raise Unknowable
    return Known(Stream(elements(run, arg)))


def reflect(
    run: Interpreter, name: str, args: Sequence[Result], kwargs: Mapping[str, Result], frame: Frame
) -> Known | None:
    """Answer builtins that look at the file's own objects: `getattr`, `vars`, `type`, `super` …; None for others."""
    if name == "functools.partial" and args and args[0] is not UNKNOWN:
        return Known(Partial(args[0].value, tuple(args[1:]), dict(kwargs)))
    handler = REFLECTION.get(name)
    return handler(run, args, frame) if handler is not None and not kwargs else None


def _getattr(run: Interpreter, args: Sequence[Result], _frame: Frame) -> Known | None:
    base, name = _pair(args)
    if base is None or isinstance(base.value, ResolvedName):
        return None
    try:
        return attributes.get(run, base, name)
    except Unknowable:
        if len(args) == 3 and args[2] is not UNKNOWN and isinstance(base.value, OWN):
            return args[2]
        raise


def _pair(args: Sequence[Result]) -> tuple[Known | None, str]:
    if len(args) < 2 or args[0] is UNKNOWN or args[1] is UNKNOWN or not isinstance(args[1].value, str):
        return None, ""
    return args[0], args[1].value


def _setattr(run: Interpreter, args: Sequence[Result], _frame: Frame) -> Known | None:
    base, name = _pair(args)
    if base is None or len(args) != 3 or not isinstance(base.value, OWN):
        return None
    attributes.put(run, base, name, args[2])
    return Known(None)


def _hasattr(_run: Interpreter, args: Sequence[Result], _frame: Frame) -> Known | None:
    base, name = _pair(args)
    if base is None or not isinstance(base.value, Instance):
        return None
    return Known(name in base.value.fields or base.value.cls.find(name) is not None)


def _vars(run: Interpreter, args: Sequence[Result], _frame: Frame) -> Known | None:
    if len(args) != 1 or args[0] is UNKNOWN or not isinstance(args[0].value, (Instance, OwnClass)):
        return None
    return attributes.get(run, args[0], "__dict__")


def _type(run: Interpreter, args: Sequence[Result], frame: Frame) -> Known | None:
    first = args[0] if args else UNKNOWN
    if len(args) == 1 and first is not UNKNOWN and isinstance(first.value, Instance):
        return Known(first.value.cls)
    if len(args) != 3 or any(arg is UNKNOWN for arg in args):
        return None
    name, bases, body = (arg.value for arg in args if arg is not UNKNOWN)
    members: dict[str, Result] = {key: Known(value) for key, value in body.items()}
    known_bases = tuple(base if isinstance(base, (OwnClass, ResolvedName)) else ResolvedName("") for base in bases)
    return Known(classes.finish(run, OwnClass(name, known_bases, members, None, frame)))


def _super(_run: Interpreter, args: Sequence[Result], frame: Frame) -> Known | None:
    if len(args) == 2:
        owner, receiver = args
    else:
        at: Frame | None = frame
        while at is not None and "<self>" not in at.values:
            at = at.parent
        if at is None:
            return None
        owner, receiver = at.values["__class__"], at.values["<self>"]
    if owner is UNKNOWN or receiver is UNKNOWN or not isinstance(owner.value, OwnClass):
        return None
    return Known(Super(owner.value, receiver))


def _isinstance(_run: Interpreter, args: Sequence[Result], _frame: Frame) -> Known | None:
    one, kind = args
    if one is UNKNOWN or kind is UNKNOWN:
        return None
    kinds = kind.value if isinstance(kind.value, tuple) else (kind.value,)
    if isinstance(one.value, Instance):
        names = set(one.value.cls.outside())
        return Known(any(other in one.value.cls.lineage() or getattr(other, "name", "") in names for other in kinds))
    return Known(False) if all(isinstance(other, OwnClass) for other in kinds) else None


def _callable(_run: Interpreter, args: Sequence[Result], _frame: Frame) -> Known | None:
    one = args[0] if args else UNKNOWN
    if one is UNKNOWN or not isinstance(one.value, (*CALLABLE, Instance)):
        return None
    return Known(not isinstance(one.value, Instance) or one.value.cls.find("__call__") is not None)


def _namedtuple(_run: Interpreter, args: Sequence[Result], _frame: Frame) -> Known | None:
    if len(args) != 2 or any(arg is UNKNOWN or arg.holed for arg in args):
        return None
    name, fields = (arg.value for arg in args if arg is not UNKNOWN)
    return Known(classes.tuple_class(name, fields))


def _defaultdict(_run: Interpreter, args: Sequence[Result], _frame: Frame) -> Known | None:
    factory = args[0] if args else UNKNOWN
    if factory is UNKNOWN or factory.value is None:
        return None

    def missing(run: Interpreter, given: Sequence[Result], _kwargs: Any) -> Known:
        me, key = given
        if me is UNKNOWN or key is UNKNOWN or key.holed:
            raise Unknowable
        made = run.apply(factory.value, (), {})
        table = plain(me).value
        bounded(len(table) + 1, MAX_ITEMS)
        weigh(key.value)
        table[key.value] = made.value
        return made

    cls = OwnClass("defaultdict", (ResolvedName("builtins.dict"),), {"__missing__": Known(Native(missing))})
    start = args[1].value if len(args) > 1 and args[1] is not UNKNOWN else {}
    return Known(Instance(cls, Known(dict(start))))


REFLECTION: Final[Mapping[str, Callable[[Interpreter, Sequence[Result], Frame], Known | None]]] = {
    "builtins.getattr": _getattr,
    "builtins.setattr": _setattr,
    "builtins.hasattr": _hasattr,
    "builtins.vars": _vars,
    "builtins.type": _type,
    "builtins.super": _super,
    "builtins.isinstance": _isinstance,
    "builtins.callable": _callable,
    "collections.namedtuple": _namedtuple,
    "collections.defaultdict": _defaultdict,
}


def is_reflective(name: str) -> bool:
    """Whether a function is answered by the interpreter, since it looks at objects."""
    return name in REFLECTION or name == "functools.partial"
