"""Findings to a verdict: points, shares, gates, and what was not read."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from pratique.model import Evidence, Finding, Reason, Unknown, Verdict
from pratique.verdict.digest import engine_digest
from pratique.verdict.gates import Floor, Held, floors, highest, hold
from pratique.verdict.policy import LEVELS, Settings
from pratique.verdict.policy import settings as packaged_settings
from pratique.verdict.score import Counted, in_trial, reasons, score, tally

__all__ = ["LEVELS", "decide", "engine_digest", "with_status"]


def decide(
    findings: Iterable[Finding],
    evidence: Evidence,
    *,
    complete: bool = True,
    refused: tuple[Unknown, ...] = (),
    settings: Settings | None = None,
) -> Verdict:
    """Return the verdict about one artifact.

    `findings` are all of them, whatever their audience. `refused` is what reading gave up on and the evidence does
    not know; `complete` is False where the review itself was cut short. Adding to any of them never lowers the level
    or the score. Raises ConfigError where the packaged numbers are malformed.
    """
    numbers = settings or packaged_settings()
    everything = tuple(findings)
    held: list[tuple[Held, tuple[Counted, ...]]] = []
    for category in numbers.policy.categories:
        counted = tally(everything, category, numbers)
        held.append((hold(category, score(counted, numbers), counted, everything, numbers), counted))
    asked = floors(evidence, refused, complete=complete, settings=numbers)
    chief, counted = max(held, key=_weight)
    shares = reasons(counted)
    return Verdict(
        level=highest(*(one.level for one, _ in held), *(floor.level for floor in asked)),
        category="none" if chief.level == "clear" else chief.category,
        score=max(one.score for one, _ in held),
        reasons=(*shares, *_unread(asked, alone=not shares)),
        cap=chief.cap,
        complete=not any(floor.incomplete for floor in asked),
    )


def with_status(findings: Iterable[Finding], settings: Settings | None = None) -> tuple[Finding, ...]:
    """Mark the findings of rules in trial, and take them from admins: until measured they speak to researchers."""
    numbers = settings or packaged_settings()
    return tuple(_tried(finding) if in_trial(finding.rule, numbers) else finding for finding in findings)


def _tried(finding: Finding) -> Finding:
    """Mark one finding."""
    audience = "researcher" if finding.audience == "admin" else finding.audience
    return msgspec.structs.replace(finding, trial=True, audience=audience)


def _weight(one: tuple[Held, tuple[Counted, ...]]) -> tuple[bool, int, float]:
    """Order categories: malware whenever there is any, then the highest level and score."""
    held, _ = one
    return (held.category == "malware" and held.level != "clear", LEVELS.index(held.level), held.score)


def _unread(asked: tuple[Floor, ...], *, alone: bool) -> tuple[Reason, ...]:
    """Say in one reason what was not read; it has no points, and the whole share only where nothing else has any."""
    if not asked:
        return ()
    first = asked[0]
    more = f" (and {len(asked) - 1} more)" if len(asked) > 1 else ""
    return (Reason(rule=first.kind, text=f"{first.text}{more}", points=0.0, share=float(alone)),)
