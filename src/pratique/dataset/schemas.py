"""JSON Schemas (draft 2020-12) of everything that the dataset exchanges: `pratique schema NAME` prints one."""

from __future__ import annotations

from typing import Any

import msgspec

from pratique.dataset.clusters import Kept
from pratique.dataset.ledger import Entry
from pratique.dataset.place import Release, Summary
from pratique.dataset.records import Label
from pratique.dataset.sealed import Commitment, Secret
from pratique.dataset.stats import Stats
from pratique.model import Decision

_KINDS: dict[str, type[msgspec.Struct]] = {
    "label": Label,
    "claim": Entry,
    "decision": Decision,
    "group": Kept,
    "sealed": Commitment,
    "revealed": Secret,
    "dataset": Summary,
    "release": Release,
    "dataset-stats": Stats,
}


def schemas() -> dict[str, dict[str, Any]]:
    """Return every schema by name."""
    return {name: _schema(name, kind) for name, kind in sorted(_KINDS.items())}


def _schema(name: str, kind: type[msgspec.Struct]) -> dict[str, Any]:
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:pratique:{name}:1",
        "title": "decisions-v1" if name == "decision" else f"pratique-{name}/1",
    }
    # through JSON, so that it is the same as what a reader of the printed schema has
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(head | msgspec.json.schema(kind)))
    return plain
