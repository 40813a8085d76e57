"""The label of one file of one version, `pratique-label/1`: what is said of it, by whom, and what our engine proposes.

The schema is versioned and does not depend on this program: docs/specification.md says what each field means. What a
source or a person says, what follows from it by rule, and what the engine proposes stand in different parts of it.
"""

from __future__ import annotations

import hashlib
from typing import Literal

import msgspec

from pratique.dataset.shapes import AttackType, Indicator, Intent, Method, Scope, Stance

Word = Literal["malicious", "policy", "benign", "unknown"]
"""malicious: harms who installs or runs it · policy: breaks the registry's rules without such harm (proofs of concept,
spam) · benign: it was accused wrongly."""
Harm = Literal["hollow", "callback", "theft-or-execution", "destructive", "unknown"]
"""T0 hollow: does nothing · T1 callback: tells that it was installed, proofs of concept · T2 theft or execution: takes
data or lets others run code · T3 destructive: deletes, extorts, or spreads by itself."""
Lifecycle = Literal["asserted", "disputed", "withdrawn"]
Confidence = Literal["low", "medium", "high"]
By = Literal["", "engine", "source", "reviewer"]
"""Who a value comes from."""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """The file. Without `sha256` the label is about a version whose bytes nobody here has."""

    filename: str = ""
    """As published; the attacker's own text."""
    kind: str = ""
    """sdist, wheel, egg, zip, npm; `repacked`: a zip made of the unpacked folder that a source holds."""
    sha256: str = ""
    blake2b_256: str = ""
    size: int = 0
    stored: bool = False
    """Whether the vault of this dataset has the bytes."""


class Times(msgspec.Struct, frozen=True, kw_only=True):
    """ISO dates, "" where nobody says."""

    first_seen: str = ""
    first_seen_basis: str = ""
    """Whose clock that is."""
    reported: str = ""
    """The earliest accusation with a date."""
    withdrawn: str = ""


class Witness(msgspec.Struct, frozen=True, kw_only=True):
    """One claim that covers the file, short."""

    claim: str
    """Id of the claim in claims.jsonl."""
    reporter: str
    source: str
    stance: Stance
    intent: Intent
    method: Method
    scope: Scope
    """`name`: says so of every version, and counts for nothing here."""
    reference: str
    licence: str
    asserted_at: str = ""
    ended_at: str = ""
    """When it was taken back, or was no longer in its source."""


class Ruling(msgspec.Struct, frozen=True, kw_only=True):
    """What follows from the witnesses, by `pratique.dataset.rulings`."""

    verdict: Word
    intent: Intent
    harm_tier: Harm = "unknown"
    harm_tier_by: By = ""
    attack_type: AttackType = "unknown"
    lifecycle: Lifecycle
    confidence: Confidence
    gold: bool = False
    """Two reporters or two reviewers say so, nobody contradicts, and no source doubts its own word."""
    doubts: tuple[str, ...] = ()


class Behaviour(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that fired on it."""

    rule: str
    trigger: str
    category: str
    certainty: str
    attack: tuple[str, ...] = ()


class Payload(msgspec.Struct, frozen=True, kw_only=True):
    """A place that does it."""

    path: str
    """Inside the archive, escaped; `a.whl!/b.py`, decoded layers as `<layer 1: base64>`."""
    line: int
    symbol: str
    rules: tuple[str, ...]


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """What the engine says of the bytes: never a ground of the ruling, and to be read as a proposal."""

    engine: str
    """Digest of the engine."""
    level: str
    complete: bool
    triggers: tuple[str, ...] = ()
    """When the accused code runs, earliest first."""
    conditions: tuple[str, ...] = ()
    """What it looks at before it acts: gated-host, gated-time, gated-locale, gated-ci."""
    payloads: tuple[Payload, ...] = ()
    behaviours: tuple[Behaviour, ...] = ()
    capabilities: tuple[str, ...] = ()
    """`authority` or `authority(operand class)`."""
    flows: tuple[str, ...] = ()
    """`source(operand) -> sink(operand)`."""
    obfuscation: tuple[str, ...] = ()
    evasion: tuple[str, ...] = ()
    exfiltration: tuple[str, ...] = ()
    """Destination classes that data is sent to."""
    platforms: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    """Codecs of what is decoded and run."""
    indicators: tuple[Indicator, ...] = ()
    binary: bool = False
    """Whether there is code in it that cannot be read."""
    harm_tier: Harm = "unknown"
    failure: str = ""
    """Why there is no proposal."""


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Where it belongs. Ids are stable from one release to the next."""

    algorithm: str
    cluster: str = ""
    """Nearly the same code."""
    campaign: str = ""
    """One hand: clusters joined by shared code or indicators."""


class Split(msgspec.Struct, frozen=True, kw_only=True):
    """Which part of the data it is in; a cluster is never cut in two."""

    version: str
    name: str
    """train, dev or test; `sealed` is published only when it is revealed."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A value of the ruling that became another."""

    at: str
    field: str
    before: str
    after: str


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """One line of labels.jsonl."""

    schema: Literal["pratique-label/1"] = "pratique-label/1"
    id: str
    purl: str
    ecosystem: str
    name: str
    version: str
    item: Item = Item()
    times: Times = Times()
    ruling: Ruling
    witnesses: tuple[Witness, ...] = ()
    osv: tuple[str, ...] = ()
    """Ids of OSV reports that name this version."""
    source_campaigns: tuple[str, ...] = ()
    """What sources call the hand behind it."""
    source_clusters: tuple[str, ...] = ()
    """What sources call the near-duplicates that it is one of."""
    tags: tuple[str, ...] = ()
    """Sources' own words for what it does."""
    target: str = ""
    """The project that it imitates."""
    indicators: tuple[Indicator, ...] = ()
    """That sources name; the engine's own are in the proposal."""
    proposal: Proposal | None = None
    group: Group | None = None
    split: Split | None = None
    duplicate_of: str = ""
    """Id of the label with the same bytes under another name or version."""
    history: tuple[Change, ...] = ()
    """Oldest first; nothing is ever removed."""


def label_id(purl: str, sha256: str) -> str:
    """Return the id of a label: it depends on the release and the bytes and on nothing else."""
    return "PRQ-" + hashlib.sha256(f"{purl}\0{sha256}".encode("utf-8", "backslashreplace")).hexdigest()[:16]
