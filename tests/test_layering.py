"""The loop over layers ends: what starts itself is read once."""

from __future__ import annotations

from pratique.layering import _Layers
from pratique.link import Unit
from pratique.model import File
from pratique.pipeline import review_files
from pratique.reach import FoundLayer
from pratique.reading import read_layer

AGAIN = b"sh again.sh\n"


def test_a_command_that_starts_itself_is_read_once():
    facts = read_layer(AGAIN, "shell")
    assert facts is not None
    call = next(at for at, node in enumerate(facts.scopes[0].nodes) if node.op == "call")
    desk = _Layers([Unit(file=File(segments=("a.sh",), sha256="0" * 64, size=len(AGAIN), kind="shell"), facts=facts)])

    for number in range(5):
        if number < len(desk.units):
            desk.add((number, call), FoundLayer(parent=(number, call), data=AGAIN, language="shell", codecs=()))

    assert len(desk.units) == 2


def test_a_container_whose_content_goes_through_it_again_ends_the_search_for_its_class():
    text = b"""class Stack:
    _saved = []

    def pop(self):
        return Stack._saved.pop()


def save(one):
    Stack._saved.append((Stack._saved.pop(), one))
"""

    found = review_files({"acme/__init__.py": text})

    assert found.verdict.complete
    assert found.verdict.level == "clear"
