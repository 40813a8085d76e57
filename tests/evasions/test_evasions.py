"""An evaded sample keeps its level and its rule; known misses are strict. CI takes a part of all pairs, fixed by seed.

`PRATIQUE_EVASIONS=full` asks for every pair and more chains, as `python tests/evasions/report.py` does.
"""

from __future__ import annotations

import os
import zlib

import pytest
from evasion_misses import MISSES, missed
from evasion_run import chains, evade, evasions, seeded, singles
from evasion_samples import fired, judged, samples, uncovered
from evasion_twins import TWINS

FULL = os.environ.get("PRATIQUE_EVASIONS") == "full"
SHARE = 1 if FULL else 12
"""One sample in so many is taken for each evasion, others for each."""
CHAINS = 1000 if FULL else 60
LOST = 0.03 if FULL else 0.07
"""The part of chains that may be lost: few chains say little about a rate."""


def _some(evasion):
    """Take about one sample in SHARE, others for each evasion; new samples do not change which."""
    names = ((one, f"{evasion.name}/{one.name}") for one in samples())
    return tuple(one for one, name in names if zlib.crc32(name.encode()) % SHARE == 0)


def test_every_rule_that_may_reach_look_has_a_sample():
    assert uncovered() == []


def test_there_are_enough_evasions_and_a_third_is_blind():
    blind = [one for one in evasions() if one.blind]

    assert len(evasions()) >= 40
    assert 3 * len(blind) >= len(evasions())


def test_names_are_unique():
    names = [one.name for one in evasions()]

    assert len(set(names)) == len(names)


def test_misses_name_what_exists():
    names, known = {one.name for one in evasions()}, {sample.name for sample in samples()}

    assert set(MISSES) <= names
    assert {sample for _, listed in MISSES.values() for sample in listed} <= known


@pytest.mark.parametrize("evasion", evasions(), ids=lambda one: one.name)
def test_evaded_samples_keep_level_and_rule(evasion):
    wrong = [
        f"{one.sample}: wanted {one.wanted}, got {one.got}"
        for one in singles(evasion, _some(evasion))
        if one.kept == missed(evasion.name, one.sample)
    ]

    assert wrong == []


def test_chains_of_three_keep_level_and_rule():
    found = list(chains(CHAINS))
    lost = [f"{one.evasion} on {one.sample}: wanted {one.wanted}, got {one.got}" for one in found if not one.kept]

    assert len(lost) <= LOST * len(found), lost


@pytest.mark.parametrize(("at", "evasion"), list(enumerate(evasions())), ids=[one.name for one in evasions()])
def test_evaded_twins_stay_quiet(at, evasion):
    """Hiding code or addresses as such is a finding in honest code too: those evasions are left out."""
    names = sorted(TWINS) if FULL else [sorted(TWINS)[at % len(TWINS)]]
    for name in () if evasion.conceals else names:
        package = evade(TWINS[name], (evasion,), seeded(name, evasion.name))
        if package is not None:
            review = judged(package)

            assert review.verdict.level in ("clear", "note"), (name, fired(review))


@pytest.mark.parametrize("name", TWINS)
def test_twins_as_they_are_stay_quiet(name):
    review = judged(TWINS[name])

    assert review.verdict.level in ("clear", "note"), fired(review)
