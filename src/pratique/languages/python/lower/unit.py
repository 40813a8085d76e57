"""What all scopes of one file share while it is lowered: definitions, imports, fuel, and bodies still to be read."""

from __future__ import annotations

import ast
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from pratique.languages.python.evaluate import Fuel, Known, OwnClass
from pratique.model import Import

if TYPE_CHECKING:
    from pratique.languages.python.lower.body import Body

NODES = 2_000_000
"""Nodes of one file."""
EVALUATION = 800_000
"""Steps of constant evaluation in one file."""

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(slots=True)
class Attribute:
    """What is known about an attribute that methods or the class body set."""

    ref: str | None
    val: Known | None
    marks: tuple[str, ...]
    origin: tuple[Body, int] | None = None
    """The display that it is set to."""


@dataclass(slots=True)
class Class:
    """A class of this file."""

    name: str
    """Qualified."""
    node: ast.ClassDef
    body: int
    """Its scope id."""
    bases: tuple[str, ...]
    methods: dict[str, Function]
    attributes: dict[str, list[Attribute]] = field(default_factory=dict)
    value: OwnClass | None = None
    """The class as the evaluator holds it, once someone has asked for it."""
    reading: bool = False
    """Its value is being made."""
    typical: Known | None = None
    """The first object of it that could be computed."""


@dataclass(slots=True)
class Pending:
    """A function body that waits until everything around it has been read."""

    node: Function
    scope: int
    parent: Body
    name: str
    owner: Class | None
    """For a function directly in a class."""
    closed: dict[str, int | str]
    """Variables of comprehensions around a lambda."""
    defaults: tuple[tuple[str, Known | None, str | None], ...]
    """Per parameter with a default: its name, the default's value and resolved name."""


class Unit:
    """The state of one file."""

    def __init__(self, *, fuel: int = NODES, doc: str | None = None) -> None:
        self.doc = doc
        """The module's own docstring."""
        self.given: dict[tuple[int, int, str], Known] = {}
        """What calls give that read files, by line, column and resolved name."""
        self.tree: ast.Module | None = None
        """The whole module."""
        self.set_later: frozenset[str] | None = None
        """Attributes that functions set, constructors apart, once someone has asked."""
        self.reassigned: set[str] = set()
        """Variables of the module that some function declares `global`."""
        self.closing = False
        """A loop's body is read once more, for what its end leaves to its start."""
        self.queued: dict[int, tuple[int, str]] = {}
        """Scope and name of every definition within loops, by identity of its syntax."""
        self.scopes: list[Body | None] = []
        self.imports: list[Import] = []
        self.limits: dict[str, None] = {}
        self.sorted = False
        self.pending: deque[Pending] = deque()
        self.functions: dict[str, Function] = {}
        self.definers: dict[str, Body] = {}
        self.classes: dict[str, Class] = {}
        self.names: set[str] = set()
        self._lineages: dict[int, tuple[Class, ...]] = {}
        self.fuel = Fuel(EVALUATION)
        self.nodes = fuel
        self.spent = 0
        self.depth = 0
        self.done: dict[int, int] = {}
        """Ordinals of deeply nested expressions that were read ahead, by identity of their syntax."""
        self.stars: list[str] = []
        """Modules whose names were imported with `*`."""
        self.inside = self.texts = 0
        """Constant texts that are being read in place, and those that were."""
        self.answers: dict[str, Known | None] = {}
        """Results of calls without arguments, by function name."""
        self.weights: dict[str, int] = {}
        """Steps that a call of a local function may take, but for its arguments."""
        self.failures: dict[str, int] = {}
        """How often a call of a local function did not fold."""

    def close(self) -> None:
        """Let go of everything, so that no cycle keeps the syntax tree alive."""
        for body in self.scopes:
            if body is not None:
                body.summaries.clear()
                body.origin.clear()
                body.vals.clear()
        self.tree = None
        for owner in self.classes.values():
            owner.attributes.clear()
            owner.value = owner.typical = None
        for container in (self.scopes, self.pending, self.functions, self.definers, self.classes, self._lineages):
            container.clear()

    def reserve(self) -> int:
        """Return a new scope id."""
        self.scopes.append(None)
        return len(self.scopes) - 1

    def unique(self, name: str, col: int) -> str:
        """Return the name of a lambda, made unique within the file."""
        while name in self.names:
            name = f"{name[:-1]}:{col}>"
        self.names.add(name)
        return name

    def find_method(self, owner: Class, method: str) -> tuple[Class, Function] | None:
        """Look a method up in a class and its bases of the same file, nearest first."""
        for candidate in self.lineage(owner):
            found = candidate.methods.get(method)
            if found is not None:
                return candidate, found
        return None

    def lineage(self, owner: Class) -> tuple[Class, ...]:
        """Return a class and its bases of the same file, each once."""
        found = self._lineages.get(owner.body)
        if found is None:
            queue, seen = deque([owner]), {owner.name: owner}
            while queue and len(seen) < 64:
                for base in queue.popleft().bases:
                    ancestor = self.classes.get(base)
                    if ancestor is not None and ancestor.name not in seen:
                        seen[ancestor.name] = ancestor
                        queue.append(ancestor)
            found = tuple(seen.values())
            if self.sorted:  # the module body has been read: no class is added any more but in functions
                self._lineages[owner.body] = found
        return found

    def outside_base(self, owner: Class) -> str | None:
        """Return the one base class that lies outside this file, if there is just one."""
        bases = [base for cls in self.lineage(owner) for base in cls.bases if base[0] != "."]
        bases = [base for base in bases if base != "builtins.object"]
        return bases[0] if len(set(bases)) == 1 else None
