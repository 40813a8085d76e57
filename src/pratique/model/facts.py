"""Facts: what a front end reads in one file. A pure function of the bytes and the front end's version.

The facts of a file are a small value graph (an IR in SSA style), the same for every language, so that capability maps,
linking, flows and rules never see syntax. A file is a tuple of `Scope`s; a scope is a tuple of `Node`s in program
order; a node is one value or one effect and names its inputs by ordinal *in the same scope*. Facts carry no
capability and no judgement.

Operations (`Node.op`)
----------------------
====== ================================== =====================================================================
op     name                               args
====== ================================== =====================================================================
const  ""                                 none; `value` holds it
param  the parameter's name               optional ("default", n)
name   resolved dotted name               none. A load of something global: `os.environ`, `builtins.open`,
                                          `.CONFIG` (leading dot: a global of this very module), `pkg.mod.X`
free   the variable's name                none. A variable of an enclosing function; `key` is that scope's id, which
                                          emits a `store` named `~variable` at each assignment of a captured variable
attr   attribute                          ("", receiver): attribute of a value whose name is not resolvable
item   ""                                 ("", container), ("key", subscript if it is a value)
call   resolved dotted callee, or         ("self", receiver) for `x.m()` with name ".m"… see below,
       "" when it is computed             ("func", callee value) when computed; then positional args as "0", "1", …,
                                          keyword args by keyword, "*" and "**" for unpacked ones, "=NAME" for the
                                          variables that code given as text names
pack   "list" "dict" "tuple" "set"        elements as ""; dict pairs as ("k", n), ("v", n)
op     "+", "%", "f", "cmp", "bool", "["  operands as "": anything computed from its inputs; `value` may still fold.
       …                                  "f" is an f-string or str.format, "cmp" a comparison, "[" a slice
phi    ""                                 alternatives as "": branches joined, loop variable over elements, `a or b`
func   ""                                 none; `key` is the id of the scope (function, lambda, class) this value is
store  where                              ("", value) and for attributes ("self", receiver), for items also
                                          ("key", subscript). Names: `.NAME` (module global), `os.environ[]` (item of a
                                          resolved name), `requests.get` (attribute of a resolved name, i.e. a patch),
                                          `@attr` (attribute of a value), `[]` (item of a value), `del NAME`
return ""                                 ("", value); also `yield`, `yield from` and `await` results that leave
enter  the function's or class's name     ("deco", n) decorators, ("base", n) bases, ("meta", n) metaclass,
                                          ("default", n); `key` is the id of the defined scope
raise  ""                                 ("", value)
====== ================================== =====================================================================

Method calls on values: `x.send(d)` where x is unresolvable has name `.send` preceded by `?`: `?.send`; the receiver
is the ("self", n) arg. Where the receiver is itself the result of a resolved call, the name is resolved through it:
`requests.Session().post(u)` is `requests.Session().post`, `socket.socket().connect`, `open().read`, also through
variables (`s = socket.socket(); s.connect(a)`), `with … as s`, and `self.x` set once in the class.
Relative imports keep their level as carets: `from .util import send` resolves to `^util.send`, `from ..a import b` to
`^^a.b`, `from . import x` to `^x`; a star import that may provide an unbound name yields `^util.*.send`/`acme.*.send`.
A local definition of the same file is named by its qualified name with a leading dot: `.helper`, `.Cls`, `.Cls.run`,
and `.Cls().run` for a method called on an instance; nested functions as `.outer.inner`.
"""

from __future__ import annotations

from typing import Any

import msgspec

HOLE = "\ufffc"
"""Stands for the unknown part of a partially folded string: f"https://{host}/x" folds to "https://\\ufffc/x"."""

Value = str | bytes | int | float | bool | None
"""A folded scalar. Containers stay `pack` nodes (or a `const` string each); integers beyond 64 bits do not fold."""


class Span(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A place in a file: 1-based lines as the language counts them, 0-based column in characters."""

    line: int = 1
    col: int = 0
    end_line: int = 0
    """0 when the construct ends on its first line."""


class Arg(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An edge of the value graph."""

    key: str
    node: int


class Node(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One value or effect; its ordinal is its index in `Scope.nodes`."""

    op: str
    name: str
    args: tuple[Arg, ...]
    line: int
    col: int
    value: Any = None
    """The folded constant (a `Value`), where `known`. A folded string may contain `HOLE`.

    Declared as `Any`, for msgspec decodes no union of `str` and `bytes`; msgpack itself tells them apart."""
    known: bool = False
    guard: int = 0
    """Index into `Scope.guards`; 0 is "always"."""
    key: int = -1
    """A scope id, for `func`, `enter` and `free`."""
    codecs: tuple[str, ...] = ()
    """How `value` was decoded, outermost last: `("base64", "zlib")`. Empty for plain literals and concatenations."""


class Guard(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A condition under which nodes run."""

    kind: str
    """always, if, while, for, try, except, finally, main (`if __name__ == "__main__"`), typing, match"""
    cond: int = -1
    """The condition's node, or -1."""
    parent: int = 0
    negated: bool = False
    swallows: bool = False
    """For `try`: some handler catches everything and does nothing."""


class Import(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One module or name that is imported."""

    module: str
    """Absolute dotted name, or relative with one leading caret per level: `^util`, `^^`, `^`."""
    name: str
    """The imported attribute, "*" or "" for a plain module import."""
    alias: str
    scope: int
    line: int
    guard: int = 0


class Scope(msgspec.Struct, frozen=True, array_like=True):
    """A module, class or function body. Lambdas are functions; comprehensions belong to the scope around them."""

    id: int
    """Index in `Facts.scopes`; 0 is the module."""
    parent: int
    kind: str
    """module, class, function"""
    name: str
    """Qualified name without the module, "" for the module, `outer.inner`, `Cls.run`, `outer.<lambda@12>`."""
    params: tuple[str, ...]
    """In order; `*args` and `**kwargs` keep their stars."""
    span: Span
    nodes: tuple[Node, ...] = ()
    guards: tuple[Guard, ...] = (Guard("always"),)
    hole: bool = False
    """The body was not read (outline depth)."""
    mentions: tuple[str, ...] = ()
    """Identifiers that a hole mentions, sorted."""
    bases: tuple[str, ...] = ()
    """Resolved base classes of a class."""
    is_async: bool = False
    methods_of: int = -1
    """For a function directly in a class: that class's scope id."""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything read in one file at one depth."""

    language: str
    front_end: str
    """Name, version and grammar: `python/1 (cpython 3.11)`."""
    depth: str
    """outline or full"""
    scopes: tuple[Scope, ...] = ()
    imports: tuple[Import, ...] = ()
    traits: tuple[tuple[str, int], ...] = ()
    """What the text itself shows, with its line: hidden columns, bidi controls, an odd encoding, a refused parser."""
    limits: tuple[str, ...] = ()
    """Limits that stopped the reading, one clause each: these become `refused` unknowns."""
    lines: int = 0
    dialect: str = ""
    """E.g. `python2` when only the tolerant grammar could read the file."""
