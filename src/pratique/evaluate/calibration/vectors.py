"""Outcomes as feature vectors, split and weighted so that each cluster and each project counts once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from pratique.evaluate.recognition.run import half
from pratique.evaluate.shapes import Item, Outcome
from pratique.model import UNATTENDED

ASSUMED = 0.5
"""What a finding counts whose path is a guess."""
Part = Literal["fit", "set"]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One artifact."""

    sha256: str
    malicious: bool
    part: Part
    group: str
    """Cluster or project."""
    novel: bool
    features: dict[str, float]
    score: float
    """Of the verdict as it is."""
    weight: float = 1.0


def features(outcome: Outcome) -> dict[str, float]:
    """Return `rule` and, where it runs unattended, `rule!`, each with 1, or less for a guess.

    The trigger alone is no feature, and install, build, startup and import are one class: an archive's format decides
    which of them there can be.
    """
    found: dict[str, float] = {}
    for one in outcome.fired:
        if one.category != "malware":
            continue
        value = ASSUMED if one.certainty == "assumed" else 1.0
        names = (one.rule, f"{one.rule}!") if one.trigger in UNATTENDED else (one.rule,)
        for name in names:
            found[name] = max(value, found.get(name, 0.0))
    return found


def rows(items: Iterable[Item], outcomes: Mapping[str, Outcome]) -> tuple[Row, ...]:
    """Return the rows that calibration may look at: undisputed malware, and benign artifacts with a verdict."""
    found = []
    for item in items:
        outcome = outcomes.get(item.sha256)
        if outcome is None or outcome.level is None or item.stratum not in ("headline", "benign"):
            continue
        malicious = item.corpus == "malware"
        fits = item.split == "train" if malicious else half(item.group) == "A"
        found.append(
            Row(
                sha256=item.sha256,
                malicious=malicious,
                part="fit" if fits else "set",
                group=item.group,
                novel=item.novel,
                features=features(outcome),
                score=outcome.score,
            )
        )
    return weighted(found)


def weighted(found: Sequence[Row]) -> tuple[Row, ...]:
    """Give every cluster and every project the same weight, and both classes of a part the same sum."""
    sizes = Counter((row.malicious, row.part, row.group) for row in found)
    groups = Counter((malicious, part) for malicious, part, _ in sizes)
    return tuple(
        msgspec.structs.replace(
            row, weight=1 / sizes[row.malicious, row.part, row.group] / groups[row.malicious, row.part]
        )
        for row in found
    )


def names(found: Iterable[Row]) -> tuple[str, ...]:
    """Return all features, in name order."""
    return tuple(sorted({name for row in found for name in row.features}))
