"""The review: everything about one artifact, and about the files of one release."""

from __future__ import annotations

import msgspec

from pratique.model.evidence import Change, Dependency, Entry, Flow, Match, Unknown, Use
from pratique.model.judgement import Finding, Level, Verdict
from pratique.model.package import Artifact, Package
from pratique.model.tree import Problem


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """What the review cost."""

    cpu_s: float = 0.0
    """Of all processes."""
    wall_s: float = 0.0
    peak_mb: float = 0.0
    cached_files: int = 0
    functions: int = 0
    """Functions of all files that a front end read, or whose facts were known."""
    cached_functions: int = 0
    """Of these, those that were not parsed again: in files whose facts were known."""
    unlimited: str = ""
    """Why it was reviewed without a child's limits; empty when they held."""


class ReadNote(msgspec.Struct, frozen=True, kw_only=True):
    """How much was read: every file is accounted for."""

    files: int = 0
    bytes: int = 0
    code_files: int = 0
    """Files that a front end read."""
    code_bytes: int = 0
    data_files: int = 0
    """Files that nothing runs: counted, hashed, not read."""
    opaque_files: int = 0
    refused_files: int = 0
    layers: int = 0


class LayerNote(msgspec.Struct, frozen=True, kw_only=True):
    """A decoded layer, shown so that a person can read what was hidden."""

    segments: tuple[str, ...]
    codecs: tuple[str, ...]
    language: str
    size: int
    sha256: str
    preview: str
    """The first lines, capped; package text, escaped by renderers."""
    line: int
    """Where it was found in its parent."""


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """What an artifact was compared with, and how much of it was known from there."""

    base: Artifact
    why: str = ""
    """Why this one is the base, in words."""
    functions: tuple[tuple[str, int], ...] = ()
    """unchanged, moved, edited, new, gone: how many functions of each."""
    again: int = 0
    """Of the unchanged and moved functions, those in files that changed: facts are kept by file, so they are parsed
    again."""
    files: tuple[tuple[str, int], ...] = ()
    """same, new, gone: how many different contents of each."""
    changes: tuple[tuple[str, int], ...] = ()
    """How many changes of each topic."""


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """All of it for one artifact."""

    artifact: Artifact
    verdict: Verdict
    fresh: Level | None = None
    """The level without what stood unchanged in a release over 90 days old, where anything did."""
    findings: tuple[Finding, ...] = ()
    suppressed: int = 0
    """Findings for other audiences: counted, never dropped."""
    entries: tuple[Entry, ...] = ()
    uses: tuple[Use, ...] = ()
    flows: tuple[Flow, ...] = ()
    problems: tuple[Problem, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    changes: tuple[Change, ...] = ()
    compared: Compared | None = None
    """None where there was nothing to compare with; then `changes` is empty."""
    siblings: tuple[Change, ...] = ()
    """In what this file differs from the other files of its release, where an honest build makes no difference."""
    dependencies: tuple[Dependency, ...] = ()
    """Requirements that were looked into: those gained since the base."""
    beside: tuple[Compared, ...] = ()
    """Other releases that it was compared with, only to be counted: its predecessor, one about a year old."""
    matches: tuple[Match, ...] = ()
    """What it shares with known malware, the best first; empty without an index."""
    layers: tuple[LayerNote, ...] = ()
    read: ReadNote = ReadNote()
    engine: str = ""
    """Engine digest: version, rules, maps, scorecard."""
    context: str = ""
    """Context digest (DESIGN section 3)."""
    cost: Cost = Cost()

    @property
    def queued(self) -> Level:
        """The level that queues and exit codes go by."""
        return self.fresh or self.verdict.level

    def to_dict(self) -> dict[str, object]:
        """Return the review as plain JSON types, one `target` of the envelope that `pratique schema` describes.

        The entries of each use serve the rules and are left out: `others` says how many there are.
        """
        slim = msgspec.structs.replace(self, uses=tuple(msgspec.structs.replace(use, entries=()) for use in self.uses))
        built: dict[str, object] = msgspec.to_builtins(slim)
        return built


class ReleaseReview(msgspec.Struct, frozen=True, kw_only=True):
    """The reviews of one release's files, with the highest verdict."""

    package: Package
    reviews: tuple[Review, ...]
    level: Level
    changes: tuple[Change, ...] = ()
