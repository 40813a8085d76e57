"""Files are decoded as CPython decodes them."""

import ast
import codecs
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.languages.python.codec_names import any_codec, text_codec
from pratique.languages.python.decode import Decoded, cookie, decode

CASES = [
    (b"x = 1\n", "x = 1\n", "utf_8", ()),
    (b"", "", "utf_8", ()),
    ("x = 'é'\n".encode(), "x = 'é'\n", "utf_8", ()),
    (b"\xef\xbb\xbfx = 1", "x = 1", "utf_8", ()),
    (b"\xef\xbb\xbf# coding: utf-8\n", "# coding: utf-8\n", "utf_8", ()),
    (b"\xef\xbb\xbf# coding: latin-1\n", "# coding: latin-1\n", "utf_8", ("bom-conflict:latin_1",)),
    (b"# coding: latin-1\nx = '\xe9'", "# coding: latin-1\nx = 'é'", "latin_1", ()),
    (b"# -*- coding: ISO-8859-15 -*-\n\xa4", "# -*- coding: ISO-8859-15 -*-\n€", "iso8859_15", ()),
    (b"# vim: set fileencoding=cp1252 :\n\x80", "# vim: set fileencoding=cp1252 :\n€", "cp1252", ()),
    (b"#!/usr/bin/python\n#coding=koi8-r\n\xc1", "#!/usr/bin/python\n#coding=koi8-r\nа", "koi8_r", ()),
    (b"\x0c \t# coding: latin-1\n\xe9", "\x0c \t# coding: latin-1\né", "latin_1", ()),
    (b"# coding: utf-8-sig\n", "# coding: utf-8-sig\n", "utf_8", ()),
    (b"# coding: UTF_8\n", "# coding: UTF_8\n", "utf_8", ()),
    (b"# coding: iso-latin-1-unix\n\xe9", "# coding: iso-latin-1-unix\né", "latin_1", ()),
    (b"# coding: utf-7\n+AGEAYg-", "# coding: utf-7\nab", "utf_7", ()),
    (b"# coding: unicode_escape\n# \\nx = 1", "# coding: unicode_escape\n# \nx = 1", "unicode_escape", ()),
    (b"# coding: raw_unicode_escape\n\\u0061", "# coding: raw_unicode_escape\na", "raw_unicode_escape", ()),
    (b"# coding: cp037\n", b"# coding: cp037\n".decode("cp037"), "cp037", ()),
    (b"x = 1\n# coding: latin-1\n\xc3\xa9", "x = 1\n# coding: latin-1\né", "utf_8", ()),
    (b"\n\n# coding: latin-1\n\xc3\xa9", "\n\n# coding: latin-1\né", "utf_8", ()),
    (b"# coding: rot13\nk", "# coding: rot13\nk", "latin_1", ("unknown-encoding:rot13",)),
    (b"# coding: nosuch\n\xe9", "# coding: nosuch\né", "latin_1", ("unknown-encoding:nosuch",)),
    (b"# coding: undefined\n", "# coding: undefined\n", "latin_1", ("unknown-encoding:undefined",)),
    (b"# coding: mbcs\n", "# coding: mbcs\n", "latin_1", ("unknown-encoding:mbcs",)),
    (b"# coding: base64\n", "# coding: base64\n", "latin_1", ("unknown-encoding:base64",)),
    (b"# coding: os.path\n", "# coding: os.path\n", "latin_1", ("unknown-encoding:os.path",)),
    (b"x = '\xff'", "x = '\ufffd'", "utf_8", ("invalid-bytes",)),
    (b"x = 1\0\n", "x = 1\0\n", "utf_8", ("nul-byte",)),
    (b"a\r\nb\rc\n\rd", "a\nb\nc\n\nd", "utf_8", ()),
    ("x = 1\n".encode("utf-16"), "x = 1\n", "utf_16", ("bom:utf_16",)),
    (codecs.BOM_UTF32_LE + "x".encode("utf-32-le"), "x", "utf_32", ("bom:utf_32",)),
]


@pytest.mark.parametrize(("data", "text", "encoding", "problems"), CASES)
def test_decoding(data, text, encoding, problems):
    """Text, codec and problems of small files."""
    assert decode(data) == Decoded(text, encoding, problems)


@pytest.mark.parametrize("data", [data for data, _, _, problems in CASES if not problems and b"cp037" not in data])
def test_as_cpython(data):
    """Where nothing is wrong, CPython sees the same tree in the bytes as in our text."""

    def tree(source):
        try:
            return ast.dump(ast.parse(source))
        except SyntaxError:
            return "refused"

    body = decode(data).text.replace("coding", "c0ding")

    assert tree(body) == tree(data)


def test_names_of_codecs():
    """Every spelling of a text codec of the standard library, and nothing else."""
    assert text_codec("UTF-8") == text_codec(" utf 8 ") == text_codec("u8") == "utf_8"
    assert text_codec("rot13") is None
    assert any_codec("ROT13") == "rot_13"
    assert text_codec("x" * 65) is None
    assert text_codec("utf\u20118") is None
    for name in ("hex", "zip", "this", "encodings.utf_8", "mbcs", "undefined", "..", ""):
        assert text_codec(name) is None


def test_cookies():
    """PEP 263's places, and only those."""
    assert cookie(b"# coding: a") == "a"
    assert cookie(b"x = 1 # coding: a") == ""
    assert cookie(b"'''\n# coding: a\n'''") == ""
    assert cookie(b"\r# coding: a") == "a"
    assert cookie(b"#\n#\n# coding: a") == ""


@pytest.mark.parametrize(
    "data",
    [
        b"# coding: idna\n" + b"\xe9a" * 500_000,
        b"# coding: punycode\n" + b"a-" * 500_000,
        b"# coding: utf-7\n" + b"+AG" * 500_000,
        b"#" * 3_000_000,
        b"# coding" * 400_000,
        b"# coding: unicode_escape\n" + b"\\x4" * 500_000,
        b"\r" * 1_000_000,
        b"\xff" * 1_000_000,
    ],
)
def test_hostile_files(data):
    """Slow codecs and endless first lines are bounded."""
    began = time.process_time()

    assert isinstance(decode(data).text, str)
    assert time.process_time() - began < 5


def test_a_bounded_codec_says_so():
    """What was cut is a problem, never silent."""
    assert "truncated" in decode(b"# coding: punycode\n" + b"a" * 100_000).problems
    assert "long-first-line" in decode(b"#" * 100_000).problems


@given(
    st.binary(max_size=200), st.sampled_from([b"", b"# coding: utf-7\n", b"# coding: utf-16\n", b"# coding: cp037\n"])
)
@settings(max_examples=200, deadline=None)
def test_never_raises(data, head):
    """Any bytes have a text without carriage returns."""
    found = decode(head + data)

    assert "\r" not in found.text
    assert decode(head + data) == found
