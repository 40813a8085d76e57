"""What `pratique diff` writes: one comparison, as text or as JSON (schema pratique-diff/1)."""

from __future__ import annotations

import json
from typing import Any, Literal

import msgspec

from pratique import __version__
from pratique.model import Artifact, Change, Compared, Level, Review
from pratique.report import Style
from pratique.report.pen import Pen
from pratique.report.text_changes import changes, label

SCHEMA: Literal["pratique-diff/1"] = "pratique-diff/1"
GAINED = 12
"""Exit code where something was gained."""
_GAINS = frozenset({"entry", "secret", "capability", "flow", "host", "destination", "opaque", "dependency"})


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """What `--format json` writes."""

    schema: Literal["pratique-diff/1"] = SCHEMA
    version: str = __version__
    engine: str = ""
    before: Artifact
    after: Artifact
    level: Level
    """Of AFTER, beside BEFORE."""
    compared: Compared
    changes: tuple[Change, ...]


def gains(review: Review) -> tuple[Change, ...]:
    """Return what the reviewed artifact surely does that its base does not, or does earlier."""
    return tuple(
        change
        for change in review.changes
        if change.topic in _GAINS
        and change.kind in {"added", "earlier"}
        and change.certainty != "assumed"
        and not (change.topic == "dependency" and "extra ==" in change.after)
    )


def as_text(review: Review, style: Style) -> str:
    """Return the comparison for a person."""
    pen = Pen(style)
    head = pen.bold(f"{label(review.artifact)}")
    lines = [head, *list(changes(review, pen))[1:]]
    gained = len(gains(review))
    told = f"gains {gained} thing{'s' if gained != 1 else ''}" if gained else "gains nothing"
    return "\n".join([*lines, "", f"  {told}; its verdict beside the other: {review.verdict.level}"]) + "\n"


def as_json(review: Review) -> str:
    """Return the comparison for a machine."""
    compared = review.compared
    if compared is None:
        raise ValueError("a difference has two sides")
    made = Difference(
        engine=review.engine,
        before=compared.base,
        after=review.artifact,
        level=review.verdict.level,
        compared=compared,
        changes=review.changes,
    )
    return json.dumps(msgspec.to_builtins(made), ensure_ascii=True) + "\n"


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a comparison."""
    made = msgspec.json.schema(Difference)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "urn:pratique:diff:1", "title": SCHEMA}
    return head | made
