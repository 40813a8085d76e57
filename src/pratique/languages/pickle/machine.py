"""A symbolic run of pickles: opcodes in, statements out. Linear in the opcodes; the memo shares by naming."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
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


class Handlers(dict[int, "Handler"]):
    """What each opcode does."""

    def does(self, codes: bytes) -> Callable[[Handler], Handler]:
        """Enter a handler under its opcodes."""

        def enter(handler: Handler) -> Handler:
            self.update(dict.fromkeys(codes, handler))
            return handler

        return enter


class Machine:
    """The stack, the memo and the statements so far."""

    def __init__(self, data: bytes, handlers: Mapping[int, Handler]) -> None:
        self.data = data
        self.handlers = handlers
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
            handler = self.handlers.get(one.code)
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
