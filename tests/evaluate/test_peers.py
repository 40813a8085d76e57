"""Peers: a stand-in for hexora's module answers through the real driver."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from pratique.errors import UsageError
from pratique.evaluate import corpora
from pratique.evaluate.peers import environment, find, names
from pratique.evaluate.peers.base import Peer, PeerError, Process
from pratique.evaluate.peers.run import cost, score_all
from pratique.evaluate.work import SourceFile, sources

STAND_IN = """
import os, time

def audit_file(path):
    text = open(path, "rb").read()
    if b"DIE" in text:
        os._exit(3)
    if b"HANG" in text:
        time.sleep(60)
    if b"PANIC" in text:
        raise BaseException("native")
    named = 0.2 if str(path).endswith("setup.py") else 0.0
    return [{"score": 0.9 if b"exec(" in text else 0.1, "items": []}, {"score": named}]
"""


@pytest.fixture
def python(tmp_path):
    """An interpreter whose environment holds the stand-in."""
    home = tmp_path / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    (site,) = home.glob("lib/python*/site-packages")
    (site / "hexora.py").write_text(STAND_IN)
    return home / "bin" / "python"


def text(code, setup=False):
    return SourceFile(setup=setup, text=code.encode())


def test_the_peers_are_found():
    assert names() == ("guarddog", "hexora")
    assert find("hexora").version
    with pytest.raises(UsageError):
        find("nobody")


def test_the_highest_score_counts(python):
    with Process(find("hexora"), python) as process:
        scores = [
            process.score("a", [text("x = 1"), text("exec(y)"), text("")], 30).score,
            process.score("b", [text("x = 1", setup=True)], 30).score,
            process.score("c", [], 30).score,
        ]

    assert scores == [0.9, 0.2, 0.0]


def test_long_texts_pass(python):
    """Longer than what a pipe holds, both ways at once."""
    with Process(find("hexora"), python) as process:
        outcome = process.score("a", [text("# " + "x" * 3_000_000)] * 2, 60)

    assert (outcome.score, outcome.files, outcome.code_bytes) == (0.1, 2, 6_000_004)


def test_a_peer_that_dies_or_hangs_is_begun_again(python):
    with Process(find("hexora"), python) as process:
        died = process.score("a", [text("DIE")], 30)
        hung = process.score("b", [text("HANG")], 0.5)
        after = process.score("c", [text("PANIC"), text("exec(y)")], 30)

    assert (died.score, died.failure) == (None, "it died")
    assert (hung.score, hung.failure) == (None, "took longer than 0.5 s")
    assert (after.score, after.errors) == (0.9, 1)


def test_a_peer_that_reads_nothing_has_no_score(python):
    """Silence about every file is a failure, not an all-clear."""
    with Process(find("hexora"), python) as process:
        blind = process.score("a", [text("PANIC"), text("PANIC")], 30)
        empty = process.score("b", [], 30)

    assert (blind.score, blind.failure) == (None, "it read none of the files")
    assert (empty.score, empty.failure) == (0.0, "")


def test_a_peer_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(PeerError):
        Process(find("hexora"), tmp_path / "python")
    with pytest.raises(PeerError):
        Process(find("hexora"), "/bin/true")


def test_scores_are_kept(pack, python, tmp_path):
    """The pack's broken archive has no score; the others are not scored twice."""
    peer, all_of = find("hexora"), corpora.malware(pack)
    said: list[str] = []
    first = score_all(peer, python, all_of, limit_s=30, place=tmp_path, say=said.append)
    again = score_all(peer, tmp_path / "gone", all_of[:2], limit_s=30, place=tmp_path, say=said.append)

    assert again.items() <= first.items()
    assert sorted(one.score is None for one in first.values()) == [False, False, True]
    assert max(one.score or 0 for one in first.values()) == 0.9
    assert (cost(peer, first).failures, cost(peer, first).name) == (1, "hexora")


def test_no_text_reaches_a_disk(python, tmp_path):
    """The peer is given links to anonymous memory: it says so itself, and the folder of links is gone afterwards."""
    (site,) = python.parents[1].glob("lib/python*/site-packages")
    seen = tmp_path / "seen"
    (site / "hexora.py").write_text(
        "import os\n"
        "def audit_file(path):\n"
        f"    with open({str(seen)!r}, 'a') as file:\n"
        "        file.write(f'{path} {os.readlink(path)} {os.path.realpath(path)}\\n')\n"
        "    return [{'score': 0.0}]\n"
    )
    with Process(find("hexora"), python) as process:
        process.score("a", [text("MARKER = 1"), text("MARKER = 2", setup=True)], 30)
        process.finish()

    rows = [line.split() for line in seen.read_text().splitlines()]
    assert [row[0].rpartition("/")[2] for row in rows] == ["module.py", "setup.py"]
    assert {row[1].rpartition("/")[0] for row in rows} == {"/proc/self/fd"}
    assert {row[2].rpartition("/")[2] for row in rows} == {"memfd:text"}
    assert not any(os.path.lexists(row[0]) for row in rows)


def test_python_text_is_decoded_as_python_would():
    """A cookie, a nested archive, a setup.py: what peers get is UTF-8."""
    import io
    import zipfile

    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("deep.py", "x = 1\n")
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("a/setup.py", "# coding: latin-1\nx = 'é'\n".encode("latin-1"))
        archive.writestr("a/b.zip", inner.getvalue())
        archive.writestr("a/c.txt", "no code")

    found = sources(outer.getvalue(), "a-1.zip")

    assert [(one.setup, one.text.decode()) for one in found] == [
        (True, "# coding: latin-1\nx = 'é'\n"),
        (False, "x = 1\n"),
    ]


def test_an_environment_is_made_once(tmp_path, monkeypatch):
    """pip is asked for the one exact version, once."""
    calls: list[list[str]] = []
    peer = Peer(name="acme", requirement="acme==1.0", threshold=0.5, why="")

    def run(command, **_more):
        calls.append(command)
        (tmp_path / "acme-1.0").mkdir(exist_ok=True)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(environment.subprocess, "run", run)
    first = environment.python(peer, tmp_path)
    second = environment.python(peer, tmp_path)

    assert first == second == tmp_path / "acme-1.0" / "bin" / "python"
    assert [command[-1] for command in calls] == [str(tmp_path / "acme-1.0"), "acme==1.0"]


def test_an_environment_that_cannot_be_made_is_an_error(tmp_path, monkeypatch):
    peer = Peer(name="acme", requirement="acme==1.0", threshold=0.5, why="")
    monkeypatch.setattr(
        environment.subprocess,
        "run",
        lambda command, **_more: subprocess.CompletedProcess(command, 1, "", "a\nno such thing\n"),
    )

    with pytest.raises(PeerError, match="no such thing"):
        environment.python(peer, tmp_path)
    with pytest.raises(PeerError):
        environment.python(peer, None)
