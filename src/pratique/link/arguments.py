"""What arrives in a parameter: from the calls that name a function, and from all else that hands it something."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple, TypeAlias

from pratique.link.calls import CallGraph
from pratique.link.program import Program, Ref
from pratique.link.walks import ANY, State
from pratique.model import Node

MAX_GUESSED_CALLS = 64
"""Calls on unknown receivers that are taken for calls of one method; what further ones pass is not followed."""

_Incoming: TypeAlias = dict[Ref, list[tuple[int, bool]]]
"""By call, the values that it hands over, each with whether the call is a guess."""


class Arguments:
    """Goes from a parameter back to what callers pass. Answers are kept per parameter."""

    def __init__(self, program: Program, graph: CallGraph) -> None:
        self._program = program
        self._graph = graph
        self._arriving: dict[tuple[int, str], tuple[tuple[int, int, int], _Incoming]] = {}
        """What arrives in a parameter, and how many calls were known by then."""

    def forget(self) -> None:
        """Drop kept answers: calls are not what they were."""
        self._arriving.clear()

    def into(self, state: State, node: Node) -> Iterator[tuple[State, bool]]:
        """Yield what callers pass: the one the walk came in by, else all, with whether it is a guess."""
        scope, _, context = state
        if context is ANY:
            yield state, False  # the walk asks again in its own context
            return
        incoming = self._incoming(scope, node.name)
        if context:
            caller = context[-1]
            for value, guess in incoming.get(caller, ()):
                yield (caller[0], value, context[:-1]), guess
            return
        yield from self._handed(scope, node, self._program.scopes[scope].params)
        yield from self._wrapped(scope, node)
        yield from self._default(scope, node.name)
        for (at, _), values in incoming.items():
            for value, guess in values:
                yield (at, value, ()), guess

    def _default(self, scope: int, param: str) -> Iterator[tuple[State, bool]]:
        """Yield the default of a parameter: they belong to the last ones."""
        defaults = self._program.defaults.get(scope, ())
        named = [one for one in self._program.scopes[scope].params if one[:1] != "*"]
        if defaults and param in named:
            at = named.index(param) - (len(named) - len(defaults))
            if 0 <= at < len(defaults):
                yield (*defaults[at], ()), False

    def _wrapped(self, scope: int, node: Node) -> Iterator[tuple[State, bool]]:
        """Yield the parameters of what a wrapper runs in the place of: it gets what they are given."""
        params = self._program.scopes[scope].params
        starred = any(one[:1] == "*" and one.lstrip("*") == node.name for one in params)
        names = [one.lstrip("*") for one in params]
        for wrapped in self._graph.wrapped.get(scope, ()):
            given = [one.lstrip("*") for one in self._program.scopes[wrapped].params]
            for ordinal, one in enumerate(self._program.scopes[wrapped].nodes[: len(given)]):
                if one.op != "param":
                    break
                if one.name in names:
                    same = one.name == node.name
                else:
                    same = starred or names.index(node.name) == given.index(one.name)
                if same:
                    yield (wrapped, ordinal, ()), False

    def _incoming(self, scope: int, param: str) -> _Incoming:
        """Return, by call, the values that land in a parameter, each with whether the call is a guess."""
        callee, graph = self._program.scopes[scope], self._graph
        sites, given = graph.sites.get(scope, ()), graph.given.get(scope, ())
        guessed = graph.hubs.get(callee.name.rsplit(".", 1)[-1], ()) if callee.methods_of >= 0 else ()
        known = len(sites), len(guessed), len(given)
        kept = self._arriving.get((scope, param))
        if kept is not None and kept[0] == known:
            return kept[1]
        found: _Incoming = {}
        slot = _Slot.of(param, callee.params)
        for caller, ordinal, bound in chain(sites, ((*ref, 1) for ref in guessed[:MAX_GUESSED_CALLS])):
            call = self._program.node((caller, ordinal))
            guess = call.name[:1] == "?"
            values = [(arg.node, guess) for arg in call.args if slot and slot.takes(arg.key, bound)]
            if values:
                found[caller, ordinal] = values
        for place, index, value in given:
            if index < len(callee.params) and callee.params[index].lstrip("*") == param.lstrip("*"):
                found.setdefault(place, []).append((value, False))
        self._arriving[scope, param] = known, found
        return found

    def _handed(self, scope: int, node: Node, params: tuple[str, ...]) -> Iterator[tuple[State, bool]]:
        """Yield what a function gets from the call it was handed to: `submit(f, x)`, `Thread(target=f, args=(x,))`."""
        for caller, ordinal, key, bound in self._graph.handed.get(scope, ()):
            nodes = self._program.scopes[caller].nodes
            first = int(key) + 1 if key.isdigit() else None
            for arg in nodes[ordinal].args:
                if first is not None and arg.key.isdigit() and int(arg.key) >= first:
                    given = [(str(int(arg.key) - first), arg.node)]
                elif arg.key in ("args", "kwargs") or (first is None and arg.key.isdigit()):
                    given = [(str(at), one.node) for at, one in enumerate(nodes[arg.node].args) if one.key in ("", "v")]
                else:
                    continue
                for position, value in given:
                    if _binds(position, node.name, params, bound) or arg.key == "kwargs":
                        yield (caller, value, ()), False


def _binds(key: str, param: str, params: tuple[str, ...], bound: int) -> bool:
    """Return whether a call's argument `key` lands in `param`."""
    slot = _Slot.of(param, params)
    return slot is not None and slot.takes(key, bound)


class _Slot(NamedTuple):
    """A parameter's place among those of its function."""

    name: str
    at: int
    stars: int
    names: tuple[str, ...]

    @classmethod
    def of(cls, param: str, params: tuple[str, ...]) -> _Slot | None:
        """Find a parameter by its name, None where the function has none so named."""
        name, names = param.lstrip("*"), tuple([one.lstrip("*") for one in params])
        at = names.index(name) if name in names else -1
        return cls(name, at, len(params[at]) - len(name), names) if at >= 0 else None

    def takes(self, key: str, bound: int) -> bool:
        """Return whether a call's argument `key` lands here."""
        if key == self.name:
            return key not in ("self", "func") or (key == "self" and bound == 1 and self.at == 0)
        if key.isdigit():
            index = int(key) + bound
            return index == self.at or (self.stars == 1 and index >= self.at)
        if key in ("self", "func"):
            return key == "self" and bound == 1 and self.at == 0
        if key == "*":
            return self.stars < 2 and self.at >= bound
        if key == "**":
            return self.at >= bound
        return self.stars == 2 and key not in self.names
