"""From claims and samples to labels: each file of each version once, with everyone who speaks of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

import msgspec
from packageurl import PackageURL

from pratique.dataset.ledger import Entry
from pratique.dataset.records import (
    Change,
    Group,
    Item,
    Label,
    Proposal,
    Ruling,
    Split,
    Times,
    Witness,
    label_id,
)
from pratique.dataset.rulings import rule

WATCHED = ("verdict", "intent", "harm_tier", "attack_type", "lifecycle", "gold")
"""Values of a ruling whose changes are kept in its history."""


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """One file that a source gave us, as it was imported: one line of items.jsonl."""

    ecosystem: str
    name: str
    version: str
    item: Item
    first_seen: str = ""
    first_seen_basis: str = ""


class Claims:
    """The ledger's entries, found by file, by version and by name."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.by_file: dict[str, list[Entry]] = defaultdict(list)
        self.by_version: dict[tuple[str, str, str], list[Entry]] = defaultdict(list)
        self.by_name: dict[tuple[str, str], list[Entry]] = defaultdict(list)
        for entry in entries:
            claim = entry.claim
            if claim.scope == "file":
                self.by_file[claim.sha256].append(entry)
            elif claim.scope == "name":
                self.by_name[claim.ecosystem, claim.name].append(entry)
            for version in claim.versions if claim.scope == "version" else ():
                self.by_version[claim.ecosystem, claim.name, version].append(entry)

    def about(self, held: Held) -> list[Entry]:
        """Return everything that speaks of a file, its version or its name."""
        found = chain(
            self.by_file.get(held.item.sha256, ()) if held.item.sha256 else (),
            self.by_version.get((held.ecosystem, held.name, held.version), ()),
            self.by_name.get((held.ecosystem, held.name), ()),
        )
        return sorted({entry.id: entry for entry in found}.values(), key=lambda entry: entry.id)


def build(
    held: Iterable[Held],
    entries: Iterable[Entry],
    proposals: Mapping[str, Proposal],
    groups: Mapping[str, tuple[Group, Split]],
    before: Mapping[str, Label],
    day: str,
) -> list[Label]:
    """Return all labels, sorted by purl and hash.

    Args:
        held: Files that were imported.
        entries: The ledger.
        proposals: By SHA-256.
        groups: Cluster and split by SHA-256.
        before: Labels of the last build by id, for their history; one that has lost its ground is kept, withdrawn.
        day: ISO date of this build.

    """
    claims = Claims(entries)
    items = {(one.ecosystem, one.name, one.version, one.item.sha256): one for one in held}
    made = {}
    first: dict[str, str] = {}
    for one in chain(items.values(), _without_bytes(claims, items)):
        label = _label(one, claims.about(one), proposals.get(one.item.sha256), groups.get(one.item.sha256))
        if label.item.sha256:
            original = first.setdefault(label.item.sha256, label.id)
            label = msgspec.structs.replace(label, duplicate_of=original if original != label.id else "")
        made[label.id] = remember(label, before.get(label.id), day)
    for identity, old in before.items():
        if identity not in made:
            gone = msgspec.structs.replace(old.ruling, lifecycle="withdrawn", gold=False, verdict="unknown")
            made[identity] = remember(msgspec.structs.replace(old, ruling=gone), old, day)
    return sorted(made.values(), key=lambda label: (label.purl, label.item.sha256))


def remember(label: Label, before: Label | None, day: str) -> Label:
    """Return a label with the history of the one before, and what has changed since."""
    if before is None:
        return label
    changes = tuple(
        Change(at=day, field=name, before=str(old), after=str(new))
        for name in WATCHED
        if (old := getattr(before.ruling, name)) != (new := getattr(label.ruling, name))
    )
    return msgspec.structs.replace(label, history=(*before.history, *changes))


def _without_bytes(claims: Claims, items: Mapping[tuple[str, str, str, str], Held]) -> Iterator[Held]:
    """Yield the versions and files that are spoken of and that nobody gave us."""
    versions = {key[:3] for key in items}
    for ecosystem, name, version in claims.by_version:
        if (ecosystem, name, version) not in versions:
            yield Held(ecosystem=ecosystem, name=name, version=version, item=Item())
    hashes = {key[3] for key in items}
    for sha256, entries in claims.by_file.items():
        if sha256 and sha256 not in hashes:
            claim = entries[0].claim
            version = claim.versions[0] if claim.versions else ""
            yield Held(ecosystem=claim.ecosystem, name=claim.name, version=version, item=Item(sha256=sha256))


def _label(held: Held, entries: list[Entry], proposal: Proposal | None, group: tuple[Group, Split] | None) -> Label:
    witnesses = tuple(_witness(entry) for entry in entries)
    covering = [entry.claim for entry in entries if entry.claim.scope != "name"]
    active = [entry.claim for entry in entries if entry.claim.scope != "name" and not entry.ended_at]
    ruling = rule(witnesses, active, proposal)
    purl = _purl(held)
    return Label(
        id=label_id(purl, held.item.sha256),
        purl=purl,
        ecosystem=held.ecosystem,
        name=held.name,
        version=held.version,
        item=held.item,
        times=_times(held, witnesses, ruling),
        ruling=ruling,
        witnesses=witnesses,
        osv=tuple(sorted({claim.reference for claim in covering if claim.reference.startswith(("MAL-", "PYSEC-"))})),
        source_campaigns=tuple(sorted({claim.campaign for claim in covering if claim.campaign})),
        source_clusters=tuple(sorted({claim.cluster for claim in covering if claim.cluster})),
        tags=tuple(sorted({tag for claim in covering for tag in claim.tags})),
        target=next((claim.target for claim in active if claim.target), ""),
        indicators=tuple(dict.fromkeys(one for claim in covering for one in claim.indicators)),
        proposal=proposal,
        group=group[0] if group else None,
        split=group[1] if group else None,
    )


def _witness(entry: Entry) -> Witness:
    claim = entry.claim
    return Witness(
        claim=entry.id,
        reporter=claim.reporter,
        source=claim.source,
        stance=claim.stance,
        intent=claim.intent,
        method=claim.method,
        scope=claim.scope,
        reference=claim.reference,
        licence=claim.licence,
        asserted_at=claim.asserted_at,
        ended_at=entry.ended_at,
    )


def _times(held: Held, witnesses: tuple[Witness, ...], ruling: Ruling) -> Times:
    accusing = [one for one in witnesses if one.scope != "name" and one.stance == "accuses"]
    ended = [one.ended_at for one in accusing if one.ended_at]
    return Times(
        first_seen=held.first_seen,
        first_seen_basis=held.first_seen_basis,
        reported=min((one.asserted_at for one in accusing if one.asserted_at), default=""),
        withdrawn=max(ended, default="") if ruling.lifecycle == "withdrawn" else "",
    )


def _purl(held: Held) -> str:
    """Return the package URL with its version; npm's scope is a namespace."""
    namespace, _, name = held.name.rpartition("/")
    return PackageURL(held.ecosystem, namespace or None, name or "unknown", held.version or None).to_string()
