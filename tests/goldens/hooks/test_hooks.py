"""The honest hook packages: every way in is found, nothing is invented, and none disagrees with itself."""

from __future__ import annotations

import hashlib

import pytest

from pratique.ecosystems.pypi import consistency, entries
from pratique.languages.python import FRONT_END
from pratique.model import File
from pratique.unpack import open_artifact

from .hook_goldens import load_all

HOOKS = load_all()
HARMLESS = {"pth-import-line", "setup-requires", "entry-point-elsewhere"}


def opened(hook):
    data = dict(hook.files)
    files = tuple(
        File(
            segments=(path,),
            sha256=hashlib.sha256(body).hexdigest(),
            size=len(body),
            kind="python" if path.endswith(".py") else "text",
        )
        for path, body in hook.files
    )
    return files, lambda file: data[file.path]


def ways(found):
    return {(entry.trigger, entry.segments[0], entry.symbol) for entry in found.entries}


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook.name)
def test_the_tree_alone_shows_the_ways_in(hook):
    files, read = opened(hook)

    found = ways(entries.find(files, read, {}, hook.kind))

    assert set(hook.wanted("entry")) - found == set()
    assert set(hook.wanted("absent")) & found == set()


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook.name)
def test_facts_of_build_files_show_the_rest(hook):
    """Python is read by the real front end; nothing of the package runs."""
    files, read = opened(hook)
    facts = {file.segments: FRONT_END.read(read(file)) for file in files if file.kind == "python"}

    found = ways(entries.find(files, read, facts, hook.kind))

    assert set(hook.wanted("entry", "facts")) - found == set()
    assert set(hook.wanted("absent", "facts-absent")) & found == set()


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook.name)
def test_honest_packages_have_no_odd_problems(hook):
    files, read = opened(hook)

    problems = (
        *entries.find(files, read, {}, hook.kind).problems,
        *consistency.check(files, read, hook.kind, hook.filename),
    )

    assert [problem for problem in problems if problem.severity != "info"] == []
    assert {problem.code for problem in problems} <= HARMLESS


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook.name)
def test_their_archives_open_to_the_same_ways(hook):
    """What unpacking makes of the published file gives the same entries as the text of the golden."""
    tree = open_artifact(hook.archive(), hook.filename)
    files, read = opened(hook)

    found = entries.find(tree.files, tree.read, {}, hook.kind)

    # a script's kind is told by its first line, which the golden's own files have not been asked for
    assert _named(found) == _named(entries.find(files, read, {}, hook.kind))


def _named(found):
    return {way for way in ways(found) if way[2] != "*"}


def test_there_are_enough_of_them():
    assert len(HOOKS) >= 40
    assert {hook.kind for hook in HOOKS} == {"wheel", "sdist", "egg", "folder"}
