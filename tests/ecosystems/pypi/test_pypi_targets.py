"""What the words of a command line mean."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.ecosystems import Target
from pratique.ecosystems.pypi import targets
from pratique.errors import TargetNotFound, UsageError


def project(text, name="requests", version="", specifier=""):
    return Target(kind="project", text=text, name=name, version=version, specifier=specifier)


@pytest.mark.parametrize(
    "expected",
    [
        project("requests"),
        project("Requests"),
        project("requests==2.32.3", version="2.32.3"),
        project("requests == 2.32.3", version="2.32.3"),
        project("requests===odd", version="odd"),
        project("requests[socks]==2.32.3", version="2.32.3"),
        project("requests==2.*", specifier="==2.*"),
        project("requests<3,>=2", specifier="<3,>=2"),
        project("Zope.Interface_x", name="zope-interface-x"),
    ],
)
def test_projects(expected):
    """Names with and without versions."""
    assert targets.parse([expected.text]) == (expected,)


def test_order_and_only():
    """One target a word, in order, each with the same `--only`."""
    found = targets.parse(["b", "a==1"], "sdist")

    assert [(target.name, target.version, target.only) for target in found] == [("b", "", "sdist"), ("a", "1", "sdist")]


def test_paths(tmp_path, monkeypatch):
    """A separator or a distribution's suffix makes a path; a bare name is the project even beside such a folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "requests").mkdir()
    (tmp_path / "six-1.0.tar.gz").write_bytes(b"x")
    (tmp_path / "plain").write_bytes(b"x")

    found = targets.parse(["requests", "./requests", ".", "six-1.0.tar.gz", "./plain", str(tmp_path / "plain")])

    assert [target.kind for target in found] == ["project", "folder", "folder", "file", "file", "file"]
    assert [target.path for target in found][3:5] == ["six-1.0.tar.gz", "plain"]


def test_home(tmp_path, monkeypatch):
    """`~` is the home folder."""
    monkeypatch.setenv("HOME", str(tmp_path))

    assert targets.parse(["~"])[0].path == str(tmp_path)


@pytest.mark.parametrize("word", ["./nope", "nope-1.0-py3-none-any.whl", "nope.ZIP", "nope/setup.py"])
def test_missing_paths(word, tmp_path, monkeypatch):
    """A path that is not there is not looked up on the index."""
    monkeypatch.chdir(tmp_path)

    with pytest.raises(TargetNotFound, match="there is no"):
        targets.parse([word])


def test_neither_file_nor_folder(tmp_path):
    """A pipe is not opened: reading it might never end."""
    os.mkfifo(tmp_path / "a.whl")

    with pytest.raises(TargetNotFound, match="neither a file nor a folder"):
        targets.parse([str(tmp_path / "a.whl")])


@pytest.mark.parametrize(
    "word", ["", "-x", "a b", "https://files.invalid/a.whl", "a@1", "a; python_version<'3'", "a==", "\x00", "ä"]
)
def test_nonsense(word):
    """Words that mean nothing bring examples of words that do."""
    with pytest.raises(UsageError) as caught:
        targets.parse([word])
    assert caught.value.hint


def test_no_words():
    """No words, no review."""
    with pytest.raises(UsageError, match="nothing to review"):
        targets.parse([])


@given(st.text(alphabet="abc-=.<>[]@;~ \x00é1/", max_size=20))
def test_any_word(word):
    """A word is a target or an error with a sentence."""
    try:
        said = targets.parse([word])[0].text
    except (UsageError, TargetNotFound) as error:
        said = error.message

    assert said == word or len(said) > len("there is no")
