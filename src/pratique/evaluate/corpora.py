"""The development corpora: which artifacts there are, and their bytes, in memory, through the corpora's own readers.

A malware pack is a folder with `loader.py` and `labels.csv`, or one that `pratique dataset build` made; a benign
list is a folder with `locate.py` and `wheels.csv`.
Those two scripts belong to the corpora and are trusted; what they hand out never is.
"""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from pratique.dataset.records import Label
from pratique.errors import PratiqueError
from pratique.evaluate import vaulted
from pratique.evaluate.shapes import Item, Stratum

Read = Callable[[], tuple[str, bytes]]
"""Gives the published file name and the bytes. Raises PratiqueError."""


class CorpusError(PratiqueError):
    """A corpus is not what its table says."""

    hint = "see the README of the corpus"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One artifact and the way to its bytes."""

    item: Item
    read: Read = field(compare=False, repr=False)
    path: Path | None = None
    """Of a benign wheel; a sample has none."""
    verdict: str = ""
    """What the pack's sources say of a sample: malicious, pentest or unreviewed."""
    campaign: str = ""
    """Of a sample: the campaign's name, or the number of its cluster."""
    project: str = ""
    date: str = ""
    """Of a sample: the day that the pack gives it."""


def malware(folder: Path) -> tuple[Source, ...]:
    """Return the samples of a pack or dataset, in its order; nothing is decrypted yet. Raises PratiqueError."""
    if vaulted.is_dataset(folder):
        return tuple(_vaulted(folder, label) for label in vaulted.labels(folder))
    loader = _module(folder, "loader.py")
    return tuple(_sample(loader, row) for row in loader.iter_labels())


def benign(folder: Path) -> tuple[Source, ...]:
    """Return the wheels of a list that are on this machine. Raises CorpusError."""
    locate = _module(folder, "locate.py")
    return tuple(_wheel(row, path) for row, path in locate.iter_wheels())


def table_digest(folder: Path | None, name: str) -> str:
    """Return 16 hex digits of the corpus's table, "" where there is none."""
    if folder is None:
        return ""
    place = vaulted.table(folder) if vaulted.is_dataset(folder) else folder / name
    return hashlib.sha256(place.read_bytes()).hexdigest()[:16]


def stratum(row: dict[str, str]) -> Stratum:
    """Return which rows this one is counted with: doubts about the label come first."""
    if row["suspect_mislabel"]:
        return "flagged"
    if row["verdict"] == "pentest" or (row["verdict"] == "malicious" and row["pentest_hint"] == "1"):
        return "pentest"
    return "headline" if row["verdict"] == "malicious" else "unreviewed"


def tier(row: dict[str, str]) -> str:
    """Return how bad a sample is, as far as the pack's labels say (the tiers of the dataset, section 4.2)."""
    if "tiny" in row["suspect_mislabel"]:
        return "hollow"
    proof = row["verdict"] == "pentest" or row["pentest_hint"] == "1"
    return "callback or proof of concept" if proof else "theft or execution"


def _sample(loader: ModuleType, row: dict[str, str]) -> Source:
    item = Item(
        corpus="malware",
        stratum=stratum(row),
        sha256=row["sha256"],
        name=row["path"],
        group=row["cluster"],
        split=row["split"],
        novel=row["dev_novel_cluster"] == "1",
        location=row["payload_location"],
        year=row.get("date", "")[:4],
        tier=tier(row),
        category=row.get("kam193_category") or "no second opinion",
        py_bytes=int(row["py_bytes"] or 0),
    )

    def read() -> tuple[str, bytes]:
        try:
            sample: Any = loader.load(row)
        except ImportError as error:
            raise CorpusError("the pack cannot be decrypted", hint="pip install 'pratique[dataset]'") from error
        except (ValueError, OSError, RuntimeError) as error:
            raise CorpusError(f"{row['path']}: {type(error).__name__}") from error
        return sample.archive_name, sample.archive_bytes

    return Source(
        item=item,
        read=read,
        verdict=row["verdict"],
        campaign=row.get("campaign") or f"cluster-{row['cluster']}",
        project=row.get("name", ""),
        date=row.get("date", ""),
    )


def _vaulted(folder: Path, label: Label) -> Source:
    return Source(
        item=vaulted.item(label),
        read=vaulted.reader(folder, label),
        verdict="pentest" if label.ruling.verdict == "policy" else "malicious" if label.ruling.gold else "unreviewed",
        campaign=vaulted.campaign(label),
        project=label.name,
        date=label.times.first_seen,
    )


def _wheel(row: dict[str, str], path: Path) -> Source:
    item = Item(
        corpus="benign",
        stratum="benign",
        sha256=row["sha256"],
        name=path.name,
        group=row["project"],
        split=row["split"],
        py_bytes=int(row["py_bytes"] or 0),
    )

    def read() -> tuple[str, bytes]:
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != row["sha256"]:
            raise CorpusError(f"{path.name}: its SHA-256 is not the one in the list")
        return path.name, data

    return Source(item=item, read=read, path=path, project=row["project"])


def _module(folder: Path, name: str) -> ModuleType:
    """Load a corpus's own reader by path."""
    place = folder / name
    spec = importlib.util.spec_from_file_location(f"pratique_corpus_{place.stem}", place) if place.is_file() else None
    if spec is None or spec.loader is None:
        raise CorpusError(
            f"no corpus in {folder}: there is no {name}", hint="name its folder with --malware or --benign"
        )
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    return module
