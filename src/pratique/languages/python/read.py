"""From bytes to facts: decode as CPython does, parse tolerantly, lower."""

from __future__ import annotations

from collections.abc import Mapping

from pratique.languages.python.decode import Decoded, decode
from pratique.languages.python.lower import lower, mentioned
from pratique.languages.python.texttraits import traits
from pratique.languages.python.tolerant import parse
from pratique.model import Facts, Scope, Span

LANGUAGE = "python"


Given = Mapping[tuple[int, int, str], str | bytes]
"""Line, column and name of calls to what they give: the content of files that the code reads."""


def read(data: bytes, depth: str, front_end: str, given: Given | None = None) -> Facts:
    """Return the facts of one Python file at `outline` or `full` depth. Never raises."""
    decoded = decode(data)
    try:
        return _read(decoded, data, depth, front_end, given or {})
    except Exception as error:  # noqa: BLE001 - whatever goes wrong, a crash must not hide the file
        reason = f"reading stopped: {type(error).__name__}"
    text = decoded.text
    lines = text.count("\n") + 1
    empty = Scope(0, -1, "module", "", (), Span(1, 0, lines), hole=True, mentions=mentioned(text))
    return Facts(language=LANGUAGE, front_end=front_end, depth=depth, scopes=(empty,), limits=(reason,), lines=lines)


def _read(decoded: Decoded, data: bytes, depth: str, front_end: str, given: Given) -> Facts:
    text = decoded.text
    parsed = parse(text)
    problems = tuple(dict.fromkeys((*decoded.problems, *parsed.problems)))
    lowered = lower(parsed.tree, text, wanted=_none if depth == "outline" else None, given=given)
    return Facts(
        language=LANGUAGE,
        front_end=front_end,
        depth=depth,
        scopes=lowered.scopes,
        imports=lowered.imports,
        traits=(*traits(text, decoded.encoding, data), *((slug, 1) for slug in problems if not _is_limit(slug))),
        limits=(*filter(_is_limit, problems), *lowered.limits),
        lines=text.count("\n") + (text[-1:] not in ("", "\n")),
        dialect=parsed.dialect,
    )


def _none(_name: str) -> bool:
    return False


def _is_limit(slug: str) -> bool:
    """Whether a problem means that part of the text was not read; the others are facts about the text."""
    return slug.startswith(("truncated", "too-long", "unread-"))
