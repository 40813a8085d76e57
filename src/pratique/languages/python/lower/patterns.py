"""Patterns of `match`: what they compare and what they bind."""

from __future__ import annotations

import ast

from pratique.languages.python.lower.body import Body
from pratique.model import Arg


def bind_pattern(b: Body, pattern: ast.pattern, subject: int) -> None:
    """Lower the values in a pattern and bind its names; nested patterns are walked with an explicit stack."""
    stack: list[tuple[ast.pattern, int]] = [(pattern, subject)]
    while stack:
        part, value = stack.pop()
        kind = type(part)
        if kind is ast.MatchValue:
            b.expr(part.value)  # type: ignore[attr-defined]
        elif kind is ast.MatchAs or kind is ast.MatchStar:
            if part.name is not None:  # type: ignore[attr-defined]
                b.assign(part.name, value, part)  # type: ignore[attr-defined]
            inner = getattr(part, "pattern", None)
            if inner is not None:
                stack.append((inner, value))
        elif kind is ast.MatchOr:
            stack.extend((option, value) for option in reversed(part.patterns))  # type: ignore[attr-defined]
        elif kind is not ast.MatchSingleton:
            inside = [*getattr(part, "patterns", ()), *getattr(part, "kwd_patterns", ())]
            for one in (getattr(part, "cls", None), *getattr(part, "keys", ())):
                if one is not None:
                    b.expr(one)
            item = b.emit("item", "", (Arg("", value),), part)
            rest = getattr(part, "rest", None)
            if rest is not None:
                b.assign(rest, item, part)
            stack.extend((one, item) for one in reversed(inside))
