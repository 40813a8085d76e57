"""Zip: honest archives are silent, every lie has its code, and the union of both readings is listed."""

from __future__ import annotations

import bz2
import struct
import zipfile
import zlib

import pytest

from pratique.model import Budget
from pratique.unpack import DEFAULT, Refused, open_artifact
from unpack.builders import (
    PAYLOAD,
    WHEEL,
    Member,
    assert_accounted,
    codes,
    deflate,
    end_record,
    honest_zip,
    make_zip,
    paths,
    severe,
    streamed_zip,
)

NAME = "acme-1-py3-none-any.whl"
OTHER = Member(name=b"pkg/other.py", data=b"x = 1\n")


def opened(data, budget=DEFAULT):
    tree = open_artifact(data, NAME, budget)
    assert_accounted(tree)
    return tree


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("build", [honest_zip, streamed_zip])
def test_honest_zips_have_no_problem(method, build):
    """What the standard library writes, seekable or streamed, by every method."""
    tree = opened(build(WHEEL, method))

    assert codes(tree) == []
    assert {file.path: tree.read(file) for file in tree.files} == WHEEL
    assert {file.reading for file in tree.files} == {"both"}


@pytest.mark.parametrize("build", [honest_zip, streamed_zip])
def test_stored_zips_inside_confuse_nothing(build):
    """A stored zip as a member, even the last, is opened and is not taken for the container's own records."""
    inner = build({"b.py": b"b = 1\n"}, zipfile.ZIP_STORED)
    tree = opened(build({"a.py": b"", "inner.zip": inner}, zipfile.ZIP_STORED))

    assert codes(tree) == []
    assert paths(tree) == ["a.py", "inner.zip", "inner.zip!/b.py"]


def test_zip64_of_an_honest_writer():
    """`force_zip64` writes zip64 fields beside small sizes."""
    import io

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, archive.open("big.txt", "w", force_zip64=True) as file:
        file.write(b"small")
    tree = opened(out.getvalue())

    assert codes(tree) == []
    assert tree.read(tree.files[0]) == b"small"


def test_folders_are_no_files():
    tree = opened(make_zip(Member(name=b"pkg/", data=b"", method=0), Member()))

    assert codes(tree) == []
    assert paths(tree) == ["pkg/mod.py"]


LIES = {
    "zip-crc-wrong": make_zip(Member(local={"crc": 1}, central={"crc": 1})),
    "zip-size-wrong": make_zip(Member(local={"size": 7}, central={"size": 7})),
    "zip-slack": make_zip(Member(raw=deflate(PAYLOAD) + b"hidden")),
    "zip-corrupt": make_zip(Member(raw=b"\xff" * 40)),
    "zip-truncated": make_zip(Member(local={"packed": 99999}, central={"packed": 99999})),
    "zip-encrypted": make_zip(Member(flags=1)),
    "zip-method": make_zip(Member(method=98)),
    "zip-local-only": make_zip(Member(), Member(name=b"pkg/x.py", in_central=False)),
    "zip-central-only": make_zip(Member(), Member(name=b"pkg/x.py", in_local=False)),
    "zip-names-differ": make_zip(Member(local={"name": b"pkg/sly.py"})),
    "zip-headers-differ": make_zip(Member(local={"method": 0})),
    "zip-gap": make_zip(Member(), gap=b"hidden"),
    "zip-prepended": make_zip(Member(), prefix=b"hidden", suffix=b""),
    "zip-prepended-program": make_zip(Member(), prefix=b"#!/usr/bin/env python3\n"),
    "zip-trailing": make_zip(Member(), suffix=b"hidden"),
    "zip-zeros": make_zip(Member(), prefix=bytes(64), suffix=bytes(9), gap=bytes(5)),
    "zip-comment": make_zip(Member(), comment=b"a comment"),
    "zip-directory-missing": make_zip(Member(), end={"offset": 3, "length": 9}),
    "zip-directory-count": make_zip(Member(), OTHER, end={"count": 1}),
    "zip-multidisk": make_zip(Member())[:-18] + struct.pack("<HH", 1, 1) + make_zip(Member())[-14:],
    "zip-several-ends": make_zip(Member(), comment=end_record(0, 0, 0)),
    "zip-overlap": make_zip(Member(), Member(name=b"pkg/twin.py", in_local=False, central={"at": 0})),
    "zip-unicode-path": make_zip(
        Member(central_extra=struct.pack("<HHBI", 0x7075, 5 + 6, 1, zlib.crc32(b"pkg/mod.py")) + b"sly.py")
    ),
    "zip-flags-differ": make_zip(Member(name="pkg/é.py".encode(), local={"flags": 0x800})),
    "zip-descriptor": make_zip(Member(flags=8, descriptor=bytes(12)), OTHER),
    "zip64-mismatch": make_zip(Member(central_extra=struct.pack("<HHQQ", 1, 16, 5, 6))),
    "duplicate-same": make_zip(Member(), Member()),
    "duplicate-differs": make_zip(Member(), Member(data=b"other = 1\n")),
    "directory-with-data": make_zip(Member(name=b"pkg/")),
    "link": make_zip(Member(data=b"target", method=0, mode=0o120777)),
    "name-parent": make_zip(Member(name=b"../up.py")),
    "name-absolute": make_zip(Member(name=b"/etc/x")),
    "name-drive": make_zip(Member(name=b"C:x.py")),
    "name-nul": make_zip(Member(name=b"a.py\0.txt")),
    "name-backslash": make_zip(Member(name=b"pkg\\mod.py")),
    "name-control": make_zip(Member(name=b"pkg/a\rb")),
    "name-bidi": make_zip(Member(name="pkg/\u202eyp.x".encode(), flags=0x800)),
    "name-invisible": make_zip(Member(name="pkg/a\u200bb".encode(), flags=0x800)),
    "name-undecodable": make_zip(Member(name=b"pkg/\xff", flags=0x800)),
    "name-long": make_zip(Member(name=b"x" * 256)),
    "name-trailing": make_zip(Member(name=b"pkg/mod.py.")),
    "name-empty": make_zip(Member(name=b"")),
    "name-case-collision": make_zip(Member(), Member(name=b"pkg/MOD.py")),
    "name-unicode-collision": make_zip(
        Member(name=b"file.py", flags=0x800), Member(name="\ufb01le.py".encode(), flags=0x800)
    ),
    "name-file-and-folder": make_zip(Member(name=b"pkg"), Member()),
}


@pytest.mark.parametrize("code", LIES)
def test_each_lie_has_its_code(code):
    assert code in codes(opened(LIES[code]))


@pytest.mark.parametrize("code", ["zip-zeros", "zip-comment", "zip-prepended-program", "duplicate-same", "link"])
def test_untidy_is_not_odd(code):
    """Padding, comments, launchers and equal duplicates occur in honest archives."""
    assert severe(opened(LIES[code])) == []


def test_prefix_with_offsets_that_ignore_it():
    """A launcher in front of a zip whose offsets count from the zip's own start, as `cat` makes it."""
    tree = opened(make_zip(Member(), OTHER, prefix=b"#!/bin/sh\n", shift_offsets=False))

    assert severe(tree) == []
    assert paths(tree, "both") == ["pkg/mod.py", "pkg/other.py"]


def test_empty_directory_size_hides_nothing():
    """An end record with no directory: zipfile sees an empty archive, installers unpack it."""
    honest = make_zip(Member(), OTHER)
    tree = opened(make_zip(Member(), OTHER, end={"length": 0, "count": 0}))

    assert "zip-directory-stray" in codes(tree) or "zip-directory-count" in codes(tree)
    assert paths(tree) == paths(opened(honest))
    assert {file.reading for file in tree.files} == {"local"}


def test_no_end_record_leaves_the_local_reading():
    tree = opened(make_zip(Member(), OTHER)[:-22])

    assert "zip-no-end" in codes(tree)
    assert paths(tree) == ["pkg/mod.py", "pkg/other.py"]


def test_comment_with_a_second_directory_is_read_too():
    """Two whole zips, the second in the first one's comment: each end record leads to its own members."""
    second = make_zip(Member(name=b"pkg/sly.py"))
    tree = opened(make_zip(Member(), comment=second))

    assert "zip-several-ends" in codes(tree)
    assert paths(tree) == ["pkg/mod.py", "pkg/sly.py"]


def test_two_directories_by_size_and_by_offset():
    """Size leads to one directory, offset to another: zipfile takes the first, other readers the second."""
    first = make_zip(Member())
    cut = first.index(b"PK\x01\x02")
    whole = bytearray(first[:-22] + make_zip(OTHER)[:-22])
    start = len(first) - 22
    record_at = whole.index(b"PK\x01\x02", start)
    struct.pack_into("<I", whole, record_at + 42, start)
    tree = opened(bytes(whole) + end_record(1, len(whole) - record_at, cut))

    assert "zip-directories-differ" in codes(tree)
    assert paths(tree) == ["pkg/mod.py", "pkg/other.py"]


def test_differing_names_are_both_listed():
    tree = opened(LIES["zip-names-differ"])

    assert paths(tree, "central") == ["pkg/mod.py"]
    assert paths(tree, "local") == ["pkg/sly.py"]


def test_differing_methods_are_both_read():
    """One reader inflates, the other takes the bytes as they are."""
    tree = opened(LIES["zip-headers-differ"])
    by_reading = {file.reading: tree.read(file) for file in tree.files}

    assert by_reading == {"central": PAYLOAD, "local": deflate(PAYLOAD)}


def test_member_hidden_by_a_larger_directory_size():
    """The directory says that the first member reaches over the second; the local headers show both."""
    sly = Member(name=b"pkg/sly.py", method=0, in_central=False)
    size = 30 + len(sly.name) + len(sly.data)
    first = Member(method=0)
    tree = opened(make_zip(Member(method=0, central={"packed": len(first.data) + size}), sly))

    assert "pkg/sly.py" in paths(tree, "local")
    assert "zip-headers-differ" in codes(tree)


def test_directory_record_into_the_middle_of_a_member():
    inner = make_zip(Member(name=b"pkg/sly.py"))
    sly = Member(name=b"pkg/sly.py", in_local=False, central={"at": 30 + len(b"inner.bin")})
    tree = opened(make_zip(Member(name=b"inner.bin", data=inner, method=0), sly))

    assert {"zip-member-inside", "zip-overlap"} <= set(codes(tree))
    assert "pkg/sly.py" in paths(tree)


def test_names_that_readers_store_elsewhere_are_listed_there():
    """NUL cuts a name for some, backslashes make folders for others, `a/../b` is `b`."""
    assert paths(opened(LIES["name-nul"])) == ["a.py", "a.py\0.txt"]
    assert "pkg/mod.py" in paths(opened(LIES["name-backslash"]))
    assert "setup.py" in paths(opened(make_zip(Member(name=b"docs/../setup.py"))))
    assert paths(opened(make_zip(Member(name=b"./pkg//mod.py")))) == ["pkg/mod.py"]


@pytest.mark.parametrize("code", ["zip-encrypted", "zip-method", "zip-corrupt", "zip-truncated", "zip-central-only"])
def test_refused_members_are_listed_and_say_why(code):
    tree = opened(LIES[code])
    refused = [file for file in tree.files if file.refused]

    assert len(refused) == 1
    assert not tree.complete
    with pytest.raises(Refused, match=refused[0].refused[:20]):
        tree.read(refused[0])


def test_one_member_that_is_a_bomb():
    raw = bz2.compress(bytes(40 << 20))
    tree = opened(make_zip(Member(raw=raw, method=12), OTHER))

    assert "bomb" in codes(tree)
    assert [bool(file.refused) for file in tree.files] == [True, False]


def test_many_members_that_are_a_bomb_together():
    """No single one is beyond an honest ratio, all of them are."""
    raw, size = deflate(bytes(4 << 20)), {"size": 4 << 20, "crc": 0}
    members = [Member(name=b"%d" % n, raw=raw, local=size, central=size) for n in range(40)]
    tree = opened(make_zip(*members), Budget(ratio=500))

    assert "bomb" in codes(tree)
    assert tree.spent.inflated <= max(64 << 20, 500 * tree.spent.compressed)


def test_one_kernel_under_many_names_is_inflated_once():
    raw, size = deflate(bytes(8 << 20)), {"size": 8 << 20, "crc": 0}
    twins = [Member(name=b"%d" % n, in_local=False, raw=raw, central={"at": 0, **size}) for n in range(500)]
    tree = opened(make_zip(Member(raw=raw, local=size, central=size), *twins))

    assert "zip-overlap" in codes(tree)
    assert tree.spent.inflated == 8 << 20


def test_too_many_members_stop_the_reading():
    tree = opened(honest_zip({f"{n}.py": b"" for n in range(20)}), Budget(members=5))

    assert "budget-members" in codes(tree)
    assert tree.spent.members == 5


def test_inflated_budget_is_never_exceeded():
    tree = opened(honest_zip({f"{n}.txt": b"a" * 5000 for n in range(9)}), Budget(inflated=12_000))

    assert "budget-inflated" in codes(tree)
    assert tree.spent.inflated == 10_000
    assert [bool(file.refused) for file in tree.files] == [False] * 2 + [True] * 7


def test_a_large_member_is_hashed_and_not_resident():
    import hashlib

    tree = opened(honest_zip({"big.txt": b"a" * 5000}), Budget(member_bytes=4000))
    (file,) = tree.files

    assert codes(tree) == ["member-too-large"]
    assert (file.size, file.sha256) == (5000, hashlib.sha256(b"a" * 5000).hexdigest())
    with pytest.raises(Refused):
        tree.read(file)


def test_read_with_a_cap_gives_the_first_bytes():
    tree = opened(honest_zip({"a.txt": b"abcdef"}))

    assert tree.read(tree.files[0], cap=3) == b"abc"


def test_more_end_records_than_anyone_reads():
    tree = opened(make_zip(Member(), comment=end_record(0, 0, 0) * 30))

    assert "zip-directories-many" in codes(tree)
    assert paths(tree) == ["pkg/mod.py"]


def test_a_zip_inside_a_data_file_is_opened_and_no_alarm():
    """Office files embed zips; what is around them is the outer file's."""
    data = b"\xd0\xcf\x11\xe0 an office file " + honest_zip({"in.py": b"x"}) + b"the rest of it"
    tree = opened(honest_zip({"book.xls": data}))

    assert codes(tree) == ["zip-embedded"]
    assert paths(tree) == ["book.xls", "book.xls!/in.py"]
