"""Crater: benign wheels frozen once, judged again, and compared with a baseline."""

from __future__ import annotations

import io
import zipfile

import msgspec
import pytest

from pratique.cli import main
from pratique.errors import ConfigError, NothingToReview
from pratique.evaluate import crater
from pratique.evaluate.corpora import Source
from pratique.evaluate.shapes import Item


def wheel(name: str, text: str) -> Source:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo(f"{name}/__init__.py"), text)
    data = packed.getvalue()
    import hashlib

    item = Item(
        corpus="benign", stratum="benign", sha256=hashlib.sha256(data).hexdigest(), name=name, group=name, split="dev",
        py_bytes=len(text),
    )  # fmt: skip
    return Source(item=item, read=lambda: (f"{name}-1.0-py3-none-any.whl", data), project=name)


WHEELS = [
    wheel("quiet", "def add(a, b):\n    return a + b\n"),
    wheel("loud", "import base64\nexec(base64.b64decode('aW1wb3J0IG9zCm9zLnN5c3RlbSgidHJ1ZSIp'))\n"),
]


@pytest.fixture
def facts(tmp_path):
    place = tmp_path / "facts"
    assert crater.freeze(WHEELS, place, jobs=0, limit_s=30, say=lambda _: None) == 0
    return place


def test_a_replay_needs_no_wheel(facts):
    """The findings come from the facts alone."""
    found = crater.replay(facts, lambda _: None)
    by_name = {one.name: one for one in found.wheels.values()}

    assert by_name["quiet-1.0-py3-none-any.whl"].findings == ()
    assert "run-decoded-code@import" in by_name["loud-1.0-py3-none-any.whl"].findings


def test_what_is_frozen_is_not_read_again(facts):
    def gone() -> tuple[str, bytes]:
        raise AssertionError

    again = [Source(item=one.item, read=gone) for one in WHEELS]

    assert crater.freeze(again, facts, jobs=0, limit_s=30, say=lambda _: None) == 0


def test_the_command_line_says_what_appeared_and_vanished(facts, tmp_path, capsys):
    """Nothing right after accepting; 10 where a finding is new, 0 where one only vanished."""
    baseline = tmp_path / "crater.json"
    told = ["--facts", str(facts), "--baseline", str(baseline)]
    assert main(["crater", "accept", *told]) == 0
    assert main(["crater", "run", *told]) == 0
    assert "2 artifacts seen by both; 0 judged differently" in capsys.readouterr().out

    known = crater.read(baseline)
    loud = next(key for key, one in known.wheels.items() if one.findings)
    one = known.wheels[loud]
    for findings, code, words in (
        ((), 10, "+ run-decoded-code@import"),
        ((*one.findings, "send-secrets-out@import"), 0, "- send-secrets-out@import"),
    ):
        changed = msgspec.structs.replace(one, findings=findings)
        crater.write(msgspec.structs.replace(known, wheels=known.wheels | {loud: changed}), baseline)

        assert main(["crater", "run", *told]) == code
        assert words in capsys.readouterr().out


def test_a_baseline_has_a_line_for_each_wheel(facts, tmp_path):
    found = crater.replay(facts, lambda _: None)
    crater.write(found, tmp_path / "b.json")

    assert crater.read(tmp_path / "b.json") == found
    assert sum("-py3-none-any.whl" in line for line in (tmp_path / "b.json").read_text().splitlines()) == 2


def test_without_facts_or_baseline_there_is_a_hint(tmp_path):
    with pytest.raises(NothingToReview) as nothing:
        crater.replay(tmp_path, lambda _: None)
    with pytest.raises(ConfigError) as none:
        crater.read(tmp_path / "b.json")
    (tmp_path / f"x{crater.SUFFIX}").write_bytes(b"damaged")
    with pytest.raises(ConfigError) as damaged:
        crater.replay(tmp_path, lambda _: None)

    assert nothing.value.hint
    assert none.value.hint
    assert damaged.value.hint


def test_small_wheels_are_chosen_by_their_hash():
    large = msgspec.structs.replace(WHEELS[0].item, py_bytes=crater.CODE + 1)
    found = crater.chosen([Source(item=large, read=WHEELS[0].read), *WHEELS])

    assert [one.item.sha256 for one in found] == sorted(one.item.sha256 for one in WHEELS)
