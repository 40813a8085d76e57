"""Taking in what sources offer: bytes stream through memory into the vault, claims into the ledger."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

import msgspec

from pratique.dataset.labels import Held
from pratique.dataset.place import Provenance
from pratique.dataset.records import Item
from pratique.dataset.shapes import Claim, Offer, Sample, Trouble, Unreadable
from pratique.dataset.sources import Source
from pratique.dataset.vault import Vault
from pratique.ecosystems.pypi.filenames import kind_of
from pratique.model import ArtifactKind


@dataclass(slots=True)
class Taken:
    """What came of one source."""

    held: list[Held] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)

    def provenance(self, source: Source, day: str) -> Provenance:
        """Return the line about it in dataset.json."""
        return Provenance(
            source=source.NAME,
            licence=source.LICENCE,
            redistributable=source.REDISTRIBUTABLE,
            read_at=day,
            samples=len(self.held),
            claims=len(self.claims),
            left_out=len(self.troubles),
        )


def take(source: Source, place: Path, vault: Vault, into: Taken) -> None:
    """Read a source to its end. Raises DatasetError only where the vault cannot be written."""
    take_offers(source.read(place), vault, into)


def take_offers(offers: Iterable[Offer], vault: Vault, into: Taken) -> None:
    """Take what is offered; a sample that cannot be read leaves its claims on the version behind."""
    for offer in offers:
        if isinstance(offer, Sample):
            _take_sample(offer, vault, into)
        elif isinstance(offer, Claim):
            into.claims.append(offer)
        else:
            into.troubles.append(offer)


def _take_sample(sample: Sample, vault: Vault, into: Taken) -> None:
    place = f"{sample.name} {sample.version} {sample.filename}".encode("utf-8", "backslashreplace").decode()
    try:
        data = sample.read()
    except Unreadable as error:
        into.troubles.append(Trouble(place=place, reason=error.message))
        into.claims += [one for one in sample.claims if one.scope != "file"]
        return
    digest = hashlib.sha256(data).hexdigest()
    if sample.sha256 and sample.sha256 != digest:
        into.troubles.append(Trouble(place=place, reason="its SHA-256 is not the one that the source says"))
        return
    vault.put(data)
    into.held.append(_held(sample, data, digest))
    into.claims += [
        msgspec.structs.replace(one, sha256=digest) if one.scope == "file" else one for one in sample.claims
    ]


def _held(sample: Sample, data: bytes, digest: str) -> Held:
    return Held(
        ecosystem=sample.ecosystem,
        name=sample.name,
        version=sample.version,
        item=Item(
            filename=sample.filename.encode("utf-8", "backslashreplace").decode(),
            kind="repacked" if sample.repacked else _kind(sample),
            sha256=digest,
            blake2b_256=hashlib.blake2b(data, digest_size=32).hexdigest(),
            size=len(data),
            stored=True,
        ),
        first_seen=sample.first_seen,
        first_seen_basis=sample.first_seen_basis,
    )


def _kind(sample: Sample) -> str:
    kind = "npm" if sample.ecosystem == "npm" else kind_of(sample.filename)
    return kind if kind in get_args(ArtifactKind) else "zip"
