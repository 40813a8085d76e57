"""One versioned envelope for every machine that reads reviews. `pratique schema` prints its JSON Schema."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from pratique import __version__
from pratique.model import Review
from pratique.report import Style

DESCRIPTION = "one JSON envelope (schema pratique-review/1), for machines"
SCHEMA: Literal["pratique-review/1"] = "pratique-review/1"


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """What `--format json` writes."""

    schema: Literal["pratique-review/1"] = SCHEMA
    version: str = __version__
    """Of Pratique."""
    engine: str = ""
    """Engine digest: version, rules, maps, scorecard."""
    targets: tuple[Review, ...] = ()
    """One per artifact, in the order given."""


def envelope(reviews: Sequence[Review]) -> dict[str, Any]:
    """Return the envelope as plain JSON types."""
    head = Envelope(engine=reviews[0].engine if reviews else "")
    built: dict[str, Any] = msgspec.to_builtins(head)
    return built | {"targets": [review.to_dict() for review in reviews]}


def render(reviews: Sequence[Review], style: Style) -> str:
    """Return the envelope, indented for a terminal and on one line for a pipe."""
    return json.dumps(envelope(reviews), indent=2 if style.width else None, ensure_ascii=True) + "\n"


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the envelope."""
    made = msgspec.json.schema(Envelope)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:pratique:review:1",
        "title": SCHEMA,
    } | made
