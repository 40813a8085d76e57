"""Evidence against evidence: what a release does that its base did not. It adds evidence and removes none."""

from __future__ import annotations

from collections import Counter
from hashlib import blake2b

import msgspec

from pratique.compare.changes import Pair, changes
from pratique.compare.copies import aligned
from pratique.compare.imports import used
from pratique.compare.likeness import liken
from pratique.compare.novelty import new_flows, new_uses
from pratique.compare.portrait import SCHEMA, Portrait, portrait
from pratique.compare.siblings import differences
from pratique.compare.standing import NEW, stand
from pratique.model import CHANGE_TOPICS, Artifact, Change, Compared, Dependency, Evidence

__all__ = ["NEW", "SCHEMA", "Context", "Installed", "Portrait", "compare", "held_against", "portrait", "stand", "used"]
UNSOURCED = "unsourced"
"""The trait of a wheel's uses for which the sdist has no exact like."""


class Installed(msgspec.Struct, frozen=True, kw_only=True):
    """A file that is installed with an artifact, for a requirement of it."""

    artifact: Artifact
    data: bytes


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of an artifact besides its bytes. An absent part is empty, and makes no condition true."""

    base: Portrait | None = None
    """The release to compare with: its file of the same kind."""
    why: str = ""
    """Why this one is the base, in words."""
    copied: bool = False
    """Whether the base is another project, which this one copies."""
    stood: int = 0
    """Days that the base had been out; 0 where that is not known or its release is in dispute."""
    elder: Portrait | None = None
    """An older release, for findings that stood longer than the base has been out."""
    elder_stood: int = 0
    """Days that it had been out."""
    beside: tuple[Portrait, ...] = ()
    """Other earlier releases, only to be counted."""
    sdist: Portrait | None = None
    """The source distribution of the same release, which the artifact is built from; without one, a sibling wheel."""
    sibling: Portrait | None = None
    """Another wheel of the same release."""
    dependencies: tuple[Dependency, ...] = ()
    """Requirements that were looked into."""
    installed: tuple[Installed, ...] = ()
    """Those of them that were read: calls into them are followed."""
    facts: tuple[tuple[str, str], ...] = ()
    """What the registry says, as rules ask for it: `("attestation", "lost")`."""

    @property
    def compares(self) -> bool:
        """Whether there is another file to compare with."""
        return any((self.base, self.sdist, self.sibling, self.elder, self.beside))

    def key(self) -> str:
        """Return what a stored review depends on of it: portraits follow from their artifacts."""
        all_of_them = (self.base, self.sdist, self.sibling, self.elder, *self.beside)
        parts = [portrait.artifact.sha256 if portrait else "" for portrait in all_of_them]
        parts += [blake2b(one.data, digest_size=16).hexdigest() for one in self.installed]
        days = (self.stood, self.elder_stood)
        told = (parts, self.why, self.copied, days, self.facts, self.dependencies)
        return blake2b(msgspec.msgpack.encode(told), digest_size=16).hexdigest()


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """Evidence with all that a context adds to it."""

    evidence: Evidence
    compared: Compared | None = None
    others: tuple[Compared, ...] = ()


def held_against(evidence: Evidence, drawn: Portrait | None, beside: Context) -> Held:
    """Compare an artifact, drawn from this evidence, with everything of its context that there is."""
    if drawn is None:
        return Held(evidence=evidence)
    compared = None
    if beside.base is not None:
        pair = aligned(drawn, beside.base) if beside.copied else (drawn, beside.base)
        evidence, compared = compare(evidence, *pair, beside.why)
    if beside.sdist is not None:
        evidence = unsourced(evidence, drawn, beside.sdist)
    others = tuple(compare(evidence, drawn, other)[1] for other in beside.beside)
    told = differences(drawn, beside.sdist, beside.sibling)
    evidence = msgspec.structs.replace(evidence, changes=(*evidence.changes, *told))
    return Held(evidence=evidence, compared=compared, others=others)


def compare(evidence: Evidence, new: Portrait, base: Portrait, why: str = "") -> tuple[Evidence, Compared]:
    """Return the evidence with its changes against `base` and what is new marked, and a summary of the comparison.

    `new` is the portrait of the artifact that the evidence is of. Nothing of the evidence is taken away.
    """
    like = liken(new, base)
    fresh_uses, fresh_flows = new_uses(new, base, like), new_flows(new, base)
    pair = Pair(
        new=new, base=base, like=like, uses=evidence.uses, flows=evidence.flows,
        fresh_uses=fresh_uses, fresh_flows=fresh_flows,
    )  # fmt: skip
    found = changes(pair)
    return _marked(evidence, fresh_uses, frozenset(fresh_flows), found), _summary(pair, why, found)


def unsourced(evidence: Evidence, wheel: Portrait, sdist: Portrait) -> Evidence:
    """Return a wheel's evidence with a mark on the uses for which its sdist (or its sibling) has no exact like."""
    fresh = new_uses(wheel, sdist, liken(wheel, sdist))
    uses = tuple(
        msgspec.structs.replace(use, traits=(*use.traits, UNSOURCED)) if number in fresh else use
        for number, use in enumerate(evidence.uses)
    )
    return msgspec.structs.replace(evidence, uses=uses)


def _marked(
    evidence: Evidence, fresh_uses: frozenset[int], fresh_flows: frozenset[int], found: tuple[Change, ...]
) -> Evidence:
    """Add the trait `new` and the changes; nothing else differs."""
    uses = tuple(
        msgspec.structs.replace(use, traits=(*use.traits, NEW)) if number in fresh_uses else use
        for number, use in enumerate(evidence.uses)
    )
    flows = tuple(
        msgspec.structs.replace(flow, traits=(*flow.traits, NEW)) if number in fresh_flows else flow
        for number, flow in enumerate(evidence.flows)
    )
    return msgspec.structs.replace(evidence, uses=uses, flows=flows, changes=(*evidence.changes, *found))


def _summary(pair: Pair, why: str, found: tuple[Change, ...]) -> Compared:
    now = {content.sha256 for content in pair.new.files}
    before = {content.sha256 for content in pair.base.files}
    topics = Counter(change.topic for change in found)
    fresh = {content.segments for content in pair.new.files if content.sha256 not in before}
    return Compared(
        base=pair.base.artifact,
        why=why,
        functions=pair.like.counts,
        again=sum(
            exact >= 0 and body.symbol != "" and body.where.segments in fresh
            for body, exact in zip(pair.new.bodies, pair.like.same, strict=True)
        ),
        files=(("same", len(now & before)), ("new", len(now - before)), ("gone", len(before - now))),
        changes=tuple((topic, topics[topic]) for topic in CHANGE_TOPICS if topics[topic]),
    )
