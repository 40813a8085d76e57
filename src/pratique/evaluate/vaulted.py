"""A dataset of known malware as a corpus: its labels say what is counted with what, its vault holds the bytes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from pratique.dataset import lines
from pratique.dataset.place import Place
from pratique.dataset.records import Label
from pratique.dataset.sources.pack import PROOF
from pratique.dataset.vault import Vault
from pratique.evaluate.shapes import Item, Stratum


def is_dataset(folder: Path) -> bool:
    """Tell whether `pratique dataset build` made this folder."""
    return Place(folder).exists


def table(folder: Path) -> Path:
    """Return the file whose digest names the corpus."""
    return Place(folder).labels


def labels(folder: Path) -> Iterator[Label]:
    """Yield the label of every stored file of the Python registry once. Raises DatasetError."""
    for one in lines.read(Place(folder).labels, Label):
        if one.item.stored and one.ecosystem == "pypi" and not one.duplicate_of:
            yield one


def item(one: Label) -> Item:
    """Return a label as an evaluation sees it.

    What our engine proposed is left out: it must not decide with what its own results are counted.
    """
    by_source = one.ruling.harm_tier_by in ("source", "reviewer")
    return Item(
        corpus="malware",
        stratum=stratum(one),
        sha256=one.item.sha256,
        name=one.purl,
        group=one.group.cluster if one.group else one.item.sha256,
        split=one.split.name if one.split else "",
        novel=one.split is not None and one.split.name != "train",
        year=one.times.first_seen[:4],
        tier=one.ruling.harm_tier if by_source else "",
        category=one.ruling.intent if one.ruling.intent != "unknown" else "no second opinion",
    )


def stratum(one: Label) -> Stratum:
    """Return which rows this one is counted with: doubts about the label come first."""
    doubts = set(one.ruling.doubts)
    if doubts - {PROOF} or one.ruling.lifecycle != "asserted":
        return "flagged"
    if doubts or one.ruling.verdict == "policy":
        return "pentest"
    return "headline" if one.ruling.gold else "unreviewed"


def campaign(one: Label) -> str:
    """Return what a match may call the hand behind it."""
    ours = one.group.campaign if one.group else ""
    return next(iter(one.source_campaigns), ours)


def reader(folder: Path, one: Label) -> partial[tuple[str, bytes]]:
    """Return the way to a sample's bytes, in memory."""
    return partial(_read, Place(folder).vault, one)


def _read(vault: Vault, one: Label) -> tuple[str, bytes]:
    return one.item.filename, vault.get(one.item.sha256)
