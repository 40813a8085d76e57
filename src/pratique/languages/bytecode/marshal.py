"""A reader of marshalled values of any CPython version: bounded, without recursion, never the running interpreter's.

Format: `Python/marshal.c` of CPython 2.7 to 3.15. What breaks off is kept as far as it came.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Any, Final

OBJECTS: Final = 2_000_000
"""Values of one stream."""
LONGEST: Final = 16 << 20
"""Bytes of one stream."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How code objects are laid out, which differs between versions."""

    name: str
    ints: int
    """32-bit integers in front: argcount, …, flags."""
    fields: tuple[str, ...]
    python2: bool = False


_OLD: Final = (
    "code", "consts", "names", "varnames", "freevars", "cellvars", "filename", "name", "firstlineno", "lines",
)  # fmt: skip
_NEW: Final = (
    "code", "consts", "names", "localsplus", "kinds", "filename", "name", "qualname", "firstlineno", "lines",
    "exceptions",
)  # fmt: skip
PYTHON2: Final = Layout("2.3", 4, _OLD, python2=True)
PYTHON30: Final = Layout("3.0", 5, _OLD)
PYTHON38: Final = Layout("3.8", 6, _OLD)
PYTHON311: Final = Layout("3.11", 5, _NEW)


@dataclass(slots=True, eq=False)
class Code:
    """A code object. Only strings are names: whatever else stands there is left out."""

    ints: tuple[int, ...] = ()
    code: bytes = b""
    consts: tuple[Any, ...] = ()
    names: tuple[str, ...] = ()
    locals: tuple[str, ...] = ()
    """What `LOAD_FAST` counts through: the variables, from 3.11 on with cells and free ones."""
    cells: tuple[str, ...] = ()
    """What `LOAD_DEREF` counts through; from 3.11 on the same as `locals`."""
    free: frozenset[str] = frozenset()
    filename: str = ""
    name: str = ""
    firstlineno: int = 1
    lines: bytes = b""
    exceptions: bytes = b""
    argcount: int = 0
    kwonly: int = 0
    flags: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Collection:
    """A list, set, frozenset, dict (items flat) or slice."""

    kind: str
    items: tuple[Any, ...]


@dataclass(slots=True)
class _Frame:
    kind: str
    need: int
    """Values still to come; -1: until NULL."""
    items: list[Any]
    ref: int = -1
    ints: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Unmarshalled:
    """One value, how many bytes it took, and what was wrong ("" if nothing)."""

    value: Any
    used: int
    problem: str


class _Broken(Exception):
    """The stream ends or goes on with what no marshal writes."""


_NULL: Final = object()
_ATOMS: Final[dict[str, Any]] = {"0": _NULL, "N": None, "F": False, "T": True, ".": ..., "S": StopIteration}
_KINDS: Final = {
    "(": "tuple",
    ")": "tuple",
    "[": "list",
    "<": "set",
    ">": "frozenset",
    "{": "dict",
    "}": "dict",
    ":": "slice",
}


@dataclass(slots=True)
class _Reader:
    data: bytes
    layout: Layout
    at: int = 0
    refs: list[Any] = field(default_factory=list)
    interned: list[Any] = field(default_factory=list)
    frames: list[_Frame] = field(default_factory=list)

    def take(self, count: int) -> bytes:
        if count < 0 or self.at + count > len(self.data):
            raise _Broken("the stream is cut off")
        self.at += count
        return self.data[self.at - count : self.at]

    def int32(self) -> int:
        return int.from_bytes(self.take(4), "little", signed=True)

    def size(self, short: bool) -> int:
        size = self.take(1)[0] if short else self.int32()
        if not 0 <= size <= len(self.data):
            raise _Broken("a size is out of range")
        return size

    def run(self) -> Any:
        """Read one whole value."""
        count = 0
        while True:
            count += 1
            if count > OBJECTS:
                raise _Broken(f"more than {OBJECTS} values")
            value = self.value()
            while True:
                if isinstance(value, _Frame):
                    self.frames.append(value)
                    if value.need:
                        break
                    value = self.finish(self.frames.pop())
                    continue
                if not self.frames:
                    return None if value is _NULL else value
                frame = self.frames[-1]
                if value is _NULL and frame.need < 0:
                    value = self.finish(self.frames.pop())
                    continue
                frame.items.append(None if value is _NULL else value)
                self.numbers(frame)
                frame.need -= frame.need > 0
                if frame.need:
                    break
                value = self.finish(self.frames.pop())

    def numbers(self, frame: _Frame) -> None:
        """Read the line number, which stands bare between the objects of a code object."""
        if frame.kind == "code":
            fields = self.layout.fields
            if len(frame.items) < len(fields) and fields[len(frame.items)] == "firstlineno":
                frame.items.append(self.int32())

    def value(self) -> Any:
        """Read one value, or the head of one that holds others."""
        byte = self.take(1)[0]
        kind, ref = chr(byte & 0x7F), -1
        if byte & 0x80:
            ref = len(self.refs)
            self.refs.append(None)
        if kind in _ATOMS:
            value = _ATOMS[kind]
        elif kind in _KINDS:
            short = kind == ")"
            need = -1 if kind in "{}" else 3 if kind == ":" else self.size(short)
            return _Frame(_KINDS[kind], need, [], ref)
        elif kind == "c":
            ints = tuple(self.int32() for _ in range(self.layout.ints))
            return _Frame("code", len(self.layout.fields) - 1, [], ref, ints)
        else:
            value = self.scalar(kind)
        if ref >= 0:
            self.refs[ref] = value
        return value

    def scalar(self, kind: str) -> Any:
        match kind:
            case "i":
                return self.int32()
            case "I":
                return int.from_bytes(self.take(8), "little", signed=True)
            case "l":
                return self.long()
            case "f":
                return _float(self.take(self.size(short=True)))
            case "g":
                return struct.unpack("<d", self.take(8))[0]
            case "x":
                return complex(_float(self.take(self.size(short=True))), _float(self.take(self.size(short=True))))
            case "y":
                return complex(*struct.unpack("<dd", self.take(16)))
            case "s":
                return self.take(self.size(short=False))
            case "t" | "u" | "a" | "A" | "z" | "Z":
                return self.text(kind)
            case "R":
                return self.shared(self.interned)
            case "r":
                return self.shared(self.refs)
        raise _Broken(f"no value starts with byte {ord(kind)}")

    def shared(self, table: list[Any]) -> Any:
        index = self.int32()
        if not 0 <= index < len(table):
            raise _Broken("a reference leads nowhere")
        return table[index]

    def text(self, kind: str) -> Any:
        raw = self.take(self.size(short=kind in "zZ"))
        if kind == "t" and self.layout.python2:
            self.interned.append(raw)
            return raw
        if kind in "tu":
            return raw.decode("utf-8", "surrogatepass" if _passes(raw) else "replace")
        return raw.decode("latin-1")

    def long(self) -> int:
        count = self.int32()
        raw = self.take(2 * abs(count))
        value = 0
        if abs(count) <= 4096:
            for index in range(abs(count)):
                value |= int.from_bytes(raw[2 * index : 2 * index + 2], "little") << (15 * index)
        return -value if count < 0 else value

    def finish(self, frame: _Frame) -> Any:
        """Turn a full, or broken off, frame into its value."""
        if frame.kind == "tuple":
            value: Any = tuple(frame.items)
        elif frame.kind == "code":
            value = code_of(self.layout, frame.ints, frame.items)
        else:
            value = Collection(frame.kind, tuple(frame.items))
        if frame.ref >= 0:
            self.refs[frame.ref] = value
        return value


def _passes(raw: bytes) -> bool:
    try:
        raw.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def _float(raw: bytes) -> float:
    try:
        return float(raw)
    except ValueError:
        return 0.0


def load(data: bytes, layout: Layout) -> Unmarshalled:
    """Read one marshalled value. Never raises."""
    reader = _Reader(data[:LONGEST], layout)
    try:
        value = reader.run()
    except _Broken as error:
        problem, value = str(error), None
    else:
        return Unmarshalled(value, reader.at, "")
    used = reader.at
    while reader.frames:  # what was begun is kept as far as it came
        frame = reader.frames.pop()
        if value is not None:
            frame.items.append(value)
        value = reader.finish(frame)
    return Unmarshalled(value, used, problem)


def code_of(layout: Layout, ints: tuple[int, ...], items: list[Any]) -> Code:
    """Build a code object from its parts, as many as there are, of whatever types."""
    parts = dict(zip(layout.fields, items, strict=False))
    made = Code(ints=ints, code=_raw(parts.get("code")), consts=_tuple(parts.get("consts")))
    made.names = _names(parts.get("names"))
    made.filename, made.name = _text(parts.get("filename")), _text(parts.get("name"))
    made.lines, made.exceptions = _raw(parts.get("lines")), _raw(parts.get("exceptions"))
    line = parts.get("firstlineno")
    made.firstlineno = line if isinstance(line, int) and 0 < line < 1 << 30 else 1
    made.argcount, made.flags = ints[0], ints[-1]
    made.kwonly = 0 if layout.python2 else ints[1 if layout is PYTHON30 else 2]
    if "localsplus" in layout.fields:
        made.locals = made.cells = _names(parts.get("localsplus"))
        kinds = _raw(parts.get("kinds"))
        made.free = frozenset(name for name, kind in zip(made.locals, kinds, strict=False) if kind & 0x80)
    else:
        free = _names(parts.get("freevars"))
        made.locals, made.cells = _names(parts.get("varnames")), (*_names(parts.get("cellvars")), *free)
        made.free = frozenset(free)
    return made


def _raw(value: Any) -> bytes:
    return value if isinstance(value, bytes) else b""


def _tuple(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else ()


def _names(value: Any) -> tuple[str, ...]:
    return tuple(_text(one) for one in _tuple(value))


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else "?"
