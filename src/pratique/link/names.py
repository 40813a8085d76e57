"""Resolve the dotted names of facts to scopes, modules and globals of the artifact, or to what lies outside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from pratique.link.program import Program
from pratique.model import Import

MAX_DEPTH = 12
"""Re-exports and base classes followed for one name."""
HUB_LIMIT = 8
"""Past this many methods of one name, a call on an unknown receiver is also `unresolved` (DESIGN section 5)."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a name means. Exactly one field says something; `external` is the name as capability maps know it."""

    scope: int = -1
    module: int = -1
    variable: tuple[int, str] | None = None
    hub: str = ""
    external: str = ""


class Names:
    """Cached name resolution over one program."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._cache: dict[int, dict[str, Target]] = defaultdict(dict)
        self._owners: dict[tuple[int, str], int | None] = {}

    def resolve(self, unit: int, name: str) -> Target:
        """Return what a resolved name of this unit's facts stands for."""
        known = self._cache[unit]
        target = known.get(name)
        if target is None:
            known[name] = Target(external=name)  # breaks cycles of re-exports
            target = known[name] = self._resolve(unit, name, 0)
        return target

    def unresolved(self) -> Iterator[tuple[int, str]]:
        """Yield the unit and the name of every question so far that found nothing in the artifact."""
        for unit, known in self._cache.items():
            yield from ((unit, name) for name, target in known.items() if target.external)

    def _resolve(self, unit: int, name: str, depth: int) -> Target:
        if not name or depth > MAX_DEPTH:
            return Target(external=name)
        if name[0] == "?":
            method = name[2:]
            # `super().__init__()` and its like name a base, not any class
            known = "." not in method and not method.startswith("__") and method in self._program.methods
            return Target(hub=method if known else "", external=name)
        if name[0] == ".":
            return self._inside(unit, name[1:], name, depth)
        if ".*." in name:
            return self._star(unit, name, depth)
        split = self._program.modules.longest(unit, name)
        if split is None:
            return Target(external=name.lstrip("^"))
        return self._inside(split[0], split[1], name, depth)

    def _star(self, unit: int, name: str, depth: int) -> Target:
        """Look for a name that `from module import *` may have brought in."""
        module, _, rest = name.partition(".*.")
        split = self._program.modules.longest(unit, module)
        if split is None or split[1]:
            return Target(external=f"{module}.{rest}")
        return self._inside(split[0], rest, f"{module}.{rest}", depth + 1)

    def _inside(self, unit: int, rest: str, name: str, depth: int) -> Target:
        """Look a name up in a module of the artifact."""
        if not rest:
            return Target(module=unit)
        definitions = self._program.definitions[unit]
        found = definitions.get(rest)
        if found is None and "()" in rest:
            found = definitions.get(rest.replace("()", ""))
        if found is not None:
            return Target(scope=found)
        first, _, tail = rest.partition(".")
        bare = first.removesuffix("()")
        if tail and bare in definitions and (unit, rest) not in self._program.global_stores:
            return self._member(unit, definitions[bare], tail, name, depth)
        item = self._program.imports[unit].get(bare)
        if item is not None:
            return self._resolve(unit, _through(item, first, tail), depth + 1)
        target = self._alias(unit, rest, depth)
        if target is not None:
            return target
        if (unit, rest) in self._program.global_stores:
            return Target(variable=(unit, rest))
        owner = self._star_owner(unit, bare)
        if owner is not None and owner != unit:
            return self._inside(owner, rest, name, depth + 1)
        for other in self._program.beside.get(unit, {}).get(bare, ()):
            if other != unit and depth <= MAX_DEPTH:
                return self._inside(other, rest, name, depth + 1)
        return Target(external=name.lstrip("^"))

    def binds(self, unit: int, bare: str) -> bool:
        """Tell whether a module defines, imports or assigns a name."""
        program = self._program
        return (
            bare in program.definitions[unit] or bare in program.imports[unit] or (unit, bare) in program.global_stores
        )

    def _alias(self, unit: int, rest: str, depth: int) -> Target | None:
        """Go on with what a variable stands for that is set once, to a function or module: `run = Tools.system`."""
        parts = rest.split(".")
        for cut in range(len(parts), 0, -1):
            stored = self._program.global_stores.get((unit, ".".join(parts[:cut])), ())
            if not stored:
                continue
            node = self._program.node(stored[0])
            if len(stored) > 1 or node.op != "name" or node.known or node.name[:1] == "?" or "(" in node.name:
                return None
            target = self._resolve(self._program.unit_of[stored[0][0]], ".".join((node.name, *parts[cut:])), depth + 1)
            return target if target.external != node.name or node.name[0] not in ".^" else None
        return None

    def _star_owner(self, unit: int, bare: str) -> int | None:
        """Return the module that a star import brings a name in from; every module is asked once."""
        key = (unit, bare)
        if key in self._owners:
            return self._owners[key]
        seen, queue, owner = {unit}, [unit], None
        while queue and owner is None:
            at = queue.pop(0)
            if at != unit and self.binds(at, bare):
                owner = at
            for module in self._program.stars[at]:
                split = self._program.modules.longest(at, module)
                if split is not None and not split[1] and split[0] not in seen:
                    seen.add(split[0])
                    queue.append(split[0])
        self._owners[key] = owner
        return owner

    def _member(self, unit: int, owner: int, tail: str, name: str, depth: int) -> Target:
        """Look a method up in a class and its bases."""
        scope = self._program.scopes[owner]
        if scope.kind == "class" and depth <= MAX_DEPTH:
            for base in scope.bases:
                target = self._resolve(unit, f"{base}().{tail}", depth + 1)
                if target.scope >= 0:
                    return target
            if scope.bases:
                return Target(external=f"{scope.bases[0]}().{tail}")
        return Target(external=name.lstrip("^"))


def _through(item: Import, first: str, tail: str) -> str:
    """Rewrite `alias.tail` by what the alias imports."""
    call = "()" if first.endswith("()") else ""
    if item.name:
        base = f"{item.module}.{item.name}" if item.module.strip("^") else f"{item.module}{item.name}"
    else:
        base = item.module if item.alias else item.module.split(".", 1)[0]
    return f"{base}{call}.{tail}" if tail else f"{base}{call}"
