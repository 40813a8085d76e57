"""Intervals: Wilson's for shares, the exact one-sided bound for rare alarms. No dependency."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from pratique.evaluate.shapes import Rate

Z = 1.959963984540054
"""Two-sided 95 %."""


def wilson(successes: float, trials: int) -> Rate:
    """Return a share with Wilson's score interval (Wilson 1927); (0, 0, 1) without trials.

    `successes` may be fractional: the sum over clusters of the share caught.
    """
    if not trials:
        return Rate(value=0.0, low=0.0, high=1.0)
    share = successes / trials
    spread = Z * Z / trials
    middle = (share + spread / 2) / (1 + spread)
    half = Z * math.sqrt(share * (1 - share) / trials + spread / (4 * trials)) / (1 + spread)
    return Rate(value=share, low=max(0.0, min(share, middle - half)), high=min(1.0, max(share, middle + half)))


def upper_bound(alarms: int, trials: int) -> float:
    """Return the highest rate that `alarms` of `trials` do not rule out at 95 % (Clopper and Pearson 1934, one-sided).

    Without alarms that is close to 3 / trials. 1.0 without trials.
    """
    if alarms >= trials:
        return 1.0
    low, high = alarms / trials, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if _at_most(alarms, trials, middle) > 0.05:
            low = middle
        else:
            high = middle
    return high


def _at_most(alarms: int, trials: int, rate: float) -> float:
    """Return the binomial probability of at most `alarms`."""
    if rate <= 0 or rate >= 1:
        return 1.0 if rate <= 0 else 0.0
    ways = (
        math.lgamma(trials + 1) - math.lgamma(k + 1) - math.lgamma(trials - k + 1)
        + k * math.log(rate) + (trials - k) * math.log1p(-rate)
        for k in range(alarms + 1)
    )  # fmt: skip
    return math.fsum(math.exp(way) for way in ways)


def macro(caught: Iterable[tuple[str, bool]]) -> tuple[float, int]:
    """Return (sum over groups of the share caught, number of groups) of (group, caught) pairs."""
    groups: dict[str, list[bool]] = {}
    for group, hit in caught:
        groups.setdefault(group, []).append(hit)
    return math.fsum(_share(hits) for hits in groups.values()), len(groups)


def _share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits)


def quantile(values: Sequence[float], share: float) -> float:
    """Return the nearest-rank quantile; 0.0 of nothing."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


def count_by(pairs: Iterable[tuple[str, str]]) -> Mapping[str, set[str]]:
    """Return the distinct second parts by first part."""
    found: dict[str, set[str]] = {}
    for key, value in pairs:
        found.setdefault(key, set()).add(value)
    return found
