"""How well groups agree with those that a source names: over pairs of samples, without comparing each pair."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec

LOOSE = ("GENERIC", "SCRIPT_KIDDIE", "SCRIPT-KIDDIE")
"""Names that kam193 gives to buckets of unrelated packages."""


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """Pairs of samples that both partitions know."""

    samples: int
    groups: int
    """That the source names."""
    pairs: int
    """That the source puts together."""
    found: int
    """Of those, put together here."""
    joined: int
    """Put together here, whatever the source says."""

    @property
    def precision(self) -> float:
        """Share of the pairs put together here that the source puts together; 1 when there are none."""
        return self.found / self.joined if self.joined else 1.0

    @property
    def recall(self) -> float:
        """Share of the source's pairs that are put together here; 1 when there are none."""
        return self.found / self.pairs if self.pairs else 1.0


def agreement(ours: Mapping[str, str], theirs: Mapping[str, str]) -> Agreement:
    """Compare two partitions over the samples that both know."""
    both = [name for name in ours if theirs.get(name) and not theirs[name].upper().startswith(LOOSE)]
    return Agreement(
        samples=len(both),
        groups=len({theirs[name] for name in both}),
        pairs=_pairs(theirs[name] for name in both),
        found=_pairs((ours[name], theirs[name]) for name in both),
        joined=_pairs(ours[name] for name in both),
    )


def _pairs(keys: Iterable[object]) -> int:
    return sum(count * (count - 1) // 2 for count in Counter(keys).values())
