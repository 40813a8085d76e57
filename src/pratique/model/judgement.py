"""Findings and the verdict: where description ends and accusation begins."""

from __future__ import annotations

from typing import Literal

import msgspec

from pratique.model.evidence import Step, Trigger, Where

Severity = Literal["info", "low", "medium", "high", "critical"]
Confidence = Literal["low", "medium", "high"]
Audience = Literal["admin", "researcher", "everything"]
Line = Literal["flow", "concealment", "trigger", "target", "known", "change", "context", "policy"]
"""Independent lines of evidence (DESIGN section 7)."""
Level = Literal["clear", "note", "look", "block"]
Category = Literal["malware", "policy", "spam", "dependency_confusion", "none"]


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """Why a condition held: the tree that the report prints."""

    text: str
    """The condition or the piece of evidence, in words."""
    where: Where | None = None
    children: tuple[Explanation, ...] = ()


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that fired. It cannot be built without one primary place."""

    rule: str
    summary: str
    severity: Severity
    confidence: Confidence
    audience: Audience
    line: Line
    category: Category
    trigger: Trigger
    primary: Where
    related: tuple[Where, ...] = ()
    path: tuple[Step, ...] = ()
    """Trigger → … → call of the strongest piece, then the flow's steps if there is one."""
    explanation: Explanation
    attack: tuple[str, ...] = ()
    """ATT&CK technique ids."""
    capabilities: tuple[str, ...] = ()
    target: str = ""
    certainty: str = "direct"
    traits: tuple[str, ...] = ()
    fingerprint: str
    """Stable over line moves: rule, symbols, capability, destination."""
    trial: bool = False
    """No row in measured.json yet: shown to researchers, carries no points."""
    standing: bool = False
    times: int = 1
    """How many places the same rule fired at for the same trigger class."""
    block: bool = True
    """Whether it may be part of the case for `block` (the rule says so)."""


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One share of the score."""

    rule: str
    text: str
    points: float
    share: float
    """Of the total; shares of one verdict add up to 1."""
    fingerprint: str = ""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The decision about one artifact."""

    level: Level
    category: Category = "none"
    score: float = 0.0
    """From 0 to 1."""
    reasons: tuple[Reason, ...] = ()
    """Most important first."""
    cap: str = ""
    """The gate that held the level down, in words."""
    complete: bool = True
    """False when something that may run or be read was refused."""
