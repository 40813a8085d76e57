"""Which artifacts of the corpora one run looks at. Never a random choice: by split, and by smallest SHA-256."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from pratique.evaluate.corpora import Source

QUICK_WHEELS = 100
QUICK_SAMPLES = 200


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """What the caller wants to look at."""

    split: str = "all"
    """train, dev or all; of the malware."""
    limit: int = 0
    """At most so many of each corpus; 0: no limit."""
    quick: bool = False
    """100 wheels, and one sample of each of at most 200 clusters of headline rows."""

    @property
    def whole(self) -> bool:
        """Whether nothing is left out."""
        return self.split == "all" and not self.limit and not self.quick

    @property
    def words(self) -> str:
        """Say it."""
        parts = [
            "" if self.split == "all" else f"malware split {self.split} only",
            f"quick set: {QUICK_WHEELS} wheels, one sample per headline cluster, at most {QUICK_SAMPLES}"
            if self.quick
            else "",
            f"at most {self.limit} of each corpus, by smallest SHA-256" if self.limit else "",
        ]
        return "; ".join(part for part in parts if part) or "everything"


def samples(sources: Iterable[Source], wanted: Selection) -> tuple[Source, ...]:
    """Return the samples of one run, by SHA-256."""
    chosen = sorted(sources, key=_by_hash)
    if wanted.split != "all":
        chosen = [one for one in chosen if one.item.split == wanted.split]
    if wanted.quick:
        first: dict[str, Source] = {}
        for one in chosen:
            if one.item.stratum == "headline":
                first.setdefault(one.item.group, one)
        chosen = list(first.values())[:QUICK_SAMPLES]
    return tuple(chosen[: wanted.limit or None])


def wheels(sources: Iterable[Source], wanted: Selection) -> tuple[Source, ...]:
    """Return the wheels of one run, by SHA-256."""
    most = min(limit for limit in (wanted.limit or 1 << 30, QUICK_WHEELS if wanted.quick else 1 << 30))
    return tuple(sorted(sources, key=_by_hash)[:most])


def _by_hash(source: Source) -> str:
    return source.item.sha256
