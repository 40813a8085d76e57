"""What flows through an evaluation: what is looked at, what came of it, and the figures (`pratique-evaluation/1`).

Nothing here can hold text of a malicious sample: rule ids, levels, hashes, numbers, and paths of the pack itself.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from pratique.model import Category, Level, Trigger

Corpus = Literal["malware", "benign"]
Stratum = Literal["headline", "pentest", "flagged", "unreviewed", "benign"]
"""headline: malicious by a second source, unflagged, no proof of concept · pentest: proofs of concept · flagged: the
label is in doubt · unreviewed: only one source says so."""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One artifact of a corpus."""

    corpus: Corpus
    stratum: Stratum
    sha256: str
    name: str
    """The pack's own path of a sample; the file name of a benign wheel."""
    group: str
    """Cluster of a sample, project of a wheel: what is counted once."""
    split: str
    novel: bool = False
    """A dev sample of a cluster that has nothing earlier."""
    location: str = ""
    """Where the pack's heuristic sees the payload."""
    year: str = ""
    tier: str = ""
    """How bad it is, as far as labels say: hollow, callback, theft or execution."""
    category: str = ""
    """What a second source calls it, or that none does."""
    py_bytes: int = 0


class Fired(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that fired, without its place."""

    rule: str
    trigger: Trigger
    category: Category
    certainty: str
    trial: bool = False


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """One reason of a verdict."""

    rule: str
    points: float


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What the engine made of one artifact."""

    sha256: str
    level: Level | None = None
    """None: no verdict, see `failure`."""
    category: Category = "none"
    score: float = 0.0
    complete: bool = True
    cap: str = ""
    fired: tuple[Fired, ...] = ()
    reasons: tuple[Share, ...] = ()
    place: str = ""
    """Kind of the file that the first reason names: `setup.py`, `__init__.py`, `__main__.py`, `module.py`, `other`."""
    trigger: str = ""
    """Earliest trigger of a finding that counts."""
    problems: tuple[str, ...] = ()
    """Codes of what was odd or worse about the container."""
    opaque: int = 0
    unresolved: int = 0
    refused: int = 0
    layers: int = 0
    code_bytes: int = 0
    """What front ends read."""
    total_bytes: int = 0
    cpu_s: float = 0.0
    """Of all processes that worked on it."""
    wall_s: float = 0.0
    peak_mb: float = 0.0
    failure: str = ""
    """Why there is no verdict: `crash: TypeError at judge.py:12` or `limit: took longer than 60 s (reviewing)`."""
    limit_s: float = 0.0
    """The CPU seconds that it was allowed."""


class PeerOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a peer made of one artifact."""

    sha256: str
    score: float | None = None
    """Highest over its files; None: it gave none, see `failure`."""
    files: int = 0
    code_bytes: int = 0
    errors: int = 0
    """Files that it would not read."""
    cpu_s: float = 0.0
    peak_mb: float = 0.0
    failure: str = ""


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """A share with its 95 % interval."""

    value: float
    low: float
    high: float


class Recall(msgspec.Struct, frozen=True, kw_only=True):
    """How much of one group of rows is caught at a threshold."""

    caught: int
    """Artifacts."""
    macro: Rate
    """Mean over clusters of the share caught; Wilson, with one trial per cluster."""
    micro: Rate
    """Share of the artifacts; Wilson."""


class GroupFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Recall of one group of malware rows."""

    name: str
    artifacts: int
    clusters: int
    note: Recall
    look: Recall
    block: Recall
    policy: int = 0
    """Artifacts at `note` or above whose category is not malware."""
    peers: dict[str, Recall] = {}


class Breakdown(msgspec.Struct, frozen=True, kw_only=True):
    """The headline rows of both splits by one property."""

    by: str
    groups: tuple[GroupFigures, ...]


class Localisation(msgspec.Struct, frozen=True, kw_only=True):
    """How often the first reason names the kind of file that the pack's heuristic sees the payload in."""

    rows: int
    right: int
    share: Rate


class Point(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One threshold of the score."""

    threshold: float
    recall: float
    """Macro over clusters, of the headline novel dev rows."""
    files: int
    projects: int
    """Benign ones at or above it."""


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """What a level would mean on a registry's day; the upper figures take the rate that the data do not rule out."""

    level: Level
    recall: float
    """Macro, of the headline novel dev rows."""
    alarms_a_day: float
    alarms_a_day_at_most: float
    precision: dict[str, float]
    """By malicious files in all: `1:1000`, `1:10000`."""
    precision_at_least: dict[str, float]


class Miss(msgspec.Struct, frozen=True, kw_only=True):
    """A headline sample below `look`."""

    sha256: str
    name: str
    cluster: str
    split: str
    level: Level | None
    score: float
    fired: tuple[str, ...]
    """`rule@trigger`, below the threshold."""
    failure: str = ""
    peers: tuple[str, ...] = ()
    """The peers that caught it."""


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """A benign wheel at `look` or above."""

    sha256: str
    name: str
    project: str
    level: Level
    category: Category
    score: float
    reasons: tuple[Share, ...]
    fired: tuple[str, ...]
    """`rule@trigger`."""


class FalseAlarms(msgspec.Struct, frozen=True, kw_only=True):
    """Alarms among benign artifacts at one threshold; bounds are exact, one-sided, at 95 %."""

    files: int
    projects: int
    file_bound: float
    project_bound: float


class BenignFigures(msgspec.Struct, frozen=True, kw_only=True):
    """False alarms."""

    files: int
    projects: int
    note: FalseAlarms
    look: FalseAlarms
    block: FalseAlarms
    peers: dict[str, FalseAlarms] = {}


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """An artifact whose review did not finish or did not read everything."""

    sha256: str
    name: str
    corpus: Corpus
    what: str


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """What a corpus cost: CPU seconds of all processes, megabytes (10^6 bytes) of code, MiB of memory."""

    corpus: Corpus
    artifacts: int
    code_mb: float
    cpu_s: float
    mb_per_s: float
    median_s: float
    p95_s: float
    peak_mb: float
    slowest: tuple[tuple[str, str, float], ...]
    """(sha256, name, CPU seconds) of the ten slowest."""


class RuleFigures(msgspec.Struct, frozen=True, kw_only=True):
    """How often one rule fired, over artifacts that got a verdict."""

    rule: str
    train: int
    dev: int
    dev_clusters: int
    unlabelled: int
    """Flagged and unreviewed rows."""
    benign: int
    benign_projects: int
    precision: Rate
    """Of dev and benign artifacts that it fires on, the malicious share. Depends on how many of each there are."""


class PeerCost(msgspec.Struct, frozen=True, kw_only=True):
    """A peer, what it cost, and what it would not read."""

    name: str
    version: str
    threshold: float
    code_mb: float
    cpu_s: float
    mb_per_s: float
    errors: int
    failures: int


class Corpora(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at."""

    malware: str
    """First 16 hex digits of the SHA-256 of the pack's table, "" without one."""
    benign: str
    selection: str
    """In words: everything, or which part."""
    malware_rows: int
    benign_rows: int


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """The result of one run, `pratique-evaluation/1`."""

    schema: Literal["pratique-evaluation/1"] = "pratique-evaluation/1"
    engine: str
    version: str
    python: str
    date: str
    limit_s: float
    corpora: Corpora
    groups: tuple[GroupFigures, ...]
    locations: tuple[GroupFigures, ...]
    benign: BenignFigures | None
    misses: tuple[Miss, ...]
    alerts: tuple[Alert, ...]
    trouble: tuple[Trouble, ...]
    costs: tuple[Cost, ...]
    rules: tuple[RuleFigures, ...]
    peers: tuple[PeerCost, ...]
    rules_digest: str = ""
    scorecard: str = ""
    """Digest of policy.toml and scorecard.toml."""
    breakdowns: tuple[Breakdown, ...] = ()
    localisation: Localisation | None = None
    curve: tuple[Point, ...] = ()
    histogram: dict[str, tuple[int, ...]] = {}
    """Artifacts by score, in twentieths: `malicious` (headline dev) and `benign`."""
    operations: tuple[Operation, ...] = ()
    malicious_measured: int = 0
    """Dev rows that `measured.json` counts: headline and pentest."""
    benign_measured: int = 0
