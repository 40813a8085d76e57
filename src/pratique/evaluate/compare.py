"""Two engines on the same artifacts: which findings and levels appeared and vanished, benign first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from pratique.evaluate.shapes import Corpus, Item, Outcome
from pratique.model import Level


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """What changed about one artifact."""

    corpus: Corpus
    sha256: str
    name: str
    before: Level | None
    after: Level | None
    appeared: tuple[str, ...]
    """`rule@trigger`."""
    vanished: tuple[str, ...]

    @property
    def worse(self) -> bool:
        """Tell whether it changed to the worse: a benign artifact flagged, a malicious one let go."""
        order = (None, "clear", "note", "look", "block")
        rose = order.index(self.after) > order.index(self.before)
        return rose if self.corpus == "benign" else order.index(self.after) < order.index(self.before)


def shifts(items: Iterable[Item], before: Mapping[str, Outcome], after: Mapping[str, Outcome]) -> tuple[Shift, ...]:
    """Return every artifact that both engines saw and judged differently: benign first, then the worst."""
    found = [
        shift
        for item in items
        if item.sha256 in before and item.sha256 in after
        for shift in _shift(item, before[item.sha256], after[item.sha256])
    ]
    return tuple(
        sorted(found, key=lambda one: (one.corpus != "benign", not one.worse, one.before == one.after, one.name))
    )


def _shift(item: Item, before: Outcome, after: Outcome) -> Iterator[Shift]:
    old, new = _findings(before), _findings(after)
    if old != new or before.level != after.level:
        yield Shift(
            corpus=item.corpus,
            sha256=item.sha256,
            name=item.name,
            before=before.level,
            after=after.level,
            appeared=tuple(sorted(new - old)),
            vanished=tuple(sorted(old - new)),
        )


def _findings(outcome: Outcome) -> set[str]:
    return {f"{one.rule}@{one.trigger}" for one in outcome.fired}


def render(found: Sequence[Shift], seen: int) -> str:
    """Return the differences as text."""
    lines = [f"{seen} artifacts seen by both; {len(found)} judged differently"]
    for corpus in ("benign", "malware"):
        rows = [one for one in found if one.corpus == corpus]
        if rows:
            levels = sum(one.before != one.after for one in rows)
            worse = sum(one.worse for one in rows)
            lines.append(f"{corpus}: {len(rows)}, of which {levels} at another level, {worse} for the worse")
        for one in rows:
            level = f"{one.before or '-'} -> {one.after or '-'}" if one.before != one.after else f"{one.after or '-'}"
            lines.append(f"  {one.sha256[:16]} {level:<14} {one.name}")
            lines += [f"    + {name}" for name in one.appeared] + [f"    - {name}" for name in one.vanished]
    return "\n".join(lines) + "\n"
