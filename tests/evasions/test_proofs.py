"""Every evasion keeps what the package does: seen on trees, constants and containers; nothing is run."""

from __future__ import annotations

import ast

import pytest
from evasion_kit import decode
from evasion_proofs import prove
from evasion_run import evade, evasions, seeded
from evasion_samples import samples
from evasion_twins import TWINS

FIXTURES = {sample.name: sample.package for sample in samples()[::9]} | TWINS


@pytest.mark.parametrize("evasion", evasions(), ids=lambda one: one.name)
def test_behaviour_is_kept(evasion):
    proved = 0
    for name, before in FIXTURES.items():
        after = evade(before, (evasion,), seeded(name, evasion.name))
        if after is not None:
            prove(evasion, before, after)
            proved += 1

    assert proved, "it applies to nothing"


@pytest.mark.parametrize("evasion", evasions(), ids=lambda one: one.name)
def test_evaded_sources_still_parse(evasion):
    for name, before in FIXTURES.items():
        after = evade(before, (evasion,), seeded(name, evasion.name))
        for _, data in after.sources() if after else ():
            ast.parse(decode(data))


@pytest.mark.parametrize("evasion", evasions(), ids=lambda one: one.name)
def test_an_evasion_is_pure(evasion):
    name, before = next((name, one) for name, one in FIXTURES.items() if evasion.applies(one))

    assert evasion.apply(before, seeded(name)) == evasion.apply(before, seeded(name))
