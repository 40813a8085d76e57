"""tar: honest archives are silent, every lie has its code, and all readings are listed."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile

import pytest

from pratique.model import Budget
from pratique.unpack import DEFAULT, Refused, open_artifact
from pratique.unpack.codecs import zstd
from unpack.builders import (
    END,
    PAYLOAD,
    SDIST,
    assert_accounted,
    codes,
    entry,
    gz,
    header,
    honest_tar,
    make_tar,
    pad,
    paths,
    pax,
    severe,
)

LONG = "acme-1/" + "deep/" * 60 + "mod.py"
OTHER = entry(b"x = 1\n", name=b"pkg-1/other.py")


def opened(data, name="acme-1.tar", budget=DEFAULT):
    tree = open_artifact(data, name, budget)
    assert_accounted(tree)
    return tree


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("mode", ["gz", "bz2", "xz", ""])
def test_honest_tars_have_no_problem(form, mode):
    """What the standard library writes, in each format and compression."""
    files = SDIST if form == tarfile.USTAR_FORMAT else SDIST | {LONG: b"deep", "acme-1/é.py": b"pass\n"}
    tree = opened(honest_tar(files, f"w:{mode}", format=form), f"acme-1.tar.{mode}".rstrip("."))

    assert codes(tree) == []
    assert {file.path: tree.read(file) for file in tree.files} == files


def test_zstd():
    tree = opened(zstd.compress(honest_tar(SDIST, "w")), "acme-1.tar.zst")

    assert codes(tree) == []
    assert paths(tree) == sorted(SDIST)


@pytest.mark.parametrize(
    ("pack", "name"), [(gz, "gz"), (bz2.compress, "bz2"), (lzma.compress, "xz"), (zstd.compress, "zst")]
)
def test_a_stream_without_a_tar_is_one_file(pack, name):
    tree = opened(pack(PAYLOAD), f"notes.txt.{name}")

    assert codes(tree) == []
    assert [(file.path, tree.read(file)) for file in tree.files] == [("notes.txt", PAYLOAD)]


LIES = {
    "tar-checksum": make_tar(OTHER, header(checksum=1), entry()),
    "tar-number": make_tar(entry(size=b"0o454\0      ")),
    "tar-sizes-differ": make_tar(pax({"size": "512"}), entry(pad(PAYLOAD)[:512], size=0)),
    "tar-names-differ": make_tar(pax({"path": "a.py"}), entry(b"b.py\0", name=b"././@LongLink", kind=b"L"), entry()),
    "tar-prefix": make_tar(entry(magic=b"ustar  \0", prefix=b"sly")),
    "tar-global-override": make_tar(pax({"path": "sly.py"}, kind=b"g"), entry()),
    "tar-pax": make_tar(entry(b"999 path=x\n", kind=b"x"), entry()),
    "tar-extension-large": make_tar(entry(bytes(2 << 20), kind=b"x"), entry()),
    "tar-type": make_tar(entry(kind=b"q")),
    "tar-padding": make_tar(header(size=len(PAYLOAD)) + pad(PAYLOAD, b"h")),
    "tar-after-end": make_tar(OTHER, END, entry()),
    "tar-trailing": make_tar(OTHER) + b"h" * 512,
    "tar-zeros": make_tar(OTHER, end=bytes(100)),
    "tar-no-end": make_tar(OTHER, end=b""),
    "tar-truncated": make_tar(OTHER, entry())[:-1300],
    "tar-sparse-map": make_tar(pax({"GNU.sparse.map": "9,9,3,3", "GNU.sparse.size": "99"}), entry()),
    "device": make_tar(header(kind=b"3")),
    "link": make_tar(header(kind=b"2", link=b"other.py"), OTHER),
    "link-outside": make_tar(header(kind=b"2", link=b"../../../etc/passwd")),
    "through-link": make_tar(header(name=b"a", kind=b"2", link=b"/tmp"), entry(name=b"a/x")),
    "name-parent": make_tar(entry(name=b"../up.py")),
    "name-absolute": make_tar(entry(name=b"/etc/x")),
    "name-undecodable": make_tar(entry(name=b"pkg/\xff")),
    "duplicate-differs": make_tar(entry(), entry(b"other = 1\n")),
    "nothing-read": make_tar(header(name=b"pkg/", kind=b"5"), b"h" * 512),
    "empty-archive": make_tar(header(name=b"pkg/", kind=b"5")),
}


@pytest.mark.parametrize("code", LIES)
def test_each_lie_has_its_code(code):
    assert code in codes(opened(LIES[code]))


@pytest.mark.parametrize("code", ["tar-zeros", "tar-no-end", "link"])
def test_untidy_is_not_odd(code):
    assert severe(opened(LIES[code])) == []


@pytest.mark.parametrize("pack", [bytes, gz])
def test_every_lie_reads_the_same_inside_gzip(pack):
    """Walking a stream or bytes at hand makes no difference."""
    for code, data in LIES.items():
        assert code in codes(opened(pack(data), "acme-1.tar" if pack is bytes else "acme-1.tar.gz"))


def test_members_after_a_bad_checksum_are_the_other_reading():
    """Python's tarfile stops in silence at a bad header, GNU tar skips to the next."""
    tree = opened(LIES["tar-checksum"])

    assert paths(tree, "both") == ["pkg-1/other.py"]
    assert paths(tree, "local") == ["pkg-1/mod.py"]


def test_members_after_the_end_are_the_other_reading():
    assert paths(opened(LIES["tar-after-end"]), "local") == ["pkg-1/mod.py"]


def test_a_tar_smuggled_between_two_sizes():
    """pax says 1536 bytes, the header none: readers of the header alone see the tar that lies in the data."""
    smuggled = entry(b"sly = 1\n", name=b"pkg-1/sly.py")
    tree = opened(make_tar(pax({"size": str(len(smuggled))}), entry(smuggled, name=b"data.bin", size=0), OTHER))

    assert "tar-sizes-differ" in codes(tree)
    assert paths(tree, "both") == ["data.bin", "data.bin!/pkg-1/sly.py", "pkg-1/other.py"]
    assert paths(tree, "local") == ["pkg-1/sly.py"]


def test_differing_names_are_all_listed():
    tree = opened(LIES["tar-names-differ"])

    assert paths(tree, "both") == ["a.py"]
    assert paths(tree, "local") == ["b.py"]


def test_gnu_long_names():
    tree = opened(make_tar(entry(LONG.encode() + b"\0", name=b"././@LongLink", kind=b"L"), entry(name=b"cut")))

    assert severe(tree) == []
    assert paths(tree) == [LONG]


def test_base_256_sizes():
    size = b"\x80" + len(PAYLOAD).to_bytes(11, "big")
    tree = opened(make_tar(entry(size=size)))

    assert codes(tree) == []
    assert tree.read(tree.files[0]) == PAYLOAD


def test_absurd_size_is_truncated_not_allocated():
    tree = opened(make_tar(entry(size=b"\x80" + b"\x7f" * 11)))

    assert "tar-truncated" in codes(tree)
    assert tree.files[0].refused


WHOLE = b"A" * 512 + bytes(1024) + b"B" * 100
SPARSE = {
    "gnu": entry(
        b"A" * 512 + b"B" * 100,
        kind=b"S",
        magic=b"ustar  \0",
        extra=(386, b"%011o\0%011o\0%011o\0%011o\0" % (0, 512, 1536, 100) + bytes(49) + b"%011o\0" % len(WHOLE)),
    ),
    "pax 0.1": pax({"GNU.sparse.map": "0,512,1536,100", "GNU.sparse.size": str(len(WHOLE))})
    + entry(b"A" * 512 + b"B" * 100),
    "pax 0.0": pax({"GNU.sparse.size": str(len(WHOLE)), "GNU.sparse.offset": "0", "GNU.sparse.numbytes": "612"})
    + entry(b"A" * 512 + b"B" * 100),
    "pax 1.0": pax(
        {
            "GNU.sparse.major": "1",
            "GNU.sparse.minor": "0",
            "GNU.sparse.realsize": str(len(WHOLE)),
            "GNU.sparse.name": "s",
        }
    )
    + entry(pad(b"2\n0\n512\n1536\n100\n") + b"A" * 512 + b"B" * 100),
}


@pytest.mark.parametrize("form", SPARSE)
def test_sparse_members_read_as_the_standard_library_reads_them(form):
    data = make_tar(SPARSE[form])
    tree = opened(data)
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        (member,) = archive.getmembers()
        expected = archive.extractfile(member).read()

    assert codes(tree) == ["tar-sparse"]
    assert tree.read(tree.files[0]) == expected
    assert form == "pax 0.0" or expected == WHOLE


def test_sparse_bomb():
    tree = opened(make_tar(pax({"GNU.sparse.map": "0,0", "GNU.sparse.size": str(1 << 50)}), entry(b"")))

    assert "bomb" in codes(tree)
    assert tree.spent.inflated < 32 << 20


def test_links_to_members_carry_their_content():
    """Whoever runs `setup.py` runs what it links to."""
    tree = opened(
        make_tar(
            entry(name=b"p/notes.txt"),
            header(name=b"p/setup.py", kind=b"2", link=b"hop"),
            header(name=b"p/hop", kind=b"1", link=b"p/notes.txt"),
            header(name=b"p/loop", kind=b"2", link=b"loop"),
        )
    )
    by_path = {file.path: file for file in tree.files}

    assert (by_path["p/setup.py"].kind, by_path["p/setup.py"].link_target) == ("python", "hop")
    assert tree.read(by_path["p/setup.py"]) == PAYLOAD
    assert by_path["p/loop"].kind == "link"
    with pytest.raises(Refused):
        tree.read(by_path["p/loop"])


def test_several_streams_in_one_gzip():
    """Some decompressors see only the first stream."""
    data = make_tar(OTHER, entry())
    assert "stream-several-tar" in codes(opened(gz(data[:1024]) + gz(data[1024:]), "a.tar.gz"))
    assert severe(opened(gz(b"a") + gz(b"b"), "a.txt.gz")) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda data: data + b"hidden", "stream-trailing"),
        (lambda data: data + bytes(64), "stream-zeros"),
        (lambda data: data[:-4], "stream-truncated"),
        (lambda data: data[:-6] + b"abcd" + data[-2:], "stream-crc-wrong"),
        (lambda data: data[:40] + b"\xff" * 30 + data[70:], "stream-corrupt"),
    ],
)
def test_what_is_wrong_around_a_stream(change, code):
    assert code in codes(opened(change(honest_tar(SDIST)), "acme-1.tar.gz"))


def test_skippable_frames_are_reported():
    frame = b"\x50\x2a\x4d\x18" + (6).to_bytes(4, "little") + b"hidden"
    tree = opened(frame + zstd.compress(honest_tar(SDIST, "w")), "acme-1.tar.zst")

    assert codes(tree) == ["stream-skippable"]
    assert paths(tree) == sorted(SDIST)


def test_gzip_header_with_every_field():
    plain = gz(honest_tar(SDIST, "w"))
    fields = b"\x1f\x8b\x08\x1e" + bytes(6) + b"\x03\0abc" + b"name\0" + b"comment\0" + b"hc"
    tree = opened(fields + plain[10:], "acme-1.tar.gz")

    assert codes(tree) == []
    assert paths(tree) == sorted(SDIST)


def test_a_stream_too_large_to_keep_is_walked_and_read_all_the_same():
    """The tar is streamed twice; only single members must fit."""
    files = {f"p/{n}.bin": bytes([n]) * 3000 for n in range(8)} | {"p/in.tar": honest_tar(SDIST, "w")[:10240]}
    data = honest_tar(files)
    whole, streamed = opened(data, "p.tar.gz"), opened(data, "p.tar.gz", Budget(member_bytes=11_000))

    assert streamed.files == whole.files
    assert streamed.accounts == whole.accounts
    assert codes(streamed) == []
    assert {file.path: streamed.read(file) for file in streamed.files[:9]} == files
    assert [streamed.read(file) for file in streamed.files[9:]] == list(SDIST.values())


def test_trailing_rubbish_and_zeros_alternating_is_quick():
    data = make_tar(OTHER) + (b"h" * 512 + bytes(512)) * 2000
    assert "tar-trailing" in codes(opened(gzip.compress(data), "a.tar.gz"))


def test_long_global_names_are_cut():
    """One global header must not cost its length again for every member."""
    tree = opened(make_tar(pax({"path": "x" * 500_000}, kind=b"g"), *[header()] * 300))

    assert {"tar-global-override", "name-long"} <= set(codes(tree))
    assert max(len(file.path) for file in tree.files) == 4096
