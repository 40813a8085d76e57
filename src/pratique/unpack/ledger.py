"""The ledger of one artifact: what was spent, what was wrong, and which byte belongs to what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Literal, NamedTuple

from pratique.model import Budget, Problem, Spent
from pratique.unpack.codes import SEVERITY

RangeKind = Literal["header", "data", "padding", "gap"]
FREE_BYTES = 16 << 20
"""Below this many inflated bytes nothing is called a bomb, whatever the ratio."""
FREE_TOTAL = 64 << 20
"""The same for the artifact as a whole."""
SHOWN = 25
"""Problems with the same code shown in full per container; the rest are counted."""


class Range(NamedTuple):
    """Bytes [start, end) of a container. `padding` is zero bytes, `gap` is what belongs to nothing."""

    start: int
    end: int
    kind: RangeKind


class Account(NamedTuple):
    """Where every byte of one container belongs."""

    segments: tuple[str, ...]
    format: str
    """The reader that made it. A `tar` inside a compressed stream counts the bytes of the stream."""
    length: int
    ranges: tuple[Range, ...]
    """Sorted, disjoint, covering [0, length)."""


def settle(claims: Iterable[Range], length: int) -> tuple[Range, ...]:
    """Return the claims sorted and cut so that they are disjoint, with gaps where nothing is claimed."""
    settled: list[Range] = []
    at = 0
    for claim in sorted(claims):
        start, end, kind = claim
        if start == at < end <= length:
            settled.append(claim)
            at = end
            continue
        if start > at:
            settled.append(Range(at, min(start, length), "gap"))
            at = min(start, length)
        if (stop := min(end, length)) > at:
            settled.append(Range(at, stop, kind))
            at = stop
    if at < length:
        settled.append(Range(at, length, "gap"))
    return tuple(settled)


class Ledger:
    """Counts spending against the budget and collects problems. Mutable, one per artifact."""

    def __init__(self, budget: Budget, compressed: int) -> None:
        self.budget = budget
        self.compressed = compressed
        self.members = 0
        self.inflated = 0
        self.problems: list[Problem] = []
        self.accounts: list[Account] = []
        self.exhausted = ""
        """The code of the limit that ended all reading, or ""."""
        self.limited = True
        """False for folders, whose bytes are no product of compression."""
        self._seen: Counter[tuple[tuple[str, ...], str]] = Counter()

    @property
    def spent(self) -> Spent:
        """What reading has cost so far."""
        return Spent(compressed=self.compressed, members=self.members, inflated=self.inflated)

    def problem(
        self, code: str, container: tuple[str, ...], detail: str = "", *, offset: int = -1, name: str | None = None
    ) -> None:
        """Record a problem of a container, or of its member `name`."""
        self._seen[container, code] += 1
        if self._seen[container, code] <= SHOWN:
            place = container if name is None else (*container, name)
            self.problems.append(
                Problem(code=code, severity=SEVERITY[code], segments=place, detail=detail[:300], offset=offset)
            )

    def close(self) -> tuple[Problem, ...]:
        """Return all problems, with one more for each code that occurred too often to be shown."""
        for (container, code), times in self._seen.items():
            if times > SHOWN:
                detail = f"and {times - SHOWN} more"
                self.problems.append(Problem(code=code, severity=SEVERITY[code], segments=container, detail=detail))
        return tuple(self.problems)

    def member(self, container: tuple[str, ...]) -> bool:
        """Count one member; False once there are too many."""
        if self.members >= self.budget.members:
            self._exhaust("budget-members", container)
            return False
        self.members += 1
        return True

    def spend(self, count: int, container: tuple[str, ...]) -> bool:
        """Count inflated bytes; False once the budget, or the artifact's honest ratio, is used up."""
        if self.exhausted:
            return False
        total = self.inflated + count
        if total > self.budget.inflated:
            self._exhaust("budget-inflated", container)
        elif self.limited and total > FREE_TOTAL and total > self.budget.ratio * self.compressed:
            self._exhaust("bomb", container)
        else:
            self.inflated = total
        return not self.exhausted

    def _exhaust(self, code: str, container: tuple[str, ...]) -> None:
        if not self.exhausted:
            self.exhausted = code
            self.problem(code, container, "all further reading stopped here")
