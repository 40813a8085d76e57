"""What children of a recognition run are asked, what they answer, and the result (`pratique-recognition/1`).

Nothing here can hold text of a sample: hashes, methods, scores and campaign names.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from pratique.evaluate.shapes import Rate
from pratique.known.sketch import Sketch
from pratique.model import Level

Variant = Literal["renamed", "commented", "readdressed", "encoded", "all"]
VARIANTS: tuple[Variant, ...] = ("renamed", "commented", "readdressed", "encoded", "all")


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """What to do with an artifact's bytes."""

    what: Literal["sketch", "variants", "hits"]
    filename: str
    name: str = ""
    """The project's name, which a variant changes."""
    campaign: str = ""


class Sketched(msgspec.Struct, frozen=True, kw_only=True):
    """A sample's sketch, and what the engine makes of it without any index."""

    sha256: str
    level: Level | None = None
    sketch: Sketch | None = None
    places: int = 0
    """Functions that hold payload."""
    failure: str = ""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """One key of the index in one artifact."""

    key: bytes
    method: str
    score: float


class Matched(msgspec.Struct, frozen=True, kw_only=True):
    """What one artifact, or each variant of it, shares with the index."""

    sha256: str
    hits: tuple[Seen, ...] = ()
    variants: dict[str, tuple[Seen, ...]] = {}
    failure: str = ""


class VariantFigures(msgspec.Struct, frozen=True, kw_only=True):
    """How many changed samples still match at a score."""

    variant: str
    samples: int
    matched: int
    own_campaign: int
    """Matched, and the best match names the sample's own campaign."""
    rate: Rate
    methods: dict[str, int]
    """By the best match's method."""


class FalseMatches(msgspec.Struct, frozen=True, kw_only=True):
    """Benign projects that share something with an index."""

    index: str
    """In words: which benign code it was cleaned with."""
    projects: int
    at: dict[str, int]
    """Projects by least score: `0.6`, `0.8`, `0.95`."""
    bound: float
    """At 0.8: what the rate per project is below, at 95 %."""
    methods: dict[str, int]
    """Projects at 0.8 by method."""


class Recognition(msgspec.Struct, frozen=True, kw_only=True):
    """The result of one run."""

    schema: Literal["pratique-recognition/1"] = "pratique-recognition/1"
    engine: str
    date: str
    dataset: str
    """Digest of the table of samples."""
    benign: str
    """Digest of the list of wheels."""
    seen: str
    """Which part of both was looked at, in words."""
    samples: int
    without_payload: int
    """Samples of which only the artifact's hash is known: no finding says where their payload is."""
    keys: dict[str, int]
    signatures: int
    bytes: int
    load_ms: float
    variants: tuple[VariantFigures, ...]
    later: dict[str, Rate]
    """Recall on dev samples of an index of the train samples alone, by group."""
    false_matches: tuple[FalseMatches, ...]
    failures: int
