"""From outcomes to what an operator asks: breakdowns, localisation, the curve at few alarms, a registry's day. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pratique.evaluate.figures import Outcomes, Peers, figures_of, reaches
from pratique.evaluate.shapes import (
    BenignFigures,
    Breakdown,
    GroupFigures,
    Item,
    Localisation,
    Operation,
    Point,
)
from pratique.evaluate.statistics import macro, upper_bound, wilson
from pratique.model import Level

FILES_A_DAY = 10_700
"""What PyPI took a day in 2026."""
PREVALENCES = {"1:1000": 1e-3, "1:10000": 1e-4}
BINS = 20
PROPERTIES: tuple[tuple[str, Callable[[Item], str]], ...] = (
    ("year", lambda item: item.year),
    ("harm tier", lambda item: item.tier),
    ("category", lambda item: item.category),
    ("vector (the pack's heuristic)", lambda item: item.location),
)


def breakdowns(items: Sequence[Item], outcomes: Outcomes, peers: Peers) -> tuple[Breakdown, ...]:
    """Return recall of the undisputed rows by each property, and by the trigger that the engine saw."""
    rows = [item for item in items if item.stratum in ("headline", "pentest")]
    found = [(name, {item.sha256: value(item) for item in rows}) for name, value in PROPERTIES]
    found.append(("trigger (as the engine sees it)", {item.sha256: outcomes[item.sha256].trigger for item in rows}))
    return tuple(_breakdown(name, rows, values, outcomes, peers) for name, values in found if rows)


def _breakdown(name: str, rows: Sequence[Item], values: dict[str, str], outcomes: Outcomes, peers: Peers) -> Breakdown:
    groups: list[GroupFigures] = []
    for value in sorted(set(values.values())):
        members = [item for item in rows if values[item.sha256] == value]
        groups.append(figures_of(value or "none", members, outcomes, peers))
    return Breakdown(by=name, groups=tuple(groups))


def localisation(items: Sequence[Item], outcomes: Outcomes) -> Localisation | None:
    """Return how often the first reason of a caught headline row names the right kind of file."""
    places = ("setup.py", "__init__.py", "__main__.py", "module.py")
    rows = [
        item
        for item in items
        if item.stratum == "headline" and item.location in places and reaches(outcomes[item.sha256], "look")
    ]
    if not rows:
        return None
    right = sum(outcomes[item.sha256].place == item.location for item in rows)
    return Localisation(rows=len(rows), right=right, share=wilson(right, len(rows)))


def curve(bad: Sequence[Item], good: Sequence[Item], outcomes: Outcomes) -> tuple[Point, ...]:
    """Return recall and alarms at every score of a benign artifact, highest first, and where there is no alarm."""
    novel = [item for item in bad if item.stratum == "headline" and item.novel]
    if not novel or not good:
        return ()
    scores = sorted({outcomes[item.sha256].score for item in good}, reverse=True)
    clear = min((score for item in novel if (score := outcomes[item.sha256].score) > scores[0]), default=1.0)
    return tuple(_point(threshold, novel, good, outcomes) for threshold in (clear, *(one for one in scores if one > 0)))


def _point(threshold: float, bad: Sequence[Item], good: Sequence[Item], outcomes: Outcomes) -> Point:
    caught, clusters = macro((item.group, outcomes[item.sha256].score >= threshold) for item in bad)
    alarmed = [item for item in good if outcomes[item.sha256].score >= threshold]
    return Point(
        threshold=round(threshold, 4),
        recall=round(caught / clusters, 4),
        files=len(alarmed),
        projects=len({item.group for item in alarmed}),
    )


def histogram(bad: Sequence[Item], good: Sequence[Item], outcomes: Outcomes) -> dict[str, tuple[int, ...]]:
    """Return how many artifacts have which score."""
    dev = [item for item in bad if item.stratum == "headline" and item.split == "dev"]
    return {
        name: _bins([outcomes[item.sha256].score for item in items])
        for name, items in (("malicious", dev), ("benign", good))
    }


def _bins(scores: Sequence[float]) -> tuple[int, ...]:
    counts = [0] * BINS
    for score in scores:
        counts[min(BINS - 1, int(score * BINS))] += 1
    return tuple(counts)


def operations(groups: Sequence[GroupFigures], benign: BenignFigures | None) -> tuple[Operation, ...]:
    """Return what `look` and `block` would mean on live traffic."""
    novel = next((group for group in groups if group.name == "headline novel dev"), None)
    if novel is None or benign is None:
        return ()
    levels: tuple[tuple[Level, float, int], ...] = (
        ("look", novel.look.macro.value, benign.look.files),
        ("block", novel.block.macro.value, benign.block.files),
    )
    return tuple(_operation(level, recall, alarms, benign.files) for level, recall, alarms in levels)


def _operation(level: Level, recall: float, alarms: int, files: int) -> Operation:
    rate, most = alarms / files, upper_bound(alarms, files)
    return Operation(
        level=level,
        recall=recall,
        alarms_a_day=round(rate * FILES_A_DAY, 2),
        alarms_a_day_at_most=round(most * FILES_A_DAY, 1),
        precision={name: precision(recall, rate, share) for name, share in PREVALENCES.items()},
        precision_at_least={name: precision(recall, most, share) for name, share in PREVALENCES.items()},
    )


def precision(recall: float, rate: float, prevalence: float) -> float:
    """Return the malicious share of what is flagged, where `prevalence` of all files are malicious."""
    caught = recall * prevalence
    flagged = caught + rate * (1 - prevalence)
    return round(caught / flagged, 4) if flagged else 0.0
