"""Figures of a dataset: how many, when, by which way in, and how few hands are behind them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

import msgspec

from pratique.dataset.agreement import Agreement, agreement
from pratique.dataset.records import Label
from pratique.model import TRIGGER_ORDER

TOP = 30
HARMS = ("destructive", "theft-or-execution", "callback", "hollow", "unknown")


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """How many files have a value."""

    value: str
    files: int


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """How files are spread over groups."""

    groups: int
    largest: float
    """Share of the files that are in the largest group."""
    effective: float
    """How many groups of equal size would be as diverse: one over the sum of squared shares."""


class Campaign(msgspec.Struct, frozen=True, kw_only=True):
    """One of the largest campaigns."""

    id: str
    files: int
    names: int
    """Different projects."""
    called: str
    """What sources call it, "" when none does."""
    first_seen: str
    last_seen: str


class Reporter(msgspec.Struct, frozen=True, kw_only=True):
    """Who accuses how many, and how many of them nobody else does."""

    name: str
    files: int
    alone: int


class Stats(msgspec.Struct, frozen=True, kw_only=True):
    """What `pratique dataset stats --format json` prints, `pratique-dataset-stats/1`."""

    schema: Literal["pratique-dataset-stats/1"] = "pratique-dataset-stats/1"
    labels: int
    files: int
    stored: int
    gold: int
    first_seen: str
    last_seen: str
    verdicts: tuple[Count, ...]
    lifecycles: tuple[Count, ...]
    harm_tiers: tuple[Count, ...]
    attack_types: tuple[Count, ...]
    splits: tuple[Count, ...]
    quarters: tuple[tuple[str, dict[str, int]], ...]
    """`2023 Q4` -> files by harm tier."""
    triggers: tuple[tuple[str, dict[str, int]], ...]
    """Year -> files by the earliest trigger of accused code, as the engine proposes it; `none`: it accuses nothing."""
    behaviours: tuple[Count, ...]
    """Rules that fire on most files."""
    exfiltration: tuple[Count, ...]
    clusters: Spread | None
    campaigns: Spread | None
    largest: tuple[Campaign, ...]
    reporters: tuple[Reporter, ...]
    agreements: tuple[tuple[str, Agreement], ...]
    unread: int
    """Samples that the engine did not finish."""


def count(labels: Sequence[Label]) -> Stats:
    """Return all figures. A label stands for one file, or for a version whose file nobody has."""
    dates = sorted(one.times.first_seen for one in labels if one.times.first_seen)
    proposals = [one.proposal for one in labels if one.proposal]
    return Stats(
        labels=len(labels),
        files=len({one.item.sha256 for one in labels if one.item.sha256}),
        stored=len({one.item.sha256 for one in labels if one.item.stored}),
        gold=sum(one.ruling.gold for one in labels),
        first_seen=dates[0] if dates else "",
        last_seen=dates[-1] if dates else "",
        verdicts=_counts(one.ruling.verdict for one in labels),
        lifecycles=_counts(one.ruling.lifecycle for one in labels),
        harm_tiers=_counts(one.ruling.harm_tier for one in labels),
        attack_types=_counts(one.ruling.attack_type for one in labels),
        splits=_counts(one.split.name for one in labels if one.split),
        quarters=_by(labels, _quarter, lambda one: one.ruling.harm_tier),
        triggers=_by([one for one in labels if one.proposal], lambda one: one.times.first_seen[:4], _trigger),
        behaviours=_counts(rule for one in proposals for rule in {behaviour.rule for behaviour in one.behaviours})[
            :TOP
        ],
        exfiltration=_counts(where for one in proposals for where in one.exfiltration)[:TOP],
        clusters=_spread([one.group.cluster for one in labels if one.group]),
        campaigns=_spread([one.group.campaign for one in labels if one.group]),
        largest=tuple(_campaigns(labels))[:TOP],
        reporters=tuple(_reporters(labels)),
        agreements=tuple(_agreements(labels)),
        unread=sum(bool(one.failure) for one in proposals),
    )


def _counts(values: Iterable[str]) -> tuple[Count, ...]:
    counted = Counter(values)
    return tuple(Count(value=value, files=counted[value]) for value in sorted(counted, key=lambda v: (-counted[v], v)))


def _by(
    labels: Iterable[Label], when: Callable[[Label], str], what: Callable[[Label], str]
) -> tuple[tuple[str, dict[str, int]], ...]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for one in labels:
        if period := when(one):
            found[period][what(one)] += 1
    return tuple((period, dict(sorted(found[period].items()))) for period in sorted(found))


def _quarter(one: Label) -> str:
    date = one.times.first_seen
    return f"{date[:4]} Q{(int(date[5:7]) + 2) // 3}" if date else ""


def _trigger(one: Label) -> str:
    triggers = one.proposal.triggers if one.proposal else ()
    return next((trigger for trigger in TRIGGER_ORDER if trigger in triggers), "none")


def _spread(groups: Sequence[str]) -> Spread | None:
    counted = Counter(groups)
    total = counted.total()
    if not total:
        return None
    return Spread(
        groups=len(counted),
        largest=round(max(counted.values()) / total, 4),
        effective=round(total * total / sum(size * size for size in counted.values()), 1),
    )


def _campaigns(labels: Iterable[Label]) -> Iterable[Campaign]:
    members: dict[str, list[Label]] = defaultdict(list)
    for one in labels:
        if one.group:
            members[one.group.campaign].append(one)
    for name in sorted(members, key=lambda name: (-len(members[name]), name)):
        found = members[name]
        dates = sorted(one.times.first_seen for one in found if one.times.first_seen)
        called = Counter(word for one in found for word in one.source_campaigns).most_common(1)
        yield Campaign(
            id=name,
            files=len(found),
            names=len({one.name for one in found}),
            called=called[0][0] if called else "",
            first_seen=dates[0] if dates else "",
            last_seen=dates[-1] if dates else "",
        )


def _reporters(labels: Iterable[Label]) -> Iterable[Reporter]:
    files: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    for one in labels:
        who = {w.reporter for w in one.witnesses if w.scope != "name" and w.stance == "accuses" and not w.ended_at}
        files.update(who)
        if len(who) == 1:
            alone.update(who)
    for name in sorted(files, key=lambda name: (-files[name], name)):
        yield Reporter(name=name, files=files[name], alone=alone[name])


def _agreements(labels: Iterable[Label]) -> Iterable[tuple[str, Agreement]]:
    """Yield how our groups agree with those that sources name; a file that sources name twice is left out."""
    grouped = [one for one in labels if one.group is not None]
    for what, ours, theirs in (
        ("campaigns with the sources' campaigns", "campaign", "source_campaigns"),
        ("clusters with the sources' clusters", "cluster", "source_clusters"),
    ):
        named = {one.item.sha256: getattr(one, theirs)[0] for one in grouped if len(getattr(one, theirs)) == 1}
        found = agreement({one.item.sha256: getattr(one.group, ours) for one in grouped}, named)
        if found.pairs:
            yield what, found
