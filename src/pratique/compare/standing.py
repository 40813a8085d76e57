"""Findings that stood: what an old release did word for word is no news, unless that release is in dispute."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from pratique.compare.portrait import Portrait
from pratique.model import Finding

STOOD_DAYS = 90
"""How long a release must have been out for what it does to count as standing."""
NEW = "new"
"""The trait of uses and flows for which the base has no exact like."""


Key = tuple[str, str]


def stand(
    findings: Iterable[Finding], base: Portrait | None, stood: int, longer: frozenset[Key] = frozenset()
) -> tuple[Finding, ...]:
    """Mark the findings whose every piece stood unchanged in a base that is `stood` days old.

    Only what rests on uses and flows can stand: each of them had an exact like in the base, or it would be marked new.
    `longer` are the keys of those that stood in an older release: they need a like in both. Levels and points stay as
    they are.
    """
    known = frozenset(base.findings) if base is not None and stood > STOOD_DAYS else longer
    return tuple(
        msgspec.structs.replace(one, standing=True)
        if one.capabilities and NEW not in one.traits and key(one) in known
        else one
        for one in findings
    )


def key(finding: Finding) -> Key:
    """Return what a finding is known by from release to release."""
    return finding.rule, f"{finding.fingerprint} {finding.trigger}"
