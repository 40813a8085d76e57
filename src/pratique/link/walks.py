"""What a walk over values leaves behind, with every value of a program, and every value in a context, by number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from pratique.link.program import Program, Ref

Context = tuple[Ref, ...]
"""Call sites that the walk went into, innermost last: it leaves a callee only through the one it entered by."""
ANY: Context = ((-1, -1),)
"""Stands for whatever context a walk comes in by, where what follows is worked out once for all of them."""
State = tuple[int, int, Context]
"""A value, by scope and ordinal, in a context."""
MAX_CONTEXT = 4
"""Calls that a context remembers."""


class Numbers:
    """One number for each value of a program, and one for each value in a context."""

    def __init__(self, program: Program) -> None:
        self.first: list[int] = []
        """Number of the first value of each scope."""
        self._scopes: list[int] = []
        for number, scope in enumerate(program.scopes):
            self.first.append(len(self._scopes))
            self._scopes.extend([number] * len(scope.nodes))
        self.size = max(1, len(self._scopes))
        self._contexts: list[Context] = [()]
        self._numbered: dict[Context, int] = {(): 0}
        self._entered: dict[int, int] = {}

    def ref(self, state: int) -> Ref:
        """Return the value of a state."""
        value = state % self.size
        scope = self._scopes[value]
        return scope, value - self.first[scope]

    def context(self, state: int) -> Context:
        """Return the context of a state."""
        return self._contexts[state // self.size]

    def state(self, scope: int, ordinal: int, context: Context) -> int:
        """Return the number of a value in a context."""
        number = self._numbered.get(context)
        if number is None:
            number = self._numbered[context] = len(self._contexts)
            self._contexts.append(context)
        return number * self.size + self.first[scope] + ordinal

    def entered(self, state: int) -> int:
        """Return the first state of the context that the callee of a call has."""
        found = self._entered.get(state)
        if found is None:
            context = (*self.context(state)[1 - MAX_CONTEXT :], self.ref(state))
            found = self._entered[state] = self.state(0, 0, context) - self.first[0]
        return found


class Leaf(NamedTuple):
    """Where a walk ended."""

    kind: str
    """source, param, const, load, func"""
    ref: Ref
    state: int


@dataclass(slots=True)
class Walk:
    """What one question found. A state is a value in a context, both by number."""

    numbers: Numbers
    leaves: list[Leaf] = field(default_factory=list)
    parents: dict[int, int] = field(default_factory=dict)
    """State to the one that it was reached from; -1 for the first."""
    guesses: set[int] = field(default_factory=set)
    """States that were reached over a guess (a method of an unknown receiver)."""
    exhausted: bool = False

    def chain(self, leaf: Leaf) -> list[Ref]:
        """Return the values from a leaf to where the walk started: the direction in which the value travels."""
        values, at = [], leaf.state
        while at >= 0:
            values.append(self.numbers.ref(at))
            at = self.parents[at]
        return values

    def guessed(self, leaf: Leaf) -> bool:
        """Return whether a step on the way from a leaf was a guess."""
        return leaf.state in self.guesses  # whatever follows a guess is one

    def visited(self) -> Iterator[Ref]:
        """Yield the values that were visited, once per context, in order."""
        return map(self.numbers.ref, self.parents)

    def sure(self) -> Iterator[Ref]:
        """Yield the values that were visited over no guess, once per context, in order."""
        return (self.numbers.ref(state) for state in self.parents if state not in self.guesses)

    def texts(self, program: Program) -> tuple[str, ...]:
        """Return the distinct folded strings among the leaves, in order."""
        found: dict[str, None] = {}
        for leaf in self.leaves:
            if leaf.kind == "const":
                value = program.node(leaf.ref).value
                if isinstance(value, bytes):
                    value = value[:4096].decode("latin-1")
                if isinstance(value, str) and value:
                    found.setdefault(value)
        return tuple(found)
