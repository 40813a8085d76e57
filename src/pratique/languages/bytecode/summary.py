"""What some bytecode says about itself: enough to hold it against the source that it claims to come from."""

from __future__ import annotations

from dataclasses import dataclass

from pratique.languages.bytecode.marshal import Code
from pratique.languages.bytecode.read import open_code, read

CODES = 50_000
"""Code objects that are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Names of a code object and all those inside it."""

    version: str
    """The CPython that compiled it: `3.12`."""
    guessed: bool
    """There was no header; a neighbouring version is possible."""
    filename: str
    """The source file as it was named when this was compiled."""
    names: tuple[str, ...]
    """All identifiers, sorted: globals, attributes, variables, functions."""
    imports: tuple[str, ...]
    """Modules that are imported, sorted, relative ones with carets."""
    problem: str
    """Why it was read in part only, "" if it was read."""


def summary(data: bytes) -> Summary:
    """Summarise a `.pyc` file or marshalled code. Never raises."""
    opened = open_code(data)
    names: set[str] = set()
    stack, count = [opened.value], 0
    while stack and count < CODES:
        one = stack.pop()
        if isinstance(one, Code):
            count += 1
            names.update(one.names, one.locals, one.cells, (one.name,))
            stack.extend(value for value in one.consts if isinstance(value, Code))
    facts = read(data, "full", "summary")
    return Summary(
        version=opened.version.text,
        guessed=opened.guessed,
        filename=opened.value.filename if isinstance(opened.value, Code) else "",
        names=tuple(sorted(name for name in names if name.isidentifier())),
        imports=tuple(sorted({one.module for one in facts.imports})),
        problem=opened.problem or "; ".join(facts.limits),
    )
