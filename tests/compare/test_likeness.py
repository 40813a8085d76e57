"""What counts as the same function: every name and every literal, and nothing else."""

from __future__ import annotations

import pytest

from pratique.compare.functions import digest
from pratique.compare.names import plain, top_folder
from pratique.pipeline import review_files
from pratique.reading import read_layer

SEND = """
def send(url, data):
    body = dict(data)
    return post(url, body, timeout=30)
"""


def _digest(text: str, name: str = "send") -> str:
    facts = read_layer(text.encode(), "python")
    assert facts is not None
    return next(digest(facts, scope) for scope in facts.scopes if scope.name == name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("\n\n# moved down, with a comment\n" + SEND, "send"),
        (SEND.replace("body", "payload"), "send"),
        (SEND.replace("send", "transmit"), "transmit"),
        (
            SEND.replace(
                "return post(url, body, timeout=30)", "return post(\n        url, body,\n        timeout=0x1e)"
            ),
            "send",
        ),
        ("import os\n\ndef other():\n    return os.getcwd()\n" + SEND, "send"),
    ],
)
def test_moving_renaming_and_reformatting_keep_the_fingerprint(text, name):
    assert _digest(text, name) == _digest(SEND)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("timeout=30", "timeout=31"),
        ("post(", "put("),
        ("timeout=30", "timeout=30.0"),
        ("url, body", "body, url"),
        ("dict(data)", "data"),
        ("(url, data)", "(url, data=None)"),
        ("    return", "    if data:\n        return"),
        ("timeout=30", "retries=30"),
        ("def send", "async def send"),
    ],
)
def test_any_other_name_or_literal_changes_it(old, new):
    assert _digest(SEND.replace(old, new)) != _digest(SEND)


def test_a_closure_is_known_by_its_own_name_not_by_its_number():
    text = "def outer(x):\n    def inner():\n        return x + 1\n    return inner\n"
    moved = "def first():\n    return 1\n\n" + text

    assert _digest(text, "outer") == _digest(moved, "outer")


@pytest.mark.parametrize(
    ("segments", "top", "expected"),
    [
        (("acme-1.0/src/acme/a.py",), "acme-1.0/", "src/acme/a.py"),
        (("acme-1.0.dist-info/METADATA",), "", ".dist-info/METADATA"),
        (("acme-1.0.data/purelib/acme/a.py",), "", "acme/a.py"),
        (("acme-1.0.data/scripts/acme",), "", ".data/scripts/acme"),
        (("acme/_c.cpython-311-x86_64-linux-gnu.so",), "", "acme/_c.so"),
        (("acme.libs/libz-0a1b2c3d.so.1",), "", "acme.libs/libz.so.1"),
        (("acme/a.py", "<layer 12: base64>"), "", "acme/a.py!/<layer: base64>"),
    ],
)
def test_names_lose_what_every_release_changes(segments, top, expected):
    assert plain(segments, top) == expected


def test_the_top_folder_is_one_that_all_share():
    assert top_folder(["a-1/x.py", "a-1/b/y.py"]) == "a-1/"
    assert top_folder(["a-1/x.py", "b.py"]) == ""


def test_counts_tell_unchanged_moved_edited_new_and_gone():
    before = {
        "acme/a.py": SEND.encode() + b"\ndef old():\n    return gone(1)\n",
        "acme/b.py": b"def keep():\n    return stay(1)\n",
    }
    after = {
        "acme/a.py": SEND.replace("30", "60").encode(),
        "acme/c.py": b"def keep():\n    return stay(1)\n\ndef fresh():\n    return come(2)\n",
    }

    found = review_files(after, before=before).compared

    assert found is not None
    assert dict(found.functions) == {"unchanged": 0, "moved": 1, "edited": 1, "new": 1, "gone": 1}
