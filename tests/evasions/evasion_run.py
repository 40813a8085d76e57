"""Runs evasions over samples: what was asked, what was lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from random import Random

from evasion_kit import Evasion, Package, load
from evasion_samples import Sample, fired, judged, samples

from pratique.verdict.policy import LEVELS

LAYOUT_KEPT = 2
"""The first stage that leaves a file's text as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one sample under one evasion or a chain of them."""

    sample: str
    evasion: str
    blind: bool
    wanted: str
    """Level and rule before."""
    got: str
    kept: bool


def seeded(*names: str) -> Random:
    """Return the randomness of a pair: the same in every run."""
    return Random("/".join(names))


def evade(package: Package, chain: tuple[Evasion, ...], random: Random) -> Package | None:
    """Apply evasions one after the other; None where one of them does not apply."""
    for evasion in sorted(chain, key=lambda one: one.stage):
        if not evasion.applies(package):
            return None
        package = evasion.apply(package, random)
    return package


def outcome(sample: Sample, chain: tuple[Evasion, ...]) -> Outcome | None:
    """Review a sample under a chain of evasions; None where the chain does not apply."""
    name = "+".join(one.name for one in chain)
    if sample.layout and any(one.stage < LAYOUT_KEPT for one in chain):
        return None
    package = evade(sample.package, chain, seeded(sample.name, name))
    if package is None:
        return None
    review = judged(package)
    accepted = {sample.rule}.union(*(one.stronger for one in chain))
    same_level = LEVELS.index(review.verdict.level) >= LEVELS.index(sample.level)
    return Outcome(
        sample=sample.name,
        evasion=name,
        blind=all(one.blind for one in chain),
        wanted=f"{sample.level} by {sample.rule}",
        got=f"{review.verdict.level} by {', '.join(sorted(fired(review))) or 'nothing'}",
        kept=same_level and bool(accepted & fired(review)),
    )


@cache
def evasions() -> tuple[Evasion, ...]:
    """Return every evasion."""
    return load()


def singles(evasion: Evasion, chosen: tuple[Sample, ...] | None = None) -> Iterator[Outcome]:
    """Yield what becomes of the samples that one evasion applies to."""
    for sample in samples() if chosen is None else chosen:
        if (found := outcome(sample, (evasion,))) is not None:
            yield found


def chains(count: int, seed: str = "chains") -> Iterator[Outcome]:
    """Yield what becomes of `count` random pairs of a sample and a chain of three evasions."""
    done = number = 0
    while done < count:
        number += 1
        for sample in samples():
            random = seeded(seed, sample.name, str(number))
            if count < len(samples()) and random.random() > count / len(samples()):
                continue
            if done < count and (found := outcome(sample, tuple(random.sample(evasions(), 3)))) is not None:
                done += 1
                yield found
