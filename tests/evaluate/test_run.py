"""Whole evaluations of small corpora: children, kept outcomes, limits, and that no sample's text gets out."""

from __future__ import annotations

import json

import msgspec
import pytest

from pratique.cli import main
from pratique.errors import PratiqueError
from pratique.evaluate import corpora, select
from pratique.evaluate.evaluation import Options, evaluate
from pratique.evaluate.results import Results
from pratique.evaluate.run import failure, review_all
from pratique.evaluate.select import Selection
from pratique.evaluate.shapes import Outcome
from pratique.verdict import engine_digest


def quiet(text):
    """Ignore progress."""


def test_an_evaluation_counts_both_corpora(pack, wheels):
    """What downloads code and runs it on install is caught, the honest are not, the broken one is told."""
    result = evaluate(Options(malware=pack, benign=wheels, jobs=1), quiet)

    assert [(group.name, group.artifacts, group.look.caught) for group in result.groups] == [
        ("headline train", 2, 1),
        ("headline novel dev", 1, 0),
        ("headline dev", 1, 0),
    ]
    assert (result.benign.files, result.benign.projects, result.benign.look.files) == (2, 1, 0)
    assert [(one.name, one.what) for one in result.trouble] == [("broken", "corpus: CorpusError")]
    assert [cost.artifacts for cost in result.costs] == [3, 2]


def test_no_text_of_a_sample_gets_into_the_result(pack, wheels):
    """Not its code, not its names, not its address, not its members' names, not what an exception quotes."""
    written = msgspec.json.encode(evaluate(Options(malware=pack, benign=wheels, jobs=1), quiet)).decode()

    for text in ("urlopen", "192.0.2.7", "acme-1/", "secret text"):
        assert text not in written


def test_a_run_goes_on_where_an_earlier_one_stopped(pack, tmp_path, monkeypatch):
    sources = corpora.malware(pack)[:2]
    first = review_all(sources, jobs=1, limit_s=60, place=tmp_path, say=quiet)

    def refuse(*_args, **_more):
        raise AssertionError("reviewed again")

    monkeypatch.setattr("pratique.evaluate.run.Pool", refuse)

    assert review_all(sources, jobs=1, limit_s=60, place=tmp_path, say=quiet) == first


def test_a_line_cut_short_is_reviewed_again(tmp_path):
    with Results(Outcome, "engine-x", tmp_path) as results:
        results.add(Outcome(sha256="a", level="clear"))
    path = tmp_path / "engine-x.jsonl"
    path.write_text(path.read_text() + '{"sha256": "b", "le\n')

    with Results(Outcome, "engine-x", tmp_path) as results:
        assert list(results.known) == ["a"]


def test_a_place_that_cannot_be_written_changes_nothing(pack, tmp_path):
    occupied = tmp_path / "file"
    occupied.write_text("")

    found = review_all(corpora.malware(pack)[:1], jobs=1, limit_s=60, place=occupied / "x", say=quiet)

    assert len(found) == 1
    assert {one.level for one in found.values()} <= {"look", "block"}


def test_what_ran_out_of_time_is_tried_again_with_more(pack, tmp_path):
    """A failure stands only for limits up to the one that it had."""
    source = corpora.malware(pack)[0]
    with Results(Outcome, f"engine-{engine_digest()}", tmp_path) as results:
        results.add(Outcome(sha256=source.item.sha256, failure="limit: took longer than 5 s", limit_s=5.0))

    kept = review_all([source], jobs=1, limit_s=5.0, place=tmp_path, say=quiet)
    again = review_all([source], jobs=1, limit_s=60.0, place=tmp_path, say=quiet)

    assert kept[source.item.sha256].level is None
    assert again[source.item.sha256].level is not None


@pytest.mark.parametrize(
    ("refused", "expected"),
    [
        ("failed with KeyError at judge.py:12: text of a package", "crash: KeyError at judge.py:12"),
        ("failed with ValueError: text of a package (reviewing)", "crash: ValueError"),
        ("took longer than 20 s (reviewing)", "limit: took longer than 20 s (reviewing)"),
        ("was killed, as memory runs out (reviewing)", "limit: was killed, as memory runs out (reviewing)"),
        ("crashed (SIGSEGV) (reviewing)", "crash: crashed (SIGSEGV) (reviewing)"),
    ],
)  # fmt: skip
def test_failures_quote_nothing(refused, expected):
    assert failure(refused) == expected


def test_a_changed_wheel_is_not_reviewed(wheels):
    """A file that is not the one in the list is told as such."""
    source = corpora.benign(wheels)[0]
    (wheels / source.item.name).write_bytes(b"other")

    with pytest.raises(PratiqueError):
        source.read()


def test_selections_are_by_hash(pack, wheels):
    bad, good = corpora.malware(pack), corpora.benign(wheels)
    ordered = sorted(one.item.sha256 for one in bad)

    assert [one.item.sha256 for one in select.samples(bad, Selection(limit=2))] == ordered[:2]
    assert [one.item.name for one in select.samples(bad, Selection(split="dev"))] == ["good"]
    assert len(select.wheels(good, Selection(limit=1))) == 1
    assert {one.item.group for one in select.samples(bad, Selection(quick=True))} == {"1", "2", "3"}
    assert Selection().words == "everything"
    assert not Selection(quick=True).whole


def test_the_command_prints_a_table(pack, wheels, capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("PRATIQUE_CACHE", str(tmp_path / "cache"))

    code = main(["evaluate", "--malware", str(pack), "--benign", str(wheels), "--jobs", "1"])

    assert code == 0
    assert "headline train" in capsys.readouterr().out
    assert list((tmp_path / "cache" / "evaluate").glob("engine-*.jsonl"))


def test_the_command_prints_json(pack, capsys, tmp_path):
    out = tmp_path / "out.json"

    code = main(
        [
            "evaluate",
            "--malware",
            str(pack),
            "--only",
            "malware",
            "--fresh",
            "--format",
            "json",
            "--jobs",
            "1",
            "-o",
            str(out),
        ]
    )

    assert code == 0
    assert json.loads(out.read_text())["schema"] == "pratique-evaluation/1"
    assert capsys.readouterr().out == ""


def test_no_corpus_is_said(capsys, monkeypatch, tmp_path):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    assert main(["evaluate"]) == 3
    assert "left out" in capsys.readouterr().err


def test_a_folder_that_is_no_corpus_is_an_error(capsys, tmp_path):
    assert main(["evaluate", "--malware", str(tmp_path), "--only", "malware"]) == 1
    assert "no corpus" in capsys.readouterr().err
