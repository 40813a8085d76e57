"""Whatever bytes come: unpacking never raises, stays in its budget, is deterministic and accounts for every byte."""

from __future__ import annotations

import random
import sys
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1]))

from pratique.model import Budget
from pratique.unpack import Refused, Tree, open_artifact
from pratique.unpack.codecs import zstd
from unpack.builders import (
    END,
    SDIST,
    WHEEL,
    Member,
    assert_accounted,
    end_record,
    entry,
    gz,
    header,
    honest_tar,
    honest_zip,
    make_tar,
    make_zip,
    pax,
    streamed_zip,
)

BUDGET = Budget(members=60, member_bytes=200_000, inflated=1 << 20, nesting=2, ratio=300)
PROFILE = settings(max_examples=80, deadline=None, derandomize=True)

names = st.sampled_from(
    [b"a.py", b"pkg/b.py", b"../up", b"/abs", b"a\0b", b"d/", b"d\\e", b"\xff", b"A.py", b"", b"x" * 300]
)
small = st.integers(0, 2**32 - 1) | st.integers(0, 200)
contents = st.binary(max_size=200) | st.sampled_from(
    [b"import os\n" * 30, honest_zip({"in.py": b"x"}), honest_tar({"t.py": b"y"}), gz(bytes(50_000))]
)
lies = st.fixed_dictionaries(
    {},
    optional={
        "crc": small,
        "packed": small,
        "size": small,
        "method": st.sampled_from([0, 8, 12, 14, 93, 95, 99]),
        "flags": st.sampled_from([0, 1, 8, 0x800, 0x809]),
        "name": names,
    },
)


honest_names = st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8}){0,2}\.py", fullmatch=True)
honest_contents = st.binary(max_size=200).map(b"#".__add__) | st.sampled_from(
    [b"", honest_zip({"in.py": b"x"}), honest_tar({"t.py": b"y"}), gz(bytes(50_000))]
)


@st.composite
def zip_members(draw):
    method = draw(st.sampled_from([0, 8]))
    return Member(
        name=draw(names),
        data=draw(contents),
        method=method,
        flags=draw(st.sampled_from([0, 0, 0, 8, 0x800])),
        local=draw(lies),
        central=draw(lies) | draw(st.fixed_dictionaries({}, optional={"at": small})),
        extra=draw(st.sampled_from([b"", b"", b"\1\0\x10\0" + b"\7" * 16, b"up\7\0\1abcdef"])),
        central_extra=draw(st.sampled_from([b"", b"", b"\1\0\x08\0" + b"\7" * 8])),
        descriptor=draw(st.none() | st.binary(max_size=16)),
        mode=draw(st.sampled_from([0o100644, 0o120777, 0])),
        in_local=draw(st.booleans() | st.just(True)),
        in_central=draw(st.booleans() | st.just(True)),
        before=draw(st.just(b"") | st.binary(max_size=40)),
    )


@st.composite
def hostile_zips(draw):
    return make_zip(
        *draw(st.lists(zip_members(), max_size=5)),
        prefix=draw(st.just(b"") | st.binary(max_size=40)),
        gap=draw(st.just(b"") | st.binary(max_size=40)),
        comment=draw(st.sampled_from([b"", b"", b"note", end_record(0, 0, 0), end_record(1, 46, 0)])),
        suffix=draw(st.just(b"") | st.binary(max_size=40)),
        end=draw(
            st.fixed_dictionaries({}, optional={"count": st.integers(0, 65535), "length": small, "offset": small})
        ),
    )


numbers = st.sampled_from(
    [b"0o17\0       ", b"-17\0        ", b"\x80" + b"\xff" * 11, b"\xff" * 12, b" " * 12, b"99999999999\0"]
)


@st.composite
def tar_parts(draw):
    kind = draw(st.sampled_from([b"0", b"0", b"\0", b"1", b"2", b"3", b"5", b"S", b"L", b"K", b"x", b"g", b"q"]))
    data = draw(contents)
    return draw(
        st.sampled_from(
            [
                entry(data, name=draw(names)[:100], kind=kind, link=draw(names)[:100]),
                entry(data, name=draw(names)[:100], kind=kind, size=draw(numbers | st.integers(0, 8**11 - 1))),
                header(kind=kind, checksum=draw(st.none() | st.integers(0, 99999))),
                pax(draw(st.dictionaries(pax_keys, pax_values, max_size=3)), kind=draw(st.sampled_from([b"x", b"g"]))),
                END,
                draw(st.binary(max_size=600)),
            ]
        )
    )


pax_keys = st.sampled_from(
    [
        "path",
        "linkpath",
        "size",
        "GNU.sparse.map",
        "GNU.sparse.size",
        "GNU.sparse.major",
        "GNU.sparse.realsize",
        "GNU.sparse.name",
    ]
)
pax_values = st.sampled_from(["a.py", "../b", "0", "1", "512", "-1", "1" * 30, "0,5,10,3", "0,99999999999", "é", ""])
packers = st.sampled_from(
    [bytes, gz, zstd.compress, lambda data: gz(data[:700]) + gz(data[700:]), lambda data: gz(data)[:-5]]
)


@st.composite
def hostile_tars(draw):
    data = make_tar(*draw(st.lists(tar_parts(), max_size=7)), end=draw(st.sampled_from([END, b"", bytes(100)])))
    return draw(packers)(data)


HONEST = (
    honest_zip(WHEEL),
    streamed_zip(WHEEL),
    honest_zip({"in.zip": honest_zip(SDIST, 0), "in.tgz": honest_tar(SDIST)}, 0),
    honest_tar(SDIST, "w"),
    honest_tar(SDIST),
    honest_tar(SDIST, "w:xz"),
    zstd.compress(honest_tar(SDIST, "w")),
)


@st.composite
def mutations(draw):
    """Honest archives with bytes flipped, cut, doubled or moved."""
    data = bytearray(draw(st.sampled_from(HONEST)))
    rng = random.Random(draw(st.integers(0, 2**32)))
    for _ in range(draw(st.integers(1, 6))):
        at, count = rng.randrange(len(data) or 1), rng.randrange(1, 60)
        action = rng.randrange(5)
        if action == 0 and data:
            data[at] ^= 1 << rng.randrange(8)
        elif action == 1:
            del data[at : at + count]
        elif action == 2:
            data[at:at] = data[at : at + count]
        elif action == 3:
            data[at : at + 4] = rng.randbytes(4)
        else:
            data[at:at] = rng.choice((b"PK\x05\x06", b"PK\x03\x04", b"PK\x01\x02", bytes(512)))
    return bytes(data)


def check(data: bytes, budget: Budget = BUDGET) -> Tree:
    """Open the bytes twice and assert what holds for every tree."""
    tree, again = (open_artifact(data, "a.tar.gz", budget) for _ in range(2))
    assert (tree.files, tree.problems, tree.spent, tree.accounts) == (
        again.files, again.problems, again.spent, again.accounts,
    )  # fmt: skip
    assert tree.spent.inflated <= budget.inflated
    assert tree.spent.members <= budget.members
    assert "reader-failed" not in {problem.code for problem in tree.problems}
    assert all(len(file.segments) <= budget.nesting + 1 for file in tree.files)
    assert tree.files or any(problem.severity in ("fatal", "odd") for problem in tree.problems)
    assert_accounted(tree)
    for file in tree.files:
        assert_readable(tree, file)
        if file.reading != "both":
            assert tree.problems
    return tree


def assert_readable(tree: Tree, file) -> None:
    """What is not refused reads back as it was hashed."""
    import hashlib

    try:
        data = tree.read(file)
    except Refused:
        assert file.refused or file.kind in ("link", "device")
        return
    assert (len(data), hashlib.sha256(data).hexdigest()) == (file.size, file.sha256)
    assert data[:64] == file.head


@PROFILE
@given(hostile_zips())
def test_hostile_zips(data):
    check(data)


@PROFILE
@given(hostile_tars())
def test_hostile_tars(data):
    check(data)


@PROFILE
@given(mutations())
def test_mutated_archives(data):
    check(data)


@PROFILE
@given(mutations())
def test_mutated_archives_that_do_not_fit_into_memory(data):
    check(data, Budget(member_bytes=600, members=60, inflated=1 << 20, nesting=2))


@PROFILE
@given(st.binary(max_size=2000) | st.binary(max_size=100).map(lambda data: b"PK\x03\x04" + data + end_record(0, 0, 0)))
def test_random_bytes(data):
    check(data)


@PROFILE
@given(st.dictionaries(honest_names, honest_contents, min_size=1, max_size=6))
def test_honest_archives_have_nothing_above_info(files):
    """Any files whatever, packed by the standard library."""
    for data in (honest_zip(files), streamed_zip(files), honest_tar(files, "w:xz")):
        tree = open_artifact(data, "artifact")

        assert {problem.code for problem in tree.problems if problem.severity != "info"} == set()
        assert {file.path: tree.read(file) for file in tree.files if len(file.segments) == 1} == files
