"""A symbolic walk over one code object: a stack of expressions in, nested statements out.

Instructions are taken in order, each once. Conditional jumps forward open an `if`, `FOR_ITER` a `for`, jumps backward a
`while`, handlers an `except`; what the two ways into a place left on the stack is joined to "either of them". Nothing
is dropped: a call that is never used again still becomes a statement. Order of statements and their conditions are an
approximation; names, arguments and constants are exact.
"""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from pratique.languages.bytecode import syntax
from pratique.languages.bytecode.comprehensions import fold_loop
from pratique.languages.bytecode.instructions import Instruction, Lines, handlers, instructions
from pratique.languages.bytecode.marshal import Code, Collection
from pratique.languages.bytecode.versions import Table

DEEPEST: Final = 40
"""Nested expressions, and nested statements; deeper ones get a variable of their own, or stand flat."""
STACK: Final = 4096
"""Values on the stack of one code object."""


@dataclass(slots=True)
class Mark:
    """Something on the stack that is no value of the program: NULL, `__build_class__`, the exit of a `with`."""

    kind: str


@dataclass(slots=True)
class Function:
    """A function that was made and has no name yet."""

    code: Code
    defaults: list[ast.expr] = field(default_factory=list)
    decorators: list[ast.expr] = field(default_factory=list)
    made: bool = True
    """False for a bare code object."""


@dataclass(slots=True)
class Imported:
    """A module, or a name of one, that was imported and has no name yet."""

    module: str
    level: int
    plain: bool
    """`import a.b`, which binds `a`; else `from a.b import c`."""
    attr: str | None = None
    """`c`; for a plain import the path from `a` inwards."""
    used: bool = False
    """Some name of it was taken."""


@dataclass(slots=True)
class Block:
    """A statement whose body is being filled."""

    body: list[ast.stmt]
    end: int
    branch: ast.If | None = None
    after_else: int = -1
    loop: ast.For | None = None
    statement: ast.stmt | None = None
    head: int = -1
    """For a loop: the offset that goes on with it."""


@dataclass(slots=True)
class Session:
    """What all code objects of one file share."""

    table: Table
    minor: tuple[int, int]
    fuel: int
    pending: list[tuple[Code, list[ast.stmt], int]] = field(default_factory=list)
    """Code objects to be lifted, the bodies they fill, and how deep they lie."""
    lifted: set[int] = field(default_factory=set)
    problems: dict[str, None] = field(default_factory=dict)
    count: int = 0

    def fresh(self) -> str:
        """Return the name of a new variable, which no source can have."""
        self.count += 1
        return f"${self.count}"


NULL: Final = Mark("null")
Handler = Callable[["Walker", Instruction], None]


def is_unknown(value: ast.expr) -> bool:
    """Tell whether a value is one of `syntax.unknown`."""
    return isinstance(value, ast.BinOp) and isinstance(value.op, ast.MatMult) and isinstance(value.left, ast.Constant)


class Walker:
    """Lifts one code object."""

    def __init__(self, session: Session, code: Code, body: list[ast.stmt], depth: int) -> None:
        self.session, self.code, self.depth = session, code, depth
        self.minor = session.minor
        self.line = code.firstlineno
        self.stack: list[Any] = []
        self.alive = True
        self.saved: dict[int, list[Any]] = {}
        self.caught: dict[int, list[Any]] = {}
        self.blocks = [Block(body, 1 << 60)]
        self.keywords: tuple[str, ...] = ()
        self.bases: list[int] = [0]
        self.declared: dict[str, str] = {}
        self.instructions: list[Instruction] = []
        self.index = 0

    # --- the walk

    def run(self, table: dict[str, Handler]) -> None:
        """Take every instruction."""
        session = self.session
        self.instructions = instructions(self.code.code[: 2 * session.fuel], session.table, self.minor)
        session.fuel -= len(self.instructions)
        lines = Lines(self.code, self.minor)
        caught = handlers(self.code) if self.minor >= (3, 11) else {}
        loops = self._loops(sorted(caught))
        previous: Instruction | None = None
        while self.index < len(self.instructions):
            one = self.instructions[self.index]
            self.index += 1
            self._arrive(one, caught, loops, previous)
            self.line = lines.at(one.at)
            handler = table.get(one.name)
            if handler is None:
                self.session.problems[
                    "an instruction that no table has" if not one.name else f"instruction {one.name}"
                ] = None
                self.stack = [self.unknown()]
            else:
                handler(self, one)
            if len(self.stack) > STACK:
                del self.stack[:-STACK]
                self.session.problems["a stack too deep"] = None
            previous = one
        self._leave(1 << 61)

    def _loops(self, entries: list[int]) -> dict[int, int]:
        """Return where jumps backward lead, with the last place they come from."""
        found: dict[int, int] = {}
        starts = {one.at: one.name for one in self.instructions}
        for one in self.instructions:
            if not 0 <= one.target <= one.at or starts.get(one.target) in (None, "FOR_ITER", "SEND"):
                continue
            # From 3.11 on handlers stand behind everything else: a jump back from there is no loop.
            if bisect_right(entries, one.at) == bisect_right(entries, one.target):
                found[one.target] = one.after
        return found

    def _arrive(
        self, one: Instruction, caught: dict[int, int], loops: dict[int, int], previous: Instruction | None
    ) -> None:
        at = one.at
        self._leave(at)
        if at in caught:
            self._enter_handler(at, [self.unknown() for _ in range(caught[at])], previous)
            self.push(self.unknown())
            return
        if at in self.caught and self.alive:  # a `finally` that is also fallen into
            self.bases.append(len(self.caught.pop(at)))
        elif at in self.caught:
            self._enter_handler(at, self.caught.pop(at), previous)
            self.stack += [self.unknown() for _ in range(3 if self.minor[0] == 2 else 6)]
            return
        saved = self.saved.pop(at, None)
        if saved is not None:
            self._join(saved)
        elif not self.alive:
            self.stack = []
        self.alive = True
        if at in loops:
            self.open_loop(ast.While(test=self.unknown(), body=[], orelse=[]), loops[at], at)

    def _enter_handler(self, at: int, stack: list[Any], previous: Instruction | None) -> None:
        """Open an `except` up to where the way around it leads, else to the end."""
        around = previous.target if previous and previous.name in ("JUMP_FORWARD", "JUMP_ABSOLUTE") else -1
        self.saved.pop(at, None)
        self.stack, self.alive = stack, True
        self.bases.append(len(stack))
        handler = ast.ExceptHandler(type=None, name=None, body=[])
        syntax.place(handler, self.line)
        attempt = ast.Try(body=[self.nothing()], handlers=[handler], orelse=[], finalbody=[])
        self.open(syntax.place(attempt, self.line), handler.body, around if around > at else 1 << 60)

    def _leave(self, at: int) -> None:
        """Close the blocks that end here; an `if` may go on with its `else`."""
        while len(self.blocks) > 1 and self.blocks[-1].end <= at:
            block = self.blocks.pop()
            if not block.body:
                self._close_empty(block)
            if block.branch is not None and block.after_else > at and not block.branch.orelse:
                self.blocks.append(Block(block.branch.orelse, min(block.after_else, self.blocks[-1].end)))
                return
            if block.loop is not None:
                fold_loop(self.blocks[-1].body, block.loop)

    def _close_empty(self, block: Block) -> None:
        """Fill an empty body; a handler that does nothing is left out."""
        block.body.append(self.nothing())
        around = self.blocks[-1].body
        if isinstance(block.statement, ast.Try) and around and around[-1] is block.statement:
            around.pop()

    def _join(self, saved: list[Any]) -> None:
        if not self.alive:
            self.stack = saved
            return
        if len(saved) != len(self.stack):
            kept = {id(value) for value in self.stack}
            for value in saved:
                if isinstance(value, ast.expr) and id(value) not in kept:
                    self.effect(value)
            return
        for index, value in enumerate(saved):
            if self.stack[index] is not value:
                self.stack[index] = self.either(value, self.stack[index])

    def either(self, one: Any, other: Any) -> Any:
        """Return a value that may be one or the other."""
        if not isinstance(one, ast.expr) or not isinstance(other, ast.expr):
            return other if not isinstance(other, Mark) else one
        if isinstance(one, ast.Name) and isinstance(other, ast.Name) and one.id == other.id:
            return other
        return self.made(ast.BoolOp(op=ast.Or(), values=[one, other]), one, other)

    # --- statements

    def emit(self, statement: ast.stmt) -> None:
        """Add a statement to the innermost block."""
        self.blocks[-1].body.append(statement)

    def nothing(self) -> ast.stmt:
        """Return a `pass`."""
        return syntax.place(ast.Pass(), self.line)

    def open(self, statement: ast.stmt, body: list[ast.stmt], end: int) -> Block:
        """Add a compound statement and fill its body up to an offset."""
        if len(self.blocks) > DEEPEST:
            body.append(self.nothing())
            self.emit(statement)
            return self.blocks[-1]
        self.emit(statement)
        block = Block(body, min(end, self.blocks[-1].end), statement=statement)
        self.blocks.append(block)
        return block

    def open_loop(self, loop: Any, end: int, head: int) -> None:
        """Open a `for` or `while`; `head` is the offset that goes on with it."""
        block = self.open(syntax.place(loop, self.line), loop.body, end)
        if block.body is loop.body:
            block.head = head
            block.loop = loop if isinstance(loop, ast.For) else None

    def effect(self, value: ast.expr) -> None:
        """Keep a value that is not used as a statement, if it does anything."""
        if not isinstance(value, (ast.Name, ast.Constant)) and not is_unknown(value):
            self.emit(syntax.expression(value, self.line))

    def branch(self, test: ast.expr, one: Instruction) -> None:
        """Jump conditionally: what follows runs if `test`, up to where it leads."""
        self.save(one.target)
        if one.target <= one.at:
            loop = self.loop()
            if loop is not None and loop.head == one.target and loop.loop is not None:
                negated = self.made(ast.UnaryOp(op=ast.Not(), operand=test), test)
                going_on = syntax.place(ast.Continue(), self.line)
                self.emit(syntax.conditional(negated, [going_on], self.line))
            else:
                self.effect(test)
            return
        made = syntax.conditional(test, [], self.line)
        block = self.open(made, made.body, one.target)
        if block.body is made.body:
            block.branch = made

    def loop(self) -> Block | None:
        """Return the innermost loop."""
        return next((one for one in reversed(self.blocks) if one.head >= 0), None)

    def jump(self, one: Instruction) -> None:
        """Jump; just before the end of an `if` that tells where its `else` ends."""
        block = self.blocks[-1]
        loop = self.loop()
        outer = block.branch is not None and loop is not None
        if one.target > one.at:
            self.save(one.target)
            if outer and loop is not None and one.target >= loop.end:
                self.emit(syntax.place(ast.Break(), self.line))
            elif block.branch is not None and block.end == one.after:
                block.after_else = one.target
        elif outer and not (block.body and isinstance(block.body[-1], ast.Continue)):
            self.emit(syntax.place(ast.Continue(), self.line))
        self.alive = False

    def catching(self, target: int) -> None:
        """Say where exceptions lead from here on (up to 3.10)."""
        if target > 0 and len(self.caught) < STACK:
            self.caught.setdefault(target, list(self.stack))

    def save(self, target: int, stack: list[Any] | None = None) -> None:
        """Remember the stack for a place further on."""
        if target > 0 and target not in self.saved and len(self.saved) < STACK:
            self.saved[target] = list(self.stack if stack is None else stack)

    def name_displays(self) -> None:
        """Give displays on the stack names, for a loop may add to them."""
        for index, value in enumerate(self.stack):
            if isinstance(value, (ast.List, ast.Set, ast.Dict)):
                self.stack[index] = self.named(value)

    # --- values

    def unknown(self) -> ast.expr:
        """Return a value that nothing is known about."""
        return syntax.unknown(self.line)

    def made(self, node: ast.expr, *parts: ast.expr) -> ast.expr:
        """Place a new expression; too deep a one gets a variable."""
        depth = 1 + max((getattr(part, "depth", 0) for part in parts), default=0)
        syntax.place(node, self.line)
        if depth > DEEPEST:
            return self.named(node)
        node.depth = depth  # type: ignore[attr-defined]
        return node

    def named(self, value: ast.expr) -> ast.expr:
        """Give a value a variable, so that it can be used more than once."""
        if isinstance(value, (ast.Name, ast.Constant)):
            return value
        fresh = self.session.fresh()
        self.emit(syntax.assign(syntax.name(fresh, self.line, store=True), value, self.line))
        return syntax.name(fresh, self.line)

    def push(self, value: Any) -> None:
        """Put a value, or a mark, on the stack."""
        self.stack.append(value)

    def take(self) -> Any:
        """Take whatever is on top; an unknown value where the stack is empty."""
        return self.stack.pop() if self.stack else self.unknown()

    def pop(self) -> ast.expr:
        """Take a value."""
        return self.value(self.take())

    def pops(self, count: int) -> list[ast.expr]:
        """Take values, in the order they were put."""
        found = [self.take() for _ in range(min(count, len(self.stack) + 4))]
        return [self.value(one) for one in reversed(found)]

    def value(self, taken: Any) -> ast.expr:
        """Turn what was on the stack into an expression, naming functions and imports."""
        if isinstance(taken, ast.Slice):
            parts = [part or syntax.const(None, self.line) for part in (taken.lower, taken.upper, taken.step)]
            return self.made(syntax.call(syntax.name("slice", self.line), parts, self.line), *parts)
        if isinstance(taken, ast.expr):
            return taken
        if isinstance(taken, Function):
            return self.define(taken)
        if isinstance(taken, Imported):
            return self.bind_import(taken, "")
        return self.unknown()

    def constant(self, value: Any) -> Any:
        """Turn a constant into syntax; containers at most some levels deep, since references may share them."""
        return self._constant(value, 0)

    def _constant(self, value: Any, depth: int) -> Any:
        self.session.fuel -= 1
        if isinstance(value, Code):
            return Function(value, made=False) if depth == 0 else self.define(Function(value, made=False))
        items = value.items if isinstance(value, Collection) else value if isinstance(value, tuple) else None
        if items is None:
            return syntax.const(self._scalar(value), self.line)
        if depth > 8 or self.session.fuel <= 0:
            return self.unknown()
        parts = [self._constant(item, depth + 1) for item in items]
        kind = value.kind if isinstance(value, Collection) else "tuple"
        if kind == "slice":
            return syntax.call(syntax.name("slice", self.line), parts, self.line)
        if kind == "dict":
            return syntax.place(syntax.mapping(parts), self.line)
        return syntax.sequence("set" if "set" in kind else kind, parts, self.line)

    def _scalar(self, value: Any) -> Any:
        if isinstance(value, bytes) and self.minor[0] == 2:
            try:
                return value.decode("utf-8")
            except UnicodeDecodeError:
                return value
        return value if value is None or isinstance(value, (str, bytes, int, float, complex, type(...))) else None

    # --- definitions and imports

    def define(self, function: Function) -> ast.expr:
        """Add the definition of a function and return its name; a bare code object may be run by whoever has it."""
        code = function.code
        args = self._signature(function)
        if code.name == "<lambda>" and function.made:
            body = self.lift_now(code)
            if body and len(body) == 1 and isinstance(body[0], ast.Return) and body[0].value is not None:
                return self.made(ast.Lambda(args=args, body=body[0].value), body[0].value)
        body = []
        text = code.name if code.name.isidentifier() else self.session.fresh()
        self.emit(
            syntax.function(text, args, body, function.decorators, max(code.firstlineno, 1), bool(code.flags & 0x280))
        )
        self.later(code, body)
        if not function.made:
            self.effect(syntax.call(syntax.name(text, self.line), [], self.line))
        return syntax.name(text, self.line)

    def lift_now(self, code: Code) -> list[ast.stmt] | None:
        """Return the body of a small function at once, None if that is not to be had."""
        from pratique.languages.bytecode.lift import lift_now

        return lift_now(self.session, code, self.depth + 1)

    def _signature(self, function: Function) -> ast.arguments:
        code = function.code
        first = max(code.argcount, 0)
        names = code.locals
        only = max(code.kwonly, 0)
        rest = list(names[first + only : first + only + 2])
        star = rest.pop(0) if code.flags & 4 and rest else ""
        stars = rest.pop(0) if code.flags & 8 and rest else ""
        only_names = names[first : first + only]
        return syntax.parameters(names[:first], star, only_names, stars, function.defaults, self.line)

    def define_class(self, code: Code, text: str, bases: list[ast.expr], keywords: list[ast.keyword]) -> ast.expr:
        """Add the definition of a class and return its name."""
        body: list[ast.stmt] = []
        named = text if text.isidentifier() else self.session.fresh()
        self.emit(syntax.class_definition(named, bases, keywords, body, max(code.firstlineno, 1)))
        self.later(code, body)
        return syntax.name(named, self.line)

    def later(self, code: Code, body: list[ast.stmt]) -> None:
        """Have a code object lifted after this one."""
        self.session.lifted.add(id(code))
        self.session.pending.append((code, body, self.depth + 1))

    def bind_import(self, item: Imported, target: str) -> ast.expr:
        """Add an import under a name, its own where "" is given; return what it is bound to."""
        head = item.module.split(".", 1)[0]
        alias = target or (head if item.plain and head and item.attr is None else self.session.fresh())
        if item.plain:
            whole = f"{head}.{item.attr}" if item.attr else item.module
            if len(whole) < len(item.module):
                self.emit(syntax.importing(item.module, None, None, 0, self.line))
            own = item.attr is None and alias == head
            bound = whole if item.attr or own else head
            if bound != item.module and not item.attr:
                self.emit(syntax.importing(item.module, None, None, 0, self.line))
            self.emit(syntax.importing(bound or "?", None, None if own else alias, 0, self.line))
        elif item.attr is None:  # `from a import b`, of which `a` itself is used
            before, _, last = item.module.rpartition(".")
            outside = not item.level and item.module
            self.emit(
                syntax.importing(item.module, None, alias, 0, self.line)
                if outside
                else syntax.importing(before, last or "*", alias if last else None, item.level, self.line)
            )
        else:
            self.emit(syntax.importing(item.module, item.attr, alias, item.level, self.line))
        return syntax.name(alias, self.line)

    def store(self, target: str) -> None:
        """Give the value on top a name of the program."""
        taken = self.take()
        if isinstance(taken, Imported):
            self.bind_import(taken, target)
            return
        value = self.value(taken)
        if not (isinstance(value, ast.Name) and value.id == target):
            self.emit(syntax.assign(syntax.name(target, self.line, store=True), value, self.line))
