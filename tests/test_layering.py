"""The loop over layers ends: what starts itself is read once, what many calls run is linked once."""

from __future__ import annotations

import gc
import weakref

import pytest

from pratique import layering
from pratique.layering import _Layers
from pratique.link import Unit
from pratique.model import File, Review
from pratique.pipeline import review_files
from pratique.reach import FoundLayer, Reader, Shipped, layers
from pratique.reading import read_layer

AGAIN = b"sh again.sh\n"
CODE = "import os; os.system('id')"
TWICE = f"""
import sys
def one():
    exec({CODE!r})
    if sys.argv:
        exec({CODE!r})
def two():
    exec({CODE!r})
one(); two()
"""
NAMES = [f"step_{number}" for number in range(9)]
ROUND = [f"import {', '.join(NAMES)}\nprint({number})\n" for number in range(len(NAMES))]
CIRCLE = "\n".join(
    [
        *(f"open('/tmp/{name}.py', 'w').write({text!r})" for name, text in zip(NAMES, ROUND, strict=True)),
        "import step_0",
    ]
)


def _layers(review: Review) -> list[tuple[str, ...]]:
    """Return the places in layers where something is used."""
    return [use.where.segments for use in review.uses if use.where.segments[-1].startswith("<layer ")]


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


def test_calls_of_one_function_share_the_code_that_they_run():
    review = review_files({"acme/__init__.py": TWICE})

    spawns = [use for use in review.uses if use.capability == "process.spawn"]
    assert {use.where.segments for use in spawns} == {("acme/__init__.py", "<layer 1: text>")}
    assert len({use.scope for use in spawns}) == 2
    assert len(spawns) == 2


def test_written_modules_that_import_each_other_are_linked_once_per_function():
    review = review_files({"acme/__init__.py": CIRCLE})

    found = _layers(review)
    assert len(set(found)) >= len(NAMES) - 1
    assert len(found) < 40 * len(NAMES)


def test_what_was_linked_is_freed_without_the_cycle_collector():
    facts = read_layer(TWICE.encode(), "python")
    assert facts is not None
    file = File(segments=("acme/__init__.py",), sha256="0" * 64, size=len(TWICE), kind="python")
    gc.disable()
    try:
        reader = Reader([Unit(file=file, facts=facts)], (), layering.maps(()), Shipped(()))
        reader.evidence()
        kept = [weakref.ref(part) for part in (reader, reader.values, reader.names, reader.finder)]
        del reader
        assert [one() for one in kept] == [None] * 4
    finally:
        gc.enable()


@pytest.mark.parametrize(("lead", "kind"), [("one(); two()", "refused"), ("", "unresolved")])
def test_code_that_is_run_at_too_many_places_is_no_secret(monkeypatch: pytest.MonkeyPatch, lead: str, kind: str):
    monkeypatch.setattr(layering, "MAX_UNITS", 2)
    source = TWICE.replace("os.system('id')", "print(1)").replace("one(); two()", lead)

    review = review_files({"acme/__init__.py": source})

    crowded = [one for one in review.unknowns if "more than 2 places" in one.reason]
    assert [(one.kind, one.where.symbol) for one in crowded] == [(kind, "two")]
    assert review.verdict.complete == (kind == "unresolved")
    assert (review.verdict.level == "look") == (kind == "refused")


def test_a_file_with_more_contents_than_are_followed_is_no_secret(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(layers, "MAX_WRITTEN", 3)
    writes = "".join(f"open('/tmp/a.py', 'w').write('print({number})')\n" for number in range(9))

    review = review_files({"acme/__init__.py": f"{writes}import subprocess\nsubprocess.run(['python', '/tmp/a.py'])\n"})

    assert {one.kind for one in review.unknowns if "has another content" in one.reason} == {"refused"}
    assert review.verdict.level == "look"


GROWN = {
    "apart": "exec(\"import os\\nos.system('id')\")",
    "uses-its-file": "import os\nCOMMAND = 'id'\nexec('os.system(COMMAND)')",
    "defines-a-class": "exec('class A:\\n def go(self):\\n  import os; os.system(\"id\")\\nA().go()')",
    "shell-then-python": "import os\nos.system(\"python -c 'import os; os.system(chr(105))'\")",
}
BUILT = {
    "gives-a-name": "exec(\"def run():\\n import os\\n os.system('id')\")\nrun()",
    "gives-a-method": "exec('class A:\\n def go(self):\\n  import os; os.system(\"id\")')\ndef f(a):\n a.go()\nf(A())",
    "calls-its-file": "import os\ndef run(x):\n os.system(x)\nexec(\"run('id')\")",
    "derives": "class B:\n def go(self):\n  import os; os.system('id')\nexec('class A(B):\\n pass\\nA().go()')",
}


def _shown(review: Review) -> tuple[object, ...]:
    """Return what a review says, whatever the order in which units were linked."""
    uses = [(one.capability, one.target, one.where, one.triggers, one.certainty, one.traits) for one in review.uses]
    flows = [(one.source, one.source_where, one.sink_arg, one.certainty) for one in review.flows]
    return sorted(map(str, uses)), sorted(map(str, flows)), sorted(map(str, review.unknowns)), review.verdict


@pytest.mark.parametrize("name", [*GROWN, *BUILT])
def test_a_program_that_layers_join_says_what_one_linked_anew_says(name, monkeypatch):
    grows, grow = list[bool](), Reader.grow

    def watched(reader: Reader, units: list[Unit]) -> bool:
        grows.append(grow(reader, units))
        return grows[-1]

    monkeypatch.setattr(Reader, "grow", watched)
    grown = review_files({"setup.py": (GROWN | BUILT)[name].encode()}, "sdist")
    monkeypatch.setattr(Reader, "grow", lambda *_: False)
    built = review_files({"setup.py": (GROWN | BUILT)[name].encode()}, "sdist")

    assert _shown(grown) == _shown(built)
    assert any(use.capability == "process.spawn" for use in grown.uses)
    assert grows[0] is (name in GROWN)


def test_a_layer_that_is_not_read_to_its_end_says_so():
    text = f"exec(bytes.fromhex({(b'what!' * 100_000).hex()!r}))"

    review = review_files({"acme/__init__.py": text.encode()}, "wheel")

    assert [one.kind for one in review.unknowns if one.reason.startswith("decoded code: unread-errors")] == ["refused"]
