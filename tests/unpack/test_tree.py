"""What holds for every container: detection by content, nesting, folders, reading again."""

from __future__ import annotations

import os

import pytest

from pratique.model import Budget, File
from pratique.unpack import Refused, open_artifact, open_folder
from pratique.unpack.formats import formats, promised
from unpack.builders import (
    PAYLOAD,
    SDIST,
    WHEEL,
    Member,
    assert_accounted,
    codes,
    gz,
    honest_tar,
    honest_zip,
    make_zip,
    paths,
    severe,
)


def test_formats_are_found_by_listing_the_folder():
    assert sorted(formats()) == ["bz2", "gz", "tar", "xz", "zip", "zst"]


@pytest.mark.parametrize("data", [b"", b"x", b"hello " * 100, bytes(4096), b"PK\x03\x04", b"\x1f\x8b"])
def test_what_is_no_container_is_one_fatal_problem(data):
    tree = open_artifact(data, "acme-1.tar.gz")

    assert tree.files == ()
    assert [problem.severity for problem in tree.problems] == ["fatal"]
    assert not tree.complete


def test_too_large_a_container_is_not_opened():
    tree = open_artifact(honest_zip(WHEEL), "a.whl", Budget(compressed=10))

    assert codes(tree) == ["budget-compressed"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a.tar.gz", ("gz", "tar")), ("a.TGZ", ("gz", "tar")), ("a-py3-none-any.whl", ("zip",)), ("a.bin", ())],
)
def test_what_a_name_promises(name, expected):
    assert promised(name) == expected


@pytest.mark.parametrize(
    ("data", "name"), [(honest_zip(WHEEL), "a.tar.gz"), (honest_tar(SDIST), "a.whl"), (gz(PAYLOAD), "a.tar.gz")]
)
def test_a_name_that_promises_another_format(data, name):
    tree = open_artifact(data, name)

    assert codes(tree) == ["extension-mismatch"]
    assert tree.files


def test_two_formats_in_one_file_are_both_read():
    """A gzipped tar with a zip behind it: what it is depends on the reader."""
    tree = open_artifact(honest_tar(SDIST) + make_zip(Member()), "a.tar.gz")
    assert_accounted(tree)

    assert "polyglot" in codes(tree)
    assert paths(tree) == [*sorted(SDIST), "pkg/mod.py"]


def test_a_zip_stored_last_in_a_tar_is_no_polyglot():
    tree = open_artifact(honest_tar({"a/in.zip": honest_zip(WHEEL)}, "w"), "a.tar")

    assert codes(tree) == []
    assert paths(tree) == ["a/in.zip", *sorted(f"a/in.zip!/{name}" for name in WHEEL)]


def nested(depth: int) -> bytes:
    data = honest_zip({"deep.py": PAYLOAD})
    for level in range(depth):
        data = honest_tar({f"{level}.zip": data}) if level % 2 else honest_zip({f"{level}.bin": data, "x.txt": b"x"})
    return data


def test_nesting_goes_as_deep_as_the_budget():
    """Archives are recognised by content, whatever their names, and read through all their layers."""
    tree = open_artifact(nested(3), "a.zip")
    deep = next(file for file in tree.files if file.path == "deep.py")

    assert len(deep.segments) == 4
    assert codes(tree) == []
    assert tree.read(deep) == PAYLOAD
    assert_accounted(tree)


def test_nesting_beyond_the_budget_is_said():
    tree = open_artifact(nested(4), "artifact")

    assert severe(tree) == ["nesting-too-deep"]
    assert [file.kind for file in tree.files if len(file.segments) == 4 and file.path != "x.txt"] == ["archive"]


def test_problems_of_a_nested_archive_say_where():
    tree = open_artifact(honest_zip({"in.zip": make_zip(Member(name=b"../x"))}), "a.zip")

    assert [(problem.code, problem.segments) for problem in tree.problems] == [("name-parent", ("in.zip", "../x"))]


def test_only_so_many_equal_problems_are_spelled_out():
    tree = open_artifact(make_zip(*(Member(name=b"../%d" % n) for n in range(40))), "a.zip")
    told = [problem for problem in tree.problems if problem.code == "name-parent"]

    assert len(told) == 26
    assert told[-1].detail == "and 15 more"


def test_files_of_another_tree_are_refused():
    tree = open_artifact(honest_zip(WHEEL), "a.whl")

    with pytest.raises(Refused):
        tree.read(File(segments=("nope",), sha256="", size=1, kind="text"))


def test_a_bug_in_a_reader_is_a_problem(monkeypatch):
    """Our own failure must not hide an artifact."""
    from pratique.unpack.formats.zip import compare

    def broken(*_):
        raise RuntimeError("oops")

    monkeypatch.setattr(compare, "primary_end", broken)
    tree = open_artifact(honest_zip(WHEEL), "a.whl")

    assert {"reader-failed", "nothing-read"} <= set(codes(tree))


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "pkg").mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_bytes(b"secret")
    (tmp_path / "setup.py").write_bytes(b"import pkg\n")
    (tmp_path / "pkg" / "__init__.py").write_bytes(PAYLOAD)
    (tmp_path / "pkg" / "data.zip").write_bytes(honest_zip({"in.py": PAYLOAD}))
    (tmp_path / "pkg" / "link.py").symlink_to("__init__.py")
    (tmp_path / "away").symlink_to("/etc")
    os.mkfifo(tmp_path / "pipe")
    return tmp_path


def test_a_folder_is_read_without_following_anything(folder):
    tree = open_folder(folder)
    by_path = {file.shown: file for file in tree.files}

    assert list(by_path) == [
        "away", "pipe", "setup.py", "pkg/__init__.py", "pkg/data.zip", "pkg/link.py", "pkg/data.zip!/in.py",
    ]  # fmt: skip
    assert codes(tree) == ["device", "link", "link-outside", "vcs-folder"]
    assert tree.read(by_path["pkg/link.py"]) == tree.read(by_path["pkg/data.zip!/in.py"]) == PAYLOAD
    assert (by_path["away"].kind, by_path["pipe"].kind) == ("link", "device")


def test_a_file_that_changed_is_refused(folder):
    tree = open_folder(folder)
    (folder / "setup.py").write_bytes(b"")
    setup = next(file for file in tree.files if file.path == "setup.py")

    with pytest.raises(Refused, match="changed"):
        tree.read(setup)


def test_a_folder_that_is_not_there(tmp_path):
    assert codes(open_folder(tmp_path / "none")) == ["empty-archive", "unreadable"]


def test_a_large_file_of_a_folder_is_hashed_only(folder):
    tree = open_folder(folder, Budget(member_bytes=100))

    assert "member-too-large" in codes(tree)
    assert all(file.refused for file in tree.files if file.size > 100)
