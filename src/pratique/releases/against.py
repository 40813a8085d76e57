"""What a caller wants a release to be compared with, and the releases that take part."""

from __future__ import annotations

import msgspec

from pratique.compare import Portrait
from pratique.ecosystems import Ecosystem, Target
from pratique.model import Release
from pratique.releases.base import Bases, find
from pratique.releases.popular import Popular


class Against(msgspec.Struct, frozen=True, kw_only=True):
    """What a caller wants a release to be compared with."""

    version: str = ""
    """One release of the same project; "": the base that `base.find` chooses."""
    portrait: Portrait | None = None
    """The base itself, drawn from a file."""
    popular: Popular | None = None
    """Popular projects: a package that copies one, and has no base of its own, is compared with the original."""
    history: bool = False
    """Whether the predecessor and a release about a year old are read too, and shown beside the base."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The releases that take part."""

    new: Release
    known: tuple[Release, ...] = ()
    bases: Bases = Bases()
    told: tuple[tuple[str, str], ...] | None = None
    """What the registry tells of the new release when it is asked (`facts.asked`); None where it was not asked yet."""


def plan(ecosystem: Ecosystem, target: Target) -> Plan:
    """Return the release that a target means and the earlier ones it may be compared with.

    Raises what `Ecosystem.release` raises.
    """
    new = ecosystem.release(target)
    known = ecosystem.releases(target.name)
    return Plan(new=new, known=known, bases=find(known, new))
