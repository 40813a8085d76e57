"""What a use leads to, as far as its text is known, and what a `with` statement runs."""

from __future__ import annotations

import pytest

from pratique.model import HOLE
from pratique.pipeline import review_files

BASE = 'import requests\nBASE = "https://files.acme.invalid/v1/"\n'
ADDRESSES = {
    "default": ('def get(name, id="h1"):\n return requests.get(f"{BASE}{id}/x_{name}.sh")\n', f"h1/x_{HOLE}.sh"),
    "no-callers": ('def get(name, id):\n return requests.get(f"{BASE}{id}/x_{name}.sh")\n', f"{HOLE}/x_{HOLE}.sh"),
    "callers": ('def get(name, id):\n return requests.get(f"{BASE}{id}/{name}")\nget("a", "b")\n', f"{HOLE}/"),
    "sum": ('def get(name, id="h1"):\n return requests.get(BASE + id + "/x_" + name)\n', f"{HOLE}/x_{HOLE}"),
}
ENTERED = """
import subprocess
class Tool:
    def __enter__(self):
        subprocess.run(["tool"])
    def __exit__(self, *_):
        pass
"""


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_known_host_is_told_whatever_stands_behind_it(name):
    code, wanted = ADDRESSES[name]

    review = review_files({"acme/__init__.py": (BASE + code).encode()}, "wheel")

    told = [use.target for use in review.uses if use.capability == "network.http"]
    assert told
    assert all(target.startswith("https://files.acme.invalid/v1/") for target in told)
    assert any(wanted in target for target in told)


@pytest.mark.parametrize(
    ("code", "certainty"),
    [
        ("with Tool():\n    pass\n", "transitive"),
        ("TOOL = Tool()\nwith TOOL:\n    pass\n", "transitive"),
        ("import contextlib\nwith contextlib.ExitStack() as stack:\n    stack.enter_context(Tool())\n", "transitive"),
        ("TOOL = Tool()\n", "assumed"),
    ],
)
def test_an_object_is_entered_where_a_statement_does_so_and_perhaps_where_it_is_made(code, certainty):
    review = review_files({"acme/__init__.py": (ENTERED + code).encode()}, "wheel")

    spawned = {use.certainty for use in review.uses if use.capability == "process.spawn" and "import" in use.triggers}
    assert spawned == {certainty}
