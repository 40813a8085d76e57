"""Splits by time and by campaign: what one hand made is never on both sides, and the later side is always the test."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from pratique.dataset.records import Split
from pratique.dataset.shapes import DatasetError

CUTS = ("2024-01-01", "2025-01-01")
"""The first days of `dev` and of `test`."""
NAMES = ("train", "dev", "test")
UNDATED = "undated"
"""Of campaigns that nobody dates: part of none of the three."""


def version(cuts: tuple[str, str]) -> str:
    """Return what the split is called in every label."""
    return f"first-seen-by-campaign/1 {cuts[0]} {cuts[1]}"


def cuts_of(text: str) -> tuple[str, str]:
    """Read `DATE,DATE`. Raises DatasetError."""
    first, _, second = text.partition(",")
    parts = [part.split("-") for part in (first, second)]
    if not all(len(part) == 3 and all(map(str.isdigit, part)) for part in parts) or first >= second:
        raise DatasetError(f"{text!r} is not two dates in order", hint=f"like {','.join(CUTS)}")
    return first, second


def assign(campaigns: Mapping[str, str], dates: Iterable[tuple[str, str]], cuts: tuple[str, str]) -> dict[str, Split]:
    """Return the split of each sample: that of the day on which its campaign was first seen.

    Args:
        campaigns: Campaign by SHA-256.
        dates: (SHA-256, ISO date or ""), a sample may have several.
        cuts: First day of `dev`, first day of `test`.

    """
    first: dict[str, str] = defaultdict(str)
    for sha256, date in dates:
        campaign = campaigns.get(sha256)
        if campaign is not None and date and (not first[campaign] or date < first[campaign]):
            first[campaign] = date
    name = version(cuts)
    return {sha256: Split(version=name, name=_name(first[one], cuts)) for sha256, one in campaigns.items()}


def _name(date: str, cuts: tuple[str, str]) -> str:
    return NAMES[sum(date >= cut for cut in cuts)] if date else UNDATED
