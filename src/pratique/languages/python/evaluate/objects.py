"""Classes, instances and functions of the file under review as values: names to values, nothing that runs."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec

from pratique.languages.python.evaluate.values import (
    UNKNOWN,
    Abort,
    Fuel,
    Held,
    Known,
    LocalFunction,
    ResolvedName,
    Result,
    copied,
    spend,
)

DEEPEST: Final = 64
"""Classes above a class."""


class Frame:
    """The variables of one call, comprehension, class body or loop."""

    __slots__ = ("declared", "is_class", "parent", "resolve", "result", "sent", "shared", "touched", "values", "yields")

    def __init__(
        self,
        parent: Frame | None = None,
        *,
        shared: bool = False,
        is_class: bool = False,
        resolve: Callable[[str], Result] | None = None,
    ) -> None:
        self.values: dict[str, Result] = {}
        self.parent = parent
        self.shared = shared
        """A comprehension: `:=` and changes of containers belong to the frame around it."""
        self.is_class = is_class
        self.resolve = resolve
        """What free names stand for, where that is not as for the run."""
        self.touched: dict[str, None] = {}
        self.declared: dict[str, str] = {}
        self.result: Result = Known(None)
        self.yields: Any = None
        """What a generator hands out."""
        self.sent: Result = Known(None)
        """What the generator was handed last."""

    def owner(self, name: str) -> Frame | None:
        """Return the innermost frame that has the variable; class bodies around a function do not count."""
        at: Frame | None = self
        while at is not None and (name not in at.values or (at.is_class and at is not self)):
            at = at.parent
        return at

    def set(self, name: str, value: Result) -> None:
        """Store a variable. Raises Abort for a global: that is an effect."""
        declared = self.declared.get(name)
        if declared == "global":
            raise Abort
        frame = (self.parent.owner(name) if self.parent is not None else None) if declared else self
        if frame is None:
            raise Abort
        frame.values[name] = value
        frame.touched[name] = None

    @property
    def root(self) -> Frame:
        """The outermost frame."""
        at = self
        while at.parent is not None:
            at = at.parent
        return at

    @property
    def home(self) -> Frame:
        """The frame of the function or loop itself."""
        at = self
        while at.shared and at.parent is not None:
            at = at.parent
        return at

    def copied(self, fuel: Fuel, memo: dict[int, Any]) -> Frame:
        """Return a frame of its own, with those around it."""
        found: Frame | None = memo.get(id(self))
        if found is None:
            spend(fuel, 1 + len(self.values))
            found = memo[id(self)] = Frame(shared=self.shared, is_class=self.is_class, resolve=self.resolve)
            found.parent = self.parent.copied(fuel, memo) if self.parent is not None else None
            found.declared = self.declared
            found.values = {name: own(value, fuel, memo) for name, value in self.values.items()}
        return found


def own(value: Result, fuel: Fuel, memo: dict[int, Any]) -> Result:
    """Return a value that may be changed without anyone else seeing it."""
    return value if value is UNKNOWN else Known(copied(value.value, fuel, memo), value.codecs, value.holed)


class Closure(Held):
    """A function or lambda with the variables around it."""

    __slots__ = ("fields", "frame", "node")

    def __init__(self, node: ast.FunctionDef | ast.Lambda, frame: Frame | None) -> None:
        self.node = node
        self.frame = frame
        self.fields: dict[str, Result] = {}
        """What was stored on the function itself."""

    def copied(self, fuel: Fuel, memo: dict[int, Any]) -> Closure:
        """Return one with variables of its own."""
        made = memo[id(self)] = Closure(self.node, None)
        made.frame = self.frame.copied(fuel, memo) if self.frame is not None else None
        made.fields = {name: own(value, fuel, memo) for name, value in self.fields.items()}
        return made


class OwnClass:
    """A class: what its body binds, and its bases; those from elsewhere are names."""

    __slots__ = ("bases", "fields", "frame", "members", "name", "node", "sealed")

    def __init__(
        self, name: str, bases: tuple[OwnClass | ResolvedName, ...], members: dict[str, Result],
        node: ast.ClassDef | None = None, frame: Frame | None = None,
    ) -> None:  # fmt: skip
        self.name, self.bases, self.members, self.node = name, bases, members, node
        self.frame = frame
        """Where annotations are looked up."""
        self.fields: tuple[str, ...] = ()
        """Of a named tuple: its names."""
        self.sealed = False
        """Made before this run: storing on it is an effect."""

    def lineage(self) -> tuple[OwnClass, ...]:
        """Return the class and those of the file above it, nearest first, as methods are looked up."""
        found: dict[int, OwnClass] = {}
        stack = [self]
        while stack and len(found) < DEEPEST:
            one = stack.pop()
            found.pop(id(one), None)  # the last place counts
            found[id(one)] = one
            stack.extend(base for base in reversed(one.bases) if isinstance(base, OwnClass))
        return tuple(found.values())

    def outside(self) -> Iterator[str]:
        """Yield the names of the bases from elsewhere."""
        for one in self.lineage():
            for base in one.bases:
                if isinstance(base, ResolvedName):
                    yield base.name

    def find(self, name: str) -> tuple[OwnClass, Result] | None:
        """Look a member up, with the class that has it."""
        for one in self.lineage():
            if name in one.members:
                return one, one.members[name]
        return None


class Instance(Held):
    """An object: its class, its attributes, and what it is besides where its class derives from a builtin one."""

    __slots__ = ("cls", "fields", "plain")

    def __init__(self, cls: OwnClass, plain: Result = UNKNOWN) -> None:
        self.cls = cls
        self.fields: dict[str, Result] = {}
        self.plain = plain

    def copied(self, fuel: Fuel, memo: dict[int, Any]) -> Instance:
        """Return one with attributes of its own; members of enumerations stay what they are."""
        if "_value_" in self.fields:
            return self
        spend(fuel, 2 + len(self.fields))
        made = memo[id(self)] = Instance(self.cls)
        made.plain = own(self.plain, fuel, memo)
        made.fields = {name: own(value, fuel, memo) for name, value in self.fields.items()}
        return made


class Bound(Held):
    """A function with its first argument: a method."""

    __slots__ = ("function", "owner", "receiver")

    def __init__(self, function: Any, receiver: Known, owner: OwnClass | None = None) -> None:
        self.function = function
        self.receiver = receiver
        self.owner = owner
        """The class that defines it."""

    def copied(self, fuel: Fuel, memo: dict[int, Any]) -> Bound:
        """Return one with a receiver of its own."""
        receiver = own(self.receiver, fuel, memo)
        assert receiver is not UNKNOWN
        made = memo[id(self)] = Bound(copied(self.function, fuel, memo), receiver, self.owner)
        return made


class Method(msgspec.Struct, frozen=True):
    """A method of a plain value that is handed on: `map(table.index, words)`."""

    receiver: Known
    name: str


class Wrapped(msgspec.Struct, frozen=True):
    """What `property`, `classmethod` and `staticmethod` make of a function."""

    kind: str
    function: Any


class Super(msgspec.Struct, frozen=True):
    """`super()` within a method."""

    owner: OwnClass
    receiver: Known


class Native(msgspec.Struct, frozen=True):
    """A function of ours that a program may hold: `super().__init__`, `object.__setattr__`."""

    run: Callable[..., Known]


class Getter(msgspec.Struct, frozen=True):
    """An `operator.itemgetter`."""

    keys: tuple[Any, ...]


class Partial(msgspec.Struct, frozen=True):
    """A function with its first arguments, as `functools.partial` holds it."""

    function: Any
    args: tuple[Result, ...]
    kwargs: dict[str, Result]


CALLABLE: Final = (LocalFunction, Closure, Bound, Method, OwnClass, Native, Getter, Partial)
"""What is called by the interpreter rather than by the tables."""
OWN: Final = (*CALLABLE, Instance, Super, Wrapped)
"""What only the interpreter knows how to deal with."""


def is_callable(value: Any) -> bool:
    """Whether a value is a function, method or class of the file."""
    return isinstance(value, CALLABLE)


def is_own(value: Any) -> bool:
    """Whether a value, or a direct element of a container, is one that only the interpreter can deal with."""
    if isinstance(value, (list, tuple)):
        return any(isinstance(one, OWN) for one in value[:256])
    if isinstance(value, dict):
        return any(isinstance(one, OWN) for one in list(value.values())[:256])
    return isinstance(value, OWN)


PLAIN: Final = (str, bytes, bytearray, list, tuple, dict, range, ResolvedName)


def is_plain(value: Any) -> bool:
    """Whether a value is subscripted as the language's own containers are."""
    return isinstance(value, PLAIN)
