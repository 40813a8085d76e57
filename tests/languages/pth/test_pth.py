"""Path files: the lines that run are Python with their own line numbers, the others are paths."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.languages import front_end
from pratique.languages.pth import FRONT_END


def calls(data):
    return [(node.name, node.line) for node in FRONT_END.read(data).scopes[0].nodes if node.op == "call"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"import os; os.system('a')\n", [("os.system", 1)]),
        (b"# import os; os.system('a')\n", []),
        (b"../x\nimport\tos; os.system('a')\n", [("os.system", 2)]),
        (b" import os; os.system('a')\n", []),
        (b"importos; os.system('a')\n", []),
        (b"\xef\xbb\xbfimport os; os.system('a')\n", [("os.system", 1)]),
        (b"x\x0cimport os; os.system('a')\n", [("os.system", 1)]),
        (b"import os;\x0cos.system('a')\n", [("os.system", 1)]),
        (b"import os\r\nimport sys; os.system('a')\r\n", [("os.system", 2)]),
        (b"import os; os.system('\xff')\n", [("os.system", 1)]),
    ],
)
def test_lines_that_site_executes_are_read(data, expected):
    assert calls(data) == expected


def test_other_lines_are_paths():
    found = [(node.value, node.line) for node in FRONT_END.read(b"# no\n\n../lib\n/opt/x\n").scopes[0].nodes]

    assert found == [("../lib", 3), ("/opt/x", 4)]


def test_pth_facts_are_python_facts():
    assert front_end("pth") is FRONT_END
    assert FRONT_END.read(b"x\n").language == "python"


def test_more_lines_than_are_read_is_a_limit():
    assert FRONT_END.read(b"x\n" * 20_001).limits == ("only 20000 of 20002 lines were read",)


@given(st.binary(max_size=200))
def test_no_bytes_make_it_raise(data):
    assert FRONT_END.read(data) == FRONT_END.read(data)
