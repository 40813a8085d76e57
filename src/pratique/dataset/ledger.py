"""The ledger of claims: every statement that was ever read, since when, and until when its source still made it.

Nothing is deleted. A claim that its source no longer holds is kept with the day on which it was missed: a registry of
malware that drops an entry has nearly always found out that it was wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from pratique.dataset import lines
from pratique.dataset.shapes import Claim


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of claims.jsonl, `pratique-claim/1`."""

    id: str
    claim: Claim
    first_read: str
    """ISO date of the import that brought it."""
    dropped_at: str = ""
    """ISO date of the first import of its source that no longer had it."""

    @property
    def ended_at(self) -> str:
        """When it stopped to stand, "" while it does."""
        return self.claim.withdrawn_at or self.dropped_at


class Ledger:
    """All claims by id, in the order of their first reading."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries = {one.id: one for one in entries}

    @classmethod
    def load(cls, path: Path) -> Ledger:
        """Read claims.jsonl; an absent file is an empty ledger. Raises DatasetError."""
        return cls(lines.read(path, Entry))

    def save(self, path: Path) -> None:
        """Write it whole. Raises DatasetError."""
        lines.write(path, self.entries.values())

    def record(self, source: str, claims: Iterable[Claim], day: str) -> int:
        """Take in all that one source says today; return how many claims are new.

        What the source said before and says no longer is marked, and unmarked should it say it again.
        """
        said = {claim.id: claim for claim in claims}
        new = [identity for identity in said if identity not in self.entries]
        for identity, entry in self.entries.items():
            if entry.claim.source == source:
                now = said.get(identity)
                dropped = "" if now else entry.dropped_at or day
                self.entries[identity] = msgspec.structs.replace(entry, claim=now or entry.claim, dropped_at=dropped)
        for identity in new:
            self.entries[identity] = Entry(id=identity, claim=said[identity], first_read=day)
        return len(new)
