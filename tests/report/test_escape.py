"""Package text on a terminal: nothing of it acts, hides, or breaks a line."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.model import HOLE
from pratique.report.escape import plain
from pratique.report.layout import columns, cut, cut_middle, pad, wrap

ANY = st.text(st.characters(exclude_categories=()), max_size=80)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text", "plain text"),
        ("包裹 naïve é", "包裹 naïve é"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("a\nb\tc\rd\x00\x7f\x9b", "a\\nb\\tc\\rd\\x00\\x7f\\x9b"),
        ("abc\u202etxt.exe", "abc\\u202etxt.exe"),
        ("zero\u200bwidth\ufeff\u2060", "zero\\u200bwidth\\ufeff\\u2060"),
        ("line\u2028para\u2029", "line\\u2028para\\u2029"),
        ("no\xa0break\u2003em", "no\\xa0break\\u2003em"),
        ("blank\u3164\u2800", "blank\\u3164\\u2800"),
        ("vs\ufe0f\U000e0100", "vs\\ufe0f\\U000e0100"),
        ("tag\U000e0041", "tag\\U000e0041"),
        ("e\u0301\u0301\u0301\u0301", "e\u0301\u0301\\u0301\\u0301"),
        ("\u0301first", "\\u0301first"),
        ("private\ue000", "private\\ue000"),
        ("lone\ud800", "lone\\ud800"),
        (f"a{HOLE}b", "a…b"),
        ("x" * 5000 + "é", "x" * 5000 + "é"),
    ],
)
def test_plain(text, shown):
    assert plain(text) == shown


def test_a_limit_cuts():
    assert plain("abcdef", 4) == "abc…"
    assert plain("abcd", 4) == "abcd"
    assert plain("\x1b" * 100, 10) == "\\x1b\\x1b\\…"


@given(ANY)
def test_nothing_unsafe_is_left(text):
    assert {unicodedata.category(char) for char in plain(text)} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} == set()


@given(ANY, st.integers(1, 40))
def test_a_limit_holds(text, limit):
    assert len(plain(text, limit)) <= limit


@given(ANY.map(plain), st.integers(4, 40))
def test_cuts_fit(text, width):
    assert columns(cut(text, width)) <= width
    assert columns(cut_middle(text, width)) <= width
    assert columns(pad(cut(text, width), width)) == width


@given(ANY.map(plain), st.integers(2, 40))
def test_wrapping_loses_nothing_but_blanks(text, width):
    lines = list(wrap(text, width))

    assert all(columns(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_the_middle_is_cut_so_that_file_and_line_stay():
    assert cut_middle("acme/very/long/folder/names/module.py:120", 20) == "acme/v…module.py:120"


def test_wide_characters_take_two_columns():
    assert columns("包裹") == 4
    assert cut("包裹", 3) == "包…"
    assert pad("包", 4) == "包  "
