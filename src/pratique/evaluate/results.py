"""Outcomes kept between runs: one file of JSON lines per engine (or peer), so that a run can be stopped and resumed.

Lines are appended whole; a line that cannot be read is left out. Without a writable place everything still works.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Generic, Self, TextIO, TypeVar

import msgspec

from pratique.cache.place import Unusable, default_path
from pratique.evaluate.shapes import Outcome, PeerOutcome

KEPT = 12
"""Files of earlier engines that are kept."""
T = TypeVar("T", Outcome, PeerOutcome)


def folder(name: str) -> Path | None:
    """Return a folder beside the cache of facts; None where the user wants no cache."""
    try:
        place = default_path()
    except Unusable:
        return None
    return place.parent / name if place is not None else None


def kept(place: Path | None, engine: str) -> dict[str, Outcome]:
    """Return the outcomes that an engine left, by SHA-256; none where there are none."""
    path = place / f"engine-{engine}.jsonl" if place else None
    return read(path, Outcome) if path is not None and path.is_file() else {}


def read(path: Path, kind: type[T]) -> dict[str, T]:
    """Read a file of outcomes; a line cut short by a full disk or an interrupted run is left out."""
    decoder, found = msgspec.json.Decoder(kind), {}
    try:
        lines = path.read_bytes().splitlines()
    except OSError:
        return {}
    for line in lines:
        try:
            outcome = decoder.decode(line)
        except msgspec.DecodeError:
            continue
        found[outcome.sha256] = outcome
    return found


class Results(Generic[T]):
    """The outcomes of one engine by SHA-256. A context manager."""

    def __init__(self, kind: type[T], name: str, place: Path | None) -> None:
        self.known: dict[str, T] = {}
        self._file: TextIO | None = None
        if place is None:
            return
        path = place / f"{name}.jsonl"
        self.known = read(path, kind)
        try:
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = path.open("a", encoding="utf-8")
        except OSError:
            return
        _prune(place)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, outcome: T) -> None:
        """Keep one outcome, at once."""
        self.known[outcome.sha256] = outcome
        if self._file is not None:
            self._file.write(msgspec.json.encode(outcome).decode() + "\n")
            self._file.flush()


def _prune(place: Path) -> None:
    """Remove the oldest files of earlier engines."""
    found = sorted(place.glob("engine-*.jsonl"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in found[KEPT:]:
        path.unlink(missing_ok=True)
