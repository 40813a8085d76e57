"""What a file's text hides is noted with its line; ordinary text is not."""

import time

import pytest

from pratique.languages.python.decode import decode
from pratique.languages.python.texttraits import traits


def found(data):
    """Return the traits of a file's bytes."""
    data = data.encode() if isinstance(data, str) else data
    decoded = decode(data)
    return traits(decoded.text, decoded.encoding, data)


SHOWN = [
    ("x = 1;" + " " * 300 + "exec(y)\n", ("hidden-column", 1)),
    ("\n\nx = 'a'" + " " * 250 + "; evil()", ("hidden-column", 3)),
    ("x = 1" + "\t" * 250 + ";evil()", ("hidden-column", 1)),
    ("x = '#'" + " " * 250 + "; evil()", ("hidden-column", 1)),
    ("# \u202eevil\n", ("bidi-control", 1)),
    ("a\nx\u2066 = 1", ("bidi-control", 2)),
    ("ab\u200bc = 1", ("invisible-char", 1)),
    ("x = 'a\ufe0fb\u200d'", ("invisible-char", 1)),
    ("x = '\U000e0101'", ("invisible-char", 1)),
    ("p\u0430ypal = 1", ("homoglyph", 1)),
    ("\n\u041ebject = 1", ("homoglyph", 2)),
    ("\U0001d41e\U0001d431\U0001d41e\U0001d41c('x')", ("styled-letters", 1)),
    ("x = 1\x0c;evil()\n", ("form-feed-hidden", 1)),
    (b"x = 1\n# c\revil()\n", ("carriage-return-hidden", 2)),
    (b"# coding: utf-7\nx", ("odd-encoding:utf_7", 1)),
    (b"# coding: unicode_escape\nx", ("odd-encoding:unicode_escape", 1)),
    ("x".encode("utf-16"), ("odd-encoding:utf_16", 1)),
    ("x = 1\n\0", ("nul-byte", 2)),
    ("\nx = '" + "a" * 30_000 + "'", ("very-long-line", 2)),
    (
        "from pyarmor_runtime_000000 import __pyarmor__\n__pyarmor__(__name__, __file__, b'')\n",
        ("protector:pyarmor", 1),
    ),
    ("from pytransform import pyarmor\n", ("protector:pyarmor", 1)),
    ("import sourcedefender\n", ("protector:sourcedefender", 1)),
    ("import a\na.run(b'" + "\\x00" * 5_000 + "')", ("protector:embedded-blob", 2)),
]


@pytest.mark.parametrize(("data", "trait"), SHOWN)
def test_traits(data, trait):
    """Each trick is seen at its line."""
    assert trait in found(data)


@pytest.mark.parametrize(
    "data",
    [
        "",
        "x = 1\n",
        "# comment" + " " * 300 + "still a comment",
        "x = '" + " " * 300 + "'",
        "x = '''" + " " * 300 + "a'''",
        "x = 1" + " " * 300 + "# noqa",
        "x = 1" + " " * 300 + "\n",
        "привет = 1",
        "Δx = α_beta = 1  # µs",
        "x = 'I ❤️ you 👩‍💻'",
        "# Ωmega is Greek, Ünïcödé is Latin",
        "\x0c\nx = 1\n",
        "x = 1\n\x0c\ny = 2\n",
        b"a = 1\rb = 2\r",
        b"a = 1\r\nb = 2\r\n",
        b"# coding: latin-1\nx = '\xe9'",
        b"# coding: gbk\nx",
        b"# coding: cp1252\nx",
        "DATA = '" + "A" * 8_000 + "'",
        "# we support pyarmor-like tools and charm",
    ],
)
def test_ordinary_text(data):
    """Honest files show nothing."""
    assert found(data) == ()


def test_order_and_count():
    """Traits come by line, a few of each kind; line 0 says that there are more: decoys hide none."""
    text = ("x = 1;" + " " * 250 + "y()\n") * 50 + "\u202e\n"
    shown = found(text)

    assert [line for _, line in shown] == sorted(line for _, line in shown)
    assert sum(1 for trait, _ in shown if trait == "hidden-column") == 9
    assert shown[0] == ("hidden-column", 0)
    assert ("bidi-control", 51) in shown


@pytest.mark.parametrize(
    "text",
    [
        " " * 3_000_000,
        (" " * 250 + "x") * 10_000,
        ("'" + " " * 250) * 10_000,
        ("#'\"" + " " * 250 + "a\n") * 10_000,
        "аb" * 500_000,
        "a" * 2_000_000 + "ж",
        "\u200b" * 500_000,
        "a\n" * 1_000_000,
        "a\f" * 300_000,
        "a\ra" * 300_000 + "\n",
        "❤️" * 300_000,
        "a(b'" + "\\x41" * 500_000,
        ("a" * 19_999 + "\n") * 100,
        ("A" * 3_999 + " ") * 500,
    ],
)
def test_hostile_text(text):
    """Every scan is linear."""
    began = time.process_time()
    found(text)

    assert time.process_time() - began < 6
