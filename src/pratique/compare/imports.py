"""Whether an artifact imports what it asks for."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from pratique.link import Unit
from pratique.model import Dependency


def used(wanted: Dependency, units: Iterable[Unit]) -> Dependency:
    """Return a requirement with the mark `unused` where no file here imports any of its modules.

    Without having read it, its modules are taken to have its name.
    """
    guess = wanted.name.replace("-", "_")
    modules = {name.lower() for name in wanted.modules} or {guess, guess.removeprefix("python_"), wanted.name}
    for unit in units:
        for item in unit.facts.imports:
            if item.module.partition(".")[0].lower() in modules:
                return wanted
    return msgspec.structs.replace(wanted, marks=(*wanted.marks, "unused"))
