"""The suite of injected releases on a synthetic project: every place, every payload, seen and named beside the base."""

from __future__ import annotations

import pytest
from injected.payloads import PAYLOADS
from injected.places import PLACES
from injected.suite import run, table

WHEEL = {
    "acme/__init__.py": b"from acme.client import Client\n\nVERSION = '1.0'\n",
    "acme/client.py": b'''"""A client."""

import json

from acme.model import Item


class Client:
    def parse(self, text):
        """Return the items in a text."""
        found = json.loads(text)
        return [Item(one) for one in found]
''',
    "acme/model.py": b"class Item:\n    def __init__(self, value):\n        self.value = value\n",
    "acme/extra.py": b"def double(value):\n    return value * 2\n",
    "acme-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n\nText.\n",
    "acme-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\nTag: py3-none-any\n",
}
RESULTS = [one for number in range(len(PAYLOADS)) for one in run("acme", WHEEL, number)]


def test_every_payload_is_tried_at_every_place():
    assert {(one.place, one.payload) for one in RESULTS} == {(place, one) for place in PLACES for one in PAYLOADS}


def test_the_clean_project_is_clear():
    assert {one.clean for one in RESULTS} == {"clear"}


@pytest.mark.parametrize("place", PLACES)
def test_a_graft_is_seen_beside_its_base_and_the_reason_names_it(place):
    """`note`, or a reason that points elsewhere, is a miss."""
    missed = [
        (one.payload, one.level, one.named)
        for one in RESULTS
        if one.place == place and not (one.level in {"look", "block"} and one.named)
    ]

    assert missed == []


def test_the_table_has_a_row_for_every_place_and_payload():
    rows = table(RESULTS).splitlines()

    assert len(rows) == 1 + len(PLACES) + len(PAYLOADS) + 1
    assert rows[-1].startswith("all")
