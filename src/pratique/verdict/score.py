"""Points: what a finding adds, and what they come to."""

from __future__ import annotations

import math
from collections.abc import Iterable

import msgspec

from pratique.model import Category, Finding, Reason, Trigger
from pratique.verdict.policy import Settings

_WHEN: dict[Trigger, str] = {
    "install": "when it is installed",
    "build": "when it is built",
    "startup": "whenever Python starts",
    "import": "when it is imported",
    "plugin": "when its host loads it",
    "agent": "when a coding agent reads it",
    "command": "when its command is run",
    "call": "when its functions are called",
    "browser": "in the browser",
    "test": "when its tests are run",
}


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """A finding with its points."""

    finding: Finding
    points: float


def in_trial(rule: str, settings: Settings) -> bool:
    """Tell whether a rule runs without points because it was not measured yet."""
    return settings.policy.unmeasured == "trial" and rule not in settings.measured.rules


def points(finding: Finding, settings: Settings) -> float:
    """Return what a finding adds: its default or own points by trigger and certainty, and its traits' points."""
    policy = settings.policy
    if finding.trial or in_trial(finding.rule, settings):
        return 0.0
    card = settings.scorecard.rules.get(finding.rule)
    base = policy.points[finding.severity][finding.confidence]
    factors = policy.factors
    if card:
        base = base if card.points is None else card.points
        factors = factors | card.factors
    marks = sum(policy.traits.get(trait, 0.0) for trait in finding.traits) if base >= policy.limits.traits_from else 0.0
    scaled = base * factors[finding.trigger] + min(marks, policy.limits.most_for_traits)
    return scaled * policy.assumed if finding.certainty == "assumed" else scaled


def tally(findings: Iterable[Finding], category: Category, settings: Settings) -> tuple[Counted, ...]:
    """Return each rule of a category once, at the finding with most points; most points first.

    A rule that fires unattended and on use counts for the stronger one alone: were both added up, code that moves to
    an earlier trigger could lose points.
    """
    best: dict[str, Counted] = {}
    for finding in findings:
        counted = Counted(finding=finding, points=points(finding, settings))
        if finding.category == category and counted.points > 0:
            known = best.get(finding.rule)
            if known is None or counted.points > known.points:
                best[finding.rule] = counted
    return tuple(sorted(best.values(), key=lambda one: (-one.points, one.finding.rule)))


def score(counted: Iterable[Counted], settings: Settings) -> float:
    """Return the logistic of the points (0 to 1); 0 without any."""
    total = math.fsum(one.points for one in counted)
    return 1 / (1 + math.exp(settings.policy.bias - total)) if total else 0.0


def reasons(counted: tuple[Counted, ...]) -> tuple[Reason, ...]:
    """Return the shares, which add up to 1."""
    total = math.fsum(one.points for one in counted)
    return tuple(
        Reason(
            rule=one.finding.rule,
            text=_sentence(one.finding),
            points=round(one.points, 3),
            share=one.points / total,
            fingerprint=one.finding.fingerprint,
        )
        for one in counted
    )


def _sentence(finding: Finding) -> str:
    """Say what the finding says, when it happens and how it is concealed."""
    marked = f" ({', '.join(finding.traits)})" if finding.traits else ""
    return f"{finding.summary}, {_WHEN[finding.trigger]}{marked}"
