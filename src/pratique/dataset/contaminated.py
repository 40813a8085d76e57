"""Names in the dataset that are live and popular: labels that a person should look at again.

A name on the list may be an honest project whose one release was hijacked, one whose name an attacker had first, or one
that was accused wrongly. The list of live names is the caller's: one name a line, or `name,downloads` with or without a
header, most popular first where there are no numbers.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec
from packaging.utils import canonicalize_name

from pratique.dataset.records import Label
from pratique.dataset.shapes import DatasetError


class Suspect(msgspec.Struct, frozen=True, kw_only=True):
    """A live name with standing accusations."""

    name: str
    rank: int
    """In the list, from 1."""
    downloads: int
    """0 where the list has no numbers."""
    versions: tuple[str, ...]
    accusers: tuple[str, ...]
    gold: bool
    hijack: bool
    """Whether a source says that one of these releases was hijacked."""


def live_names(path: Path) -> dict[str, tuple[int, int]]:
    """Return canonical name -> (rank, downloads). Raises DatasetError."""
    try:
        rows = list(csv.reader(path.read_text("utf-8", "replace").splitlines()))
    except (OSError, csv.Error) as error:
        raise DatasetError(f"cannot read {path}: {error}") from error
    pairs = [(row[0].strip(), _number(row[1]) if len(row) > 1 else 0) for row in rows if row and row[0].strip()]
    if pairs and rows[0][1:] and not rows[0][1].strip().isdigit():
        pairs = pairs[1:]  # a header
    if any(count for _, count in pairs):
        pairs.sort(key=lambda pair: -pair[1])
    found: dict[str, tuple[int, int]] = {}
    for rank, (name, count) in enumerate(pairs, 1):
        found.setdefault(canonicalize_name(name), (rank, count))
    return found


def suspects(labels: Iterable[Label], live: Mapping[str, tuple[int, int]]) -> Iterator[Suspect]:
    """Yield the names that are on the list and accused, most popular first."""
    accused: dict[str, list[Label]] = defaultdict(list)
    for label in labels:
        if label.ecosystem == "pypi" and label.name in live and label.ruling.lifecycle != "withdrawn":
            accused[label.name].append(label)
    for name in sorted(accused, key=lambda name: live[name]):
        found = accused[name]
        rank, downloads = live[name]
        yield Suspect(
            name=name,
            rank=rank,
            downloads=downloads,
            versions=tuple(sorted({one.version for one in found})),
            accusers=tuple(sorted({w.reporter for one in found for w in one.witnesses if w.scope != "name"})),
            gold=any(one.ruling.gold for one in found),
            hijack=any(one.ruling.attack_type == "hijacked-release" for one in found),
        )


def _number(text: str) -> int:
    clean = text.strip().replace(",", "").replace("_", "")
    return int(clean) if clean.isdigit() and len(clean) < 20 else 0
