"""Whether a dataset is whole: every blob decrypts to its name, every label has its bytes, nothing lies about."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.dataset import lines, release
from pratique.dataset.ledger import Ledger
from pratique.dataset.place import Place
from pratique.dataset.records import Label, label_id

_FOLDERS = frozenset({"vault", "releases", "sealed"})


def faults(place: Place) -> Iterator[str]:
    """Yield what is wrong, one sentence each. Raises DatasetError where a file cannot be read at all."""
    summary = place.load()
    ledger = Ledger.load(place.claims)
    labels = list(lines.read(place.labels, Label))
    if len(labels) != summary.labels:
        yield f"labels.jsonl has {len(labels)} labels; dataset.json says {summary.labels}"
    yield from (f"vault/{where}: {why}" for where, why in place.vault.faults())
    stored = set(place.vault.stored())
    for label in labels:
        yield from (f"{label.id} {label.purl}: {why}" for why in _wrong(label, stored, ledger))
    claimed = {one.item.sha256 for one in labels}
    yield from (f"vault/{sha256}: nothing is said of it" for sha256 in sorted(stored - claimed))
    yield from release.faults(place)
    for path in sorted(place.root.iterdir()):
        known = path.name in _FOLDERS if path.is_dir() else path.suffix == ".jsonl" or path == place.summary
        if not known:
            yield f"{path.name}: does not belong into a dataset"


def _wrong(label: Label, stored: set[str], ledger: Ledger) -> Iterator[str]:
    if label.id != label_id(label.purl, label.item.sha256):
        yield "its id is not that of its release and bytes"
    if label.item.stored and label.item.sha256 not in stored:
        yield "its bytes are not in the vault"
    for witness in label.witnesses:
        entry = ledger.entries.get(witness.claim)
        if entry is None:
            yield f"claim {witness.claim} is not in the ledger"
        elif entry.id != entry.claim.id:
            yield f"claim {witness.claim} was changed after it was read"
