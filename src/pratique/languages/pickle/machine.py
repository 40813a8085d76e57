"""A symbolic run of pickles: opcodes in, statements out. Linear in the opcodes; the memo shares by naming."""

from __future__ import annotations

import ast
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from pratique.languages.bytecode import syntax
from pratique.languages.pickle.innocent import is_innocent, modern
from pratique.languages.pickle.opcodes import GETS, PUTS, STOP, Cut, Opcode, index_of, split

OPCODES: Final = 500_000
"""Opcodes of one file."""
VALUES: Final = 50_000
"""Plain values of one file that are kept inside containers; what calls are given is kept always."""
DEEPEST: Final = 40
"""Nested expressions; deeper ones get a variable."""
PICKLES: Final = 1000
"""Pickles one after the other."""
LINE: Final = 1
"""Pickles have no lines."""


@dataclass(slots=True, eq=False)
class Data:
    """A global that only builds data."""

    name: str


MARK: Final = object()
Value = Any
"""An `ast.expr`, `Data` or `MARK`."""


class Machine:
    """The stack, the memo and the statements so far."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.opcodes = 0
        self.room = VALUES
        self.body: list[ast.stmt] = []
        self.stack: list[Value] = []
        self.memo: dict[int, Value] = {}
        self.wanted: frozenset[int] = frozenset()
        self.traits: dict[str, None] = {}
        self.limits: dict[str, None] = {}
        self.globals: dict[tuple[str, str], str] = {}
        self.count = 0

    def run(self) -> None:
        """Run all pickles of the file."""
        self.wanted = self._fetched()
        for number in range(PICKLES):
            start = self.at
            self.stack, self.memo = [], {}
            try:
                self._one()
            except Cut as error:
                self._broken(str(error), start, number)
                return
            if self.at >= len(self.data):
                return
            if number == 0:
                self.traits["several-pickles" if self.data[self.at] == 0x80 else "appended-data"] = None
        self.limits[f"more than {PICKLES} pickles in one file"] = None

    def _broken(self, why: str, start: int, number: int) -> None:
        """Keep what was on the stack. Bytes after a whole pickle that are none are only noted."""
        for value in self.stack:
            self.effect(value)
        if number and self.at - start < 16:
            self.traits["appended-data"] = None
        else:
            self.limits[f"pickle only partly read: {why}"] = None

    def _fetched(self) -> frozenset[int]:
        """Return the indices of the memo that something fetches: only those need names."""
        found: set[int] = set()
        at = opcodes = 0
        while opcodes < OPCODES:
            try:
                one = split(self.data, at)
            except Cut:
                break
            at, opcodes = one.after, opcodes + 1
            if one.code in GETS:
                found.add(index_of(one))
        return frozenset(found)

    def _one(self) -> None:
        while True:
            self.opcodes += 1
            if self.opcodes > OPCODES:
                raise Cut(f"more than {OPCODES} opcodes")
            one = split(self.data, self.at)
            self.at = one.after
            if one.code == STOP:
                for value in self.stack:
                    self.effect(value)
                return
            if one.code in PUTS:
                self._put(one)
                continue
            handler = TABLE.get(one.code)
            if handler is not None:
                handler(self, one)

    # --- the memo

    def _put(self, one: Opcode) -> None:
        index = len(self.memo) if one.code == 0x94 else index_of(one)
        if not self.stack:
            return
        if index in self.wanted and isinstance(self.stack[-1], ast.expr):
            self.stack[-1] = self.named(self.stack[-1])
        self.memo[index] = self.stack[-1]

    # --- values

    def named(self, value: ast.expr) -> ast.expr:
        """Give a value a variable, so that it can be used more than once."""
        if isinstance(value, (ast.Name, ast.Constant)):
            return value
        self.count += 1
        name = f"${self.count}"
        self.body.append(syntax.assign(syntax.name(name, LINE, store=True), value, LINE))
        return syntax.name(name, LINE)

    def made(self, node: ast.expr, parts: list[ast.expr]) -> ast.expr:
        """Place a new expression; too deep a one gets a variable."""
        depth = 1 + max((getattr(part, "depth", 0) for part in parts), default=0)
        syntax.place(node, LINE)
        if depth > DEEPEST:
            return self.named(node)
        node.depth = depth  # type: ignore[attr-defined]
        return node

    def grown(self, node: ast.expr, parts: list[ast.expr]) -> ast.expr:
        """Note how deep a container is now that it holds more."""
        depth = 1 + max((getattr(part, "depth", 0) for part in parts), default=0)
        depth = max(depth, getattr(node, "depth", 0))
        node.depth = depth  # type: ignore[attr-defined]
        return self.named(node) if depth > DEEPEST else node

    def effect(self, value: Value) -> None:
        """Keep a value as a statement, whether or not it does anything."""
        if isinstance(value, ast.expr) and not isinstance(value, (ast.Name, ast.Constant)):
            self.body.append(syntax.expression(value, LINE))

    def push(self, value: Value) -> None:
        """Put a value on the stack."""
        self.stack.append(value)

    def take(self) -> Value:
        """Take whatever is on top, an unknown value where there is nothing."""
        return self.stack.pop() if self.stack else syntax.unknown(LINE)

    def pop(self) -> ast.expr:
        """Take a value as an expression."""
        return self.expression(self.take())

    def expression(self, value: Value) -> ast.expr:
        """Turn what is on the stack into an expression."""
        if isinstance(value, ast.expr):
            return value
        return syntax.const(value.name, LINE) if isinstance(value, Data) else syntax.unknown(LINE)

    def marked(self) -> list[ast.expr]:
        """Take everything down to the last mark."""
        found: list[Value] = []
        while self.stack:
            value = self.stack.pop()
            if value is MARK:
                break
            found.append(self.expression(value))
        return found[::-1]

    def plain(self, value: Any) -> ast.expr:
        """Return a constant."""
        return syntax.const(value, LINE)

    def kept(self, values: list[ast.expr]) -> list[ast.expr]:
        """Return the values that a container keeps: past some many, numbers are left out."""
        self.room -= len(values)
        if self.room > 0:
            return values
        found = [one for one in values if not isinstance(one, ast.Constant) or isinstance(one.value, (str, bytes))]
        if self.room < -4 * VALUES and found:
            self.limits["more values in one pickle than are kept"] = None
            found = [one for one in found if not isinstance(one, ast.Constant)]
        return found

    # --- globals and calls

    def load(self, module: str, name: str) -> Value:
        """Import a global and return its name."""
        module = modern(module)
        if is_innocent(module, name):
            return Data(f"{module}.{name}")
        key = (module, name)
        if key not in self.globals:
            self.count += 1
            self.globals[key] = f"${self.count}"
            first, _, rest = name.partition(".")
            alias = f"${self.count}"
            self.body.append(syntax.importing(module or "?", first or "?", alias, 0, LINE))
            if rest:
                value = syntax.name(alias, LINE)
                for part in rest.split(".")[:DEEPEST]:
                    value = syntax.attribute(value, part or "?", LINE)
                self.globals[key] = f"{alias}."
                self.body.append(syntax.assign(syntax.name(f"{alias}.", LINE, store=True), value, LINE))
        return syntax.name(self.globals[key], LINE)

    def computed(self, module: ast.expr, name: ast.expr) -> ast.expr:
        """Import a global whose name the pickle computes."""
        self.traits["computed-global"] = None
        loader = self.load("importlib", "import_module")
        found = syntax.call(self.expression(loader), [module], LINE)
        getter = self.load("builtins", "getattr")
        return self.made(syntax.call(self.expression(getter), [found, name], LINE), [module, name])

    def call(self, func: Value, args: ast.expr | list[ast.expr], keywords: ast.expr | None = None) -> None:
        """Push what a call makes; a data constructor's arguments instead of its call."""
        if isinstance(args, ast.Tuple):
            args = args.elts
        values = args if isinstance(args, list) else [syntax.place(ast.Starred(value=args, ctx=ast.Load()), LINE)]
        if isinstance(func, Data):
            kept = [one.value if isinstance(one, ast.Starred) else one for one in values]
            kept += [keywords] if keywords is not None else []
            self.push(self.made(syntax.sequence("tuple", kept, LINE), kept))
            return
        called = self.expression(func)
        words = [syntax.keyword(None, keywords, LINE)] if keywords is not None else []
        self.push(self.made(syntax.call(called, values, LINE, words), [called, *values]))


Handler = Callable[[Machine, Opcode], None]
TABLE: Final[dict[int, Handler]] = {}


def does(codes: bytes) -> Callable[[Handler], Handler]:
    """Enter a handler under its opcodes."""

    def enter(handler: Handler) -> Handler:
        TABLE.update(dict.fromkeys(codes, handler))
        return handler

    return enter


@does(b"(")
def _mark(m: Machine, _one: Opcode) -> None:
    m.push(MARK)


@does(b"0")
def _pop(m: Machine, _one: Opcode) -> None:
    m.effect(m.take())


@does(b"1")
def _pop_mark(m: Machine, _one: Opcode) -> None:
    for value in m.marked():
        m.effect(value)


@does(b"2")
def _dup(m: Machine, _one: Opcode) -> None:
    value = m.take()
    value = m.named(value) if isinstance(value, ast.expr) else value
    m.push(value)
    m.push(value)


@does(bytes(GETS))
def _get(m: Machine, one: Opcode) -> None:
    m.push(m.memo.get(index_of(one), syntax.unknown(LINE)))


# --- constants

_FIXED: Final = {ord("N"): None, 0x88: True, 0x89: False}


@does(bytes(_FIXED))
def _fixed(m: Machine, one: Opcode) -> None:
    m.push(m.plain(_FIXED[one.code]))


@does(b"ILF")
def _number_line(m: Machine, one: Opcode) -> None:
    text = one.arg.rstrip(b"L")
    if one.arg in (b"00", b"01"):
        m.push(m.plain(one.arg == b"01"))
        return
    try:
        m.push(m.plain(float(text) if one.code == ord("F") else int(text[:4000])))
    except ValueError:
        m.push(m.plain(None))


@does(b"KM")
def _unsigned(m: Machine, one: Opcode) -> None:
    m.push(m.plain(int.from_bytes(one.arg, "little")))


@does(b"J\x8a\x8b")
def _signed(m: Machine, one: Opcode) -> None:
    m.push(m.plain(int.from_bytes(one.arg[:4096], "little", signed=True)))


@does(b"G")
def _float(m: Machine, one: Opcode) -> None:
    m.push(m.plain(struct.unpack(">d", one.arg)[0]))


@does(b"X\x8c\x8d")
def _text(m: Machine, one: Opcode) -> None:
    m.push(m.plain(one.arg.decode("utf-8", "surrogatepass" if _passes(one.arg) else "replace")))


def _passes(raw: bytes) -> bool:
    try:
        raw.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


@does(b"V")
def _text_line(m: Machine, one: Opcode) -> None:
    try:
        m.push(m.plain(one.arg.decode("raw-unicode-escape")))
    except UnicodeDecodeError:
        m.push(m.plain(one.arg.decode("latin-1")))


@does(b"UT")
def _old_text(m: Machine, one: Opcode) -> None:
    """Take the strings of Python 2 as text where they are text."""
    m.push(m.plain(one.arg.decode("ascii") if one.arg.isascii() else one.arg))


@does(b"S")
def _old_line(m: Machine, one: Opcode) -> None:
    """Take a quoted literal, with the escapes of Python 2."""
    quoted = one.arg.strip()
    if len(quoted) >= 2 and quoted[0] == quoted[-1] and quoted[0] in b"'\"":
        quoted = quoted[1:-1]
    m.push(m.plain(_unescaped(quoted)))


def _unescaped(raw: bytes) -> str | bytes:
    import codecs

    try:
        found = codecs.escape_decode(raw)[0]
    except ValueError:
        found = raw
    return found.decode("ascii") if isinstance(found, bytes) and found.isascii() else found


@does(b"CB\x8e\x96")
def _bytes(m: Machine, one: Opcode) -> None:
    m.push(m.plain(one.arg))


@does(b"PQ\x82\x83\x84\x97")
def _outside(m: Machine, one: Opcode) -> None:
    """Take what only the program that loads the pickle knows: persistent ids, registered extensions, buffers."""
    if one.code == ord("Q"):
        m.effect(m.take())
    m.push(syntax.unknown(LINE))


# --- containers


@does(b")]}\x8f")
def _empty(m: Machine, one: Opcode) -> None:
    if one.code == ord("}"):
        m.push(m.made(ast.Dict(keys=[], values=[]), []))
    else:
        m.push(m.made(syntax.sequence({41: "tuple", 93: "list"}.get(one.code, "set"), [], LINE), []))


@does(b"tl\x91")
def _collect(m: Machine, one: Opcode) -> None:
    values = m.marked()
    kind = {116: "tuple", 108: "list"}.get(one.code, "set")
    m.push(m.made(syntax.sequence(kind, values if kind == "tuple" else m.kept(values), LINE), values))


@does(b"\x85\x86\x87")
def _tuple(m: Machine, one: Opcode) -> None:
    values = [m.pop() for _ in range(one.code - 0x84)][::-1]
    m.push(m.made(syntax.sequence("tuple", values, LINE), values))


@does(b"d")
def _dict(m: Machine, _one: Opcode) -> None:
    values = m.marked()
    m.push(m.made(ast.Dict(keys=[], values=[]), []))
    _add_pairs(m, values)


@does(b"ae\x90")
def _append(m: Machine, one: Opcode) -> None:
    values = [m.pop()] if one.code == ord("a") else m.marked()
    owner = m.stack[-1] if m.stack else None
    kept = m.kept(values)
    if isinstance(owner, (ast.List, ast.Set)):
        owner.elts.extend(kept)
        m.stack[-1] = m.grown(owner, kept)
    elif isinstance(owner, ast.expr) and kept:
        m.stack[-1] = m.named(owner)
        method = "extend" if one.code != 0x90 else "update"
        m.effect(syntax.call(syntax.attribute(m.stack[-1], method, LINE), [syntax.sequence("list", kept, LINE)], LINE))


@does(b"su")
def _set_items(m: Machine, one: Opcode) -> None:
    _add_pairs(m, [m.pop(), m.pop()][::-1] if one.code == ord("s") else m.marked())


def _add_pairs(m: Machine, values: list[ast.expr]) -> None:
    owner = m.stack[-1] if m.stack else None
    pairs = list(zip(values[0::2], values[1::2], strict=False))
    if isinstance(owner, ast.Dict):
        kept = [pair for pair in pairs if m.kept(list(pair))]
        owner.keys.extend(key for key, _ in kept)
        owner.values.extend(value for _, value in kept)
        m.stack[-1] = m.grown(owner, values)
    elif isinstance(owner, ast.expr):
        owner = m.stack[-1] = m.named(owner)
        for key, value in pairs:
            m.body.append(syntax.assign(syntax.subscript(owner, key, LINE, store=True), value, LINE))


# --- globals and calls


@does(b"ci")
def _global(m: Machine, one: Opcode) -> None:
    module, _, name = one.arg.decode("utf-8", "replace").partition("\n")
    args = m.marked() if one.code == ord("i") else None
    found = m.load(module, name)
    if args is None:
        m.push(found)
    else:
        m.call(found, args)


@does(b"\x93")
def _stack_global(m: Machine, _one: Opcode) -> None:
    name, module = m.pop(), m.pop()
    texts = [
        one.value if isinstance(one, ast.Constant) and isinstance(one.value, str) else None for one in (module, name)
    ]
    if texts[0] is not None and texts[1] is not None:
        clean = [text.encode("utf-8", "replace").decode() for text in texts if text is not None]
        m.push(m.load(clean[0], clean[1]))
    else:
        m.push(m.computed(module, name))


@does(b"R\x81")
def _reduce(m: Machine, _one: Opcode) -> None:
    args = m.pop()
    m.call(m.take(), args)


@does(b"\x92")
def _new_object(m: Machine, _one: Opcode) -> None:
    keywords, args = m.pop(), m.pop()
    m.call(m.take(), args, keywords)


@does(b"o")
def _object(m: Machine, _one: Opcode) -> None:
    found: list[Value] = []
    while m.stack:
        value = m.stack.pop()
        if value is MARK:
            break
        found.append(value)
    if found:
        func = found.pop()
        m.call(func, [m.expression(value) for value in reversed(found)])


@does(b"b")
def _build(m: Machine, _one: Opcode) -> None:
    """Give an object its state: attributes, or what its `__setstate__` makes of them."""
    state = m.pop()
    owner = m.stack[-1] if m.stack else None
    if isinstance(owner, (ast.Tuple, ast.List, ast.Dict)) or not isinstance(owner, ast.expr):
        m.effect(state)
        return
    owner = m.stack[-1] = m.named(owner)
    pairs = zip(state.keys, state.values, strict=True) if isinstance(state, ast.Dict) else ()
    for key, value in pairs:
        if isinstance(value, ast.Name) and isinstance(key, ast.Constant) and isinstance(key.value, str):
            m.body.append(syntax.assign(syntax.attribute(owner, key.value or "?", LINE, store=True), value, LINE))
    m.effect(syntax.call(syntax.attribute(owner, "__setstate__", LINE), [state], LINE))
