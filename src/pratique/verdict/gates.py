"""Gates: what holds a level down whatever the points, and what unread content holds it up to."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from pratique.model import UNATTENDED, Category, Evidence, Finding, Level, Line, Unknown
from pratique.verdict.policy import LEVELS, Block, Settings
from pratique.verdict.score import Counted, points

_CEILING_GAP = 0.001


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A category's level, its score, and the gate that held it down."""

    category: Category
    level: Level
    score: float
    cap: str = ""


class Floor(msgspec.Struct, frozen=True, kw_only=True):
    """Something unread, and the least level it asks for."""

    level: Level
    kind: str
    text: str
    incomplete: bool = False


def level_of(score: float, settings: Settings) -> Level:
    """Return the level whose threshold the score reaches."""
    thresholds = settings.policy.levels
    if score >= thresholds["block"]:
        return "block"
    if score >= thresholds["look"]:
        return "look"
    return "note" if score >= thresholds["note"] else "clear"


def lowest(*levels: Level) -> Level:
    """Return the lowest of the levels."""
    return min(levels, key=LEVELS.index)


def highest(*levels: Level) -> Level:
    """Return the highest of the levels."""
    return max(levels, key=LEVELS.index)


def hold(
    category: Category, score: float, counted: tuple[Counted, ...], findings: Iterable[Finding], settings: Settings
) -> Held:
    """Return what the gates leave of a category's level; a level held down takes its score along."""
    level = level_of(score, settings)
    caps: list[str] = []
    for most, why in _gates(category, counted, findings, settings):
        if LEVELS.index(level) > LEVELS.index(most):
            caps.append(f"held at {most} instead of {level}: {why}")
            level = most
    return Held(category=category, level=level, score=min(score, _ceiling(level, settings)), cap="; ".join(caps))


def _gates(
    category: Category, counted: tuple[Counted, ...], findings: Iterable[Finding], settings: Settings
) -> list[tuple[Level, str]]:
    """Return the highest level that each gate lets through, with its reason."""
    policy = settings.policy
    gates: list[tuple[Level, str]] = []
    most = policy.categories[category]
    gates.append((most, f"{category.replace('_', ' ')} alone never goes beyond {most}"))
    if all(one.finding.line in policy.weak.lines for one in counted):
        gates.append((policy.weak.most, f"metadata alone never goes beyond {policy.weak.most}"))
    lines = independent_lines(findings, settings)
    if len(lines) < policy.block.lines:
        seen = f"there is only {', '.join(lines)}" if lines else "nothing here is sure enough to be one"
        gates.append(("look", f"block needs {policy.block.lines} independent lines of evidence, and {seen}"))
    return gates


def independent_lines(findings: Iterable[Finding], settings: Settings) -> tuple[Line, ...]:
    """Return the lines of evidence that the sure malware findings draw, in name order."""
    block = settings.policy.block
    drawn: set[Line] = set()
    for finding in findings:
        counts = finding.category == "malware" and finding.block and finding.certainty != "assumed"
        if counts and points(finding, settings) >= block.points:
            drawn |= _lines(finding, block)
    return tuple(sorted(drawn & set(block.of)))


def _lines(finding: Finding, block: Block) -> set[Line]:
    """Return a finding's own line, and those that its concealment and its trigger draw beside it."""
    lines: set[Line] = {finding.line}
    if set(finding.traits) & set(block.concealment):
        lines.add("concealment")
    if finding.confidence == "high" and finding.line in block.asked_of and _unneeded(finding, block):
        lines.add("trigger")
    return lines


def _unneeded(finding: Finding, block: Block) -> bool:
    """Tell whether no honest package does what a finding says at that time."""
    if finding.severity == "critical" and finding.trigger in block.triggers_of_critical:
        return True
    return finding.severity in ("critical", "high") and finding.trigger in block.triggers


def _ceiling(level: Level, settings: Settings) -> float:
    """Return the highest score that a level can print."""
    thresholds = settings.policy.levels
    match level:
        case "clear":
            return thresholds["note"] - _CEILING_GAP
        case "note":
            return thresholds["look"] - _CEILING_GAP
        case "look":
            return thresholds["block"] - _CEILING_GAP
        case _:
            return 1.0


def floors(
    evidence: Evidence, refused: tuple[Unknown, ...], *, complete: bool, settings: Settings
) -> tuple[Floor, ...]:
    """Return what unread content asks for, strongest first (DESIGN principle 4).

    Refused bytes count where something may run or read them, or where they are the artifact itself; native code where
    something loads it; an unresolved call where it runs unattended. The rest is listed in the review and asks nothing.
    """
    least = settings.policy.floors
    asked: list[Floor] = []
    if not complete:
        asked.append(Floor(level=least["refused"], kind="refused", text="the review did not finish", incomplete=True))
    for gap in (*evidence.unknowns, *refused):
        runs = gap.triggers or not gap.where.segments or _runs(gap.where.segments, evidence)
        if gap.kind == "refused" and runs:
            text = f"was not read: {gap.reason}"
            asked.append(Floor(level=least["refused"], kind="refused", text=text, incomplete=True))
        elif gap.kind == "opaque" and runs:
            asked.append(Floor(level=least["opaque"], kind="opaque", text=f"cannot be read: {gap.reason}"))
        elif gap.kind == "unresolved" and UNATTENDED.intersection(gap.triggers):
            asked.append(
                Floor(
                    level=least["unresolved"], kind="unresolved", text=f"decides at run time what it does: {gap.reason}"
                )
            )
    for flaw in evidence.problems:
        if flaw.severity == "fatal" and (not flaw.segments or _runs(flaw.segments, evidence)):
            text = f"could not be read: {flaw.detail or flaw.code}"
            asked.append(Floor(level=least["refused"], kind="refused", text=text, incomplete=True))
    return tuple(sorted(asked, key=lambda floor: -LEVELS.index(floor.level)))


def _runs(segments: tuple[str, ...], evidence: Evidence) -> bool:
    """Tell whether some entry runs this file, or a file inside this container."""
    return any(entry.segments[: len(segments)] == segments for entry in evidence.entries)
