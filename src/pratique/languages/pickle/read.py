"""From bytes to facts: run the machine, lower what it wrote."""

from __future__ import annotations

import ast
from typing import Final

from pratique.languages.bytecode import syntax
from pratique.languages.pickle import building, constants
from pratique.languages.pickle.carriers import unwrapped
from pratique.languages.pickle.machine import Machine
from pratique.languages.python.lower import lower
from pratique.model import Facts, Scope, Span

HANDLERS: Final = {**constants.HANDLERS, **building.HANDLERS}


def read(data: bytes, depth: str, front_end: str) -> Facts:
    """Return the facts of one or more pickles. Never raises."""
    machine = Machine(unwrapped(data), HANDLERS)
    try:
        machine.run()
        body = machine.body or [syntax.place(ast.Pass(), 1)]
        lowered = lower(ast.Module(body=body, type_ignores=[]), "\n")
    except Exception as error:  # noqa: BLE001 - whatever goes wrong, a crash must not hide the file
        reason = f"reading stopped: {type(error).__name__}"
        empty = Scope(0, -1, "module", "", (), Span())
        return Facts(language="python", front_end=front_end, depth=depth, scopes=(empty,), limits=(reason,))
    return Facts(
        language="python",
        front_end=front_end,
        depth=depth,
        scopes=lowered.scopes,
        imports=lowered.imports,
        traits=tuple((trait, 1) for trait in machine.traits),
        limits=(*machine.limits, *lowered.limits),
        lines=1,
        dialect="pickle",
    )
