"""From witnesses to a ruling: the verdict about a file's label, its life cycle, and whether it is gold.

The rules, in this order. *Active* is a claim that covers the file or its version and has not ended.

1. withdrawn: no accusation is active, or two reviewers clear it and fewer than two confirm it.
2. disputed: an accusation is active, and so is a claim that clears it; or one of several accusations has ended.
3. asserted: else.
4. gold: asserted, malicious, no doubts, and two reporters or two reviewers accuse it.

A claim on a name alone is shown and counts for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from pratique.dataset.records import By, Confidence, Harm, Lifecycle, Proposal, Ruling, Witness, Word
from pratique.dataset.shapes import Claim, Intent

REVIEWERS = "decisions"
"""The source whose reporters are reviewers of this dataset."""
ENOUGH = 2
HARMS: dict[str, Harm] = {
    "infostealer": "theft-or-execution",
    "exfiltration_env_variables": "theft-or-execution",
    "exfiltration_ssh_keys": "theft-or-execution",
    "files_exfiltration": "theft-or-execution",
    "clipboard_stealing": "theft-or-execution",
    "keylogger": "theft-or-execution",
    "revshell": "theft-or-execution",
    "remote_executable": "theft-or-execution",
    "cryptominer": "theft-or-execution",
    "ransomware": "destructive",
    "worm": "destructive",
    "wiper": "destructive",
    "basic_exfiltration": "callback",
}
"""kam193's abuse tags -> tiers; a tag that says nothing about harm is left out."""
_GRAVEST: tuple[Harm, ...] = ("destructive", "theft-or-execution", "callback", "hollow")


def rule(witnesses: Sequence[Witness], claims: Sequence[Claim], proposal: Proposal | None) -> Ruling:
    """Return what follows.

    Args:
        witnesses: All that speak of the file, its version or its name.
        claims: The claims of those that cover the file or its version and have not ended.
        proposal: The engine's; only the harm tier is ever taken from it, and then says so.

    """
    covering = [one for one in witnesses if one.scope != "name"]
    active = [one for one in covering if not one.ended_at]
    accusers = {one.reporter for one in active if one.stance == "accuses"}
    lifecycle = _lifecycle(covering, active, accusers)
    intent = _intent(active)
    doubts = tuple(sorted({doubt for claim in claims if claim.stance == "accuses" for doubt in claim.doubts}))
    verdict = _verdict(lifecycle, intent, active)
    gold = (
        lifecycle == "asserted"
        and verdict == "malicious"
        and not doubts
        and (len(accusers) >= ENOUGH or len(_reviewers(active, "accuses")) >= ENOUGH)
    )
    tier, by = _harm(claims, proposal)
    kinds = sorted({claim.attack_type for claim in claims if claim.attack_type != "unknown"})
    return Ruling(
        verdict=verdict,
        intent=intent,
        harm_tier=tier,
        harm_tier_by=by,
        attack_type=kinds[0] if len(kinds) == 1 else "unknown",
        lifecycle=lifecycle,
        confidence=_confidence(gold, accusers, active),
        gold=gold,
        doubts=doubts,
    )


def _lifecycle(covering: Sequence[Witness], active: Sequence[Witness], accusers: set[str]) -> Lifecycle:
    cleared, confirmed = _reviewers(active, "clears"), _reviewers(active, "accuses")
    if not accusers or (len(cleared) >= ENOUGH and len(confirmed) < ENOUGH):
        return "withdrawn"
    ended = any(one.ended_at and one.stance == "accuses" and one.reporter not in accusers for one in covering)
    return "disputed" if ended or any(one.stance == "clears" for one in active) else "asserted"


def _reviewers(active: Sequence[Witness], stance: str) -> set[str]:
    return {one.reporter for one in active if one.source == REVIEWERS and one.stance == stance}


def _intent(active: Sequence[Witness]) -> Intent:
    """Return the intent that those name who name one; `unknown` when they disagree."""
    named = {one.intent for one in active if one.stance == "accuses"} - {"unknown"}
    return named.pop() if len(named) == 1 else "unknown"


def _verdict(lifecycle: Lifecycle, intent: Intent, active: Sequence[Witness]) -> Word:
    if lifecycle == "withdrawn":
        return "benign" if any(one.stance == "clears" for one in active) else "unknown"
    return "policy" if intent in ("research", "spam") else "malicious"


def _confidence(gold: bool, accusers: set[str], active: Sequence[Witness]) -> Confidence:
    if gold:
        return "high"
    human = any(one.method == "human" and one.stance == "accuses" for one in active)
    return "medium" if len(accusers) >= ENOUGH or human else "low"


def _harm(claims: Sequence[Claim], proposal: Proposal | None) -> tuple[Harm, By]:
    said = {HARMS[tag] for claim in claims for tag in claim.tags if tag in HARMS}
    if said:
        return next(tier for tier in _GRAVEST if tier in said), "source"
    if proposal is not None and proposal.harm_tier != "unknown":
        return proposal.harm_tier, "engine"
    return "unknown", ""
