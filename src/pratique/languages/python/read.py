"""From bytes to facts: decode as CPython does, parse tolerantly, lower."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from pratique.languages.python.decode import decode
from pratique.languages.python.lower import Lowered, lower
from pratique.languages.python.texttraits import traits
from pratique.languages.python.tolerant import parse
from pratique.model import Facts, Scope, Span

LANGUAGE = "python"


def read(data: bytes, depth: str, front_end: str) -> Facts:
    """Return the facts of one Python file at `outline` or `full` depth. Never raises."""
    with _no_collection():
        decoded = decode(data)
        text = decoded.text
        parsed = parse(text)
        problems = tuple(dict.fromkeys((*decoded.problems, *parsed.problems)))
        lowered, limits = _lowered(parsed.tree, text, depth)
        return Facts(
            language=LANGUAGE,
            front_end=front_end,
            depth=depth,
            scopes=lowered.scopes,
            imports=lowered.imports,
            traits=(*traits(text, decoded.encoding, data), *((slug, 1) for slug in problems if not _is_limit(slug))),
            limits=(*filter(_is_limit, problems), *lowered.limits, *limits),
            lines=text.count("\n") + (not text.endswith("\n")),
            dialect=parsed.dialect,
        )


def _is_limit(slug: str) -> bool:
    """Whether a problem means that part of the text was not read; the others are facts about the text."""
    return slug.startswith(("truncated", "too-long", "unread-deep"))


def _lowered(tree: object, text: str, depth: str) -> tuple[Lowered, tuple[str, ...]]:
    """Lower, and turn whatever goes wrong into a limit: a crash must not hide a file."""
    wanted = (lambda _name: False) if depth == "outline" else None
    try:
        return lower(tree, text, wanted=wanted), ()  # type: ignore[arg-type]
    except (RecursionError, MemoryError) as error:
        reason = f"lowering stopped: {type(error).__name__}"
    empty = Scope(0, -1, "module", "", (), Span(1, 0, text.count("\n") + 1), hole=True)
    return Lowered((empty,), (), ()), (reason,)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Syntax trees have no cycles worth collecting: without the collector, parsing takes half the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
