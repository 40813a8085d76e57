"""`pratique known`: what an index holds, and what artifacts share with it."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from pratique.cli import main
from pratique.known.build import build
from pratique.known.index import dump
from pratique.known.sketch import sketch

SHA = "ab" * 32


@pytest.fixture
def index(tmp_path, monkeypatch):
    """An index that knows one artifact by its hash."""
    monkeypatch.setenv("PRATIQUE_CACHE", "off")
    data = wheel()
    import hashlib

    drawn = sketch(hashlib.sha256(data).hexdigest(), "acme-thieves", [], {})
    place = tmp_path / "known.index"
    place.write_bytes(dump(build([drawn], dataset="a test", made="2026-01-01")))
    return place


def wheel(text: str = "x = 1\n") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("acme/__init__.py"), text)
    return packed.getvalue()


def test_info_says_what_an_index_holds(index, capsys):
    assert main(["known", "info", str(index)]) == 0
    said = capsys.readouterr().out
    assert "1 artifact" in said
    assert "a test" in said

    assert main(["known", "info", str(index), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["samples"] == 1


def test_match_names_campaign_method_and_sample(index, tmp_path, capsys):
    same, other = tmp_path / "acme-1.0-py3-none-any.whl", tmp_path / "acme-2.0-py3-none-any.whl"
    same.write_bytes(wheel())
    other.write_bytes(wheel("y = 2\n"))

    assert main(["known", "match", str(index), str(same), str(other)]) == 0
    said = capsys.readouterr().out
    assert "acme-1.0-py3-none-any.whl: 1 match\n  1.00 artifact" in said
    assert "acme-thieves" in said
    assert "acme-2.0-py3-none-any.whl: no matches" in said


def test_a_review_shows_what_it_is_like(index, tmp_path, capsys):
    """In a child process too, which loads the index before it gives up its rights."""
    same = tmp_path / "acme-1.0-py3-none-any.whl"
    same.write_bytes(wheel())

    assert main(["review", str(same), "--known", str(index), "--jobs", "1"]) == 10
    said = capsys.readouterr().out
    assert "like known malware" in said
    assert "1.00 artifact  campaign acme-thieves: as a whole" in said


def test_what_is_no_index_is_an_error_with_a_hint(tmp_path, capsys):
    place = tmp_path / "known.index"
    place.write_bytes(b"nothing")

    assert main(["known", "info", str(place)]) == 1
    assert "pratique known build" in capsys.readouterr().err
