"""Whatever the text, reading it ends, soon, with facts."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from script_facts import facts

PIECES = ["curl x", "|", "&&", ";", "\n", "$(", ")", "`", '"', "'", "${x", "}", "if a; then", "fi",
    "for i in a b; do", "done",
          "<<E", "E", ">", "< f", "x=", "$x", "eval ", "f() {", "case x in", "a) b;;", "esac", "\\", "echo ",
    "base64 -d", "sh",
          "\0", "\x1b", "é", "\ud800", "$'\\x41'", "{a,b}", "((", "[[", "export A=b", "printf '%s%d'", "tr a-z",
    "xargs", "sudo",
          "-enc AAAA", "iex ", "@{", "[char]1", "-join ''", "$env:X", "%x%", "set a=b", "^", ".a(1)", "::", "-f 1",
    "@'", "+", "'a'",
          "if exist a (", "else", "for %%i in (a) do", "param($x)", "function g {", "foreach ($i in 1) {", "% {",
    "-replace 'a'"]  # fmt: skip
SCRIPTS = st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join)


@pytest.mark.parametrize("language", ["shell", "powershell", "batch"])
@settings(max_examples=120, deadline=None)
@given(source=st.one_of(SCRIPTS, st.text(max_size=200)))
def test_reading_never_fails(language: str, source: str) -> None:
    read = facts(language, source)

    assert not [limit for limit in read.limits if limit.startswith("reading stopped")]
    for scope in read.scopes:
        assert all(0 <= arg.node < len(scope.nodes) for node in scope.nodes for arg in node.args)
        assert all(0 <= node.guard < len(scope.guards) for node in scope.nodes)


@settings(max_examples=40, deadline=None)
@given(source=st.binary(max_size=300))
def test_reading_is_a_function_of_the_bytes(source: bytes) -> None:
    assert [facts(one, source) for one in ("shell", "powershell", "batch")] == [
        facts(one, source) for one in ("shell", "powershell", "batch")
    ]


HOSTILE = {
    "deep groups": "(" * 5_000,
    "deep substitutions": "echo " + "$(" * 5_000 + "x" + ")" * 5_000,
    "deep conditions": "if a; then " * 2_000 + "b" + "; fi" * 2_000,
    "a long pipe that ends in nothing": "a|" * 10_000,
    "many chains": "a&&" * 5_000 + "a",
    "a word of a megabyte": "echo " + "a" * 1_000_000,
    "doubling": "x=ab\n" + "x=$x$x\n" * 60 + 'eval "$x"\n',
    "doubling in cmd": "set a=xx\n" + "set a=%a%%a%\n" * 60,
    "doubling in PowerShell": "$x='a'*100000; " + "$x=$x*100;" * 50,
    "sums": "$x = " + "'a'+" * 5_000 + "'b'",
    "members": "$x" + ".a" * 5_000,
    "loops of cmd": "for %%i in (a) do " * 2_000,
    "conditions of cmd": "if a==b else " * 5_000,
    "quotes": '"' * 20_001,
    "braces": "echo " + "{a,b}" * 5_000,
    "elements": "1..100000 | % { $_ } | % { $_ }",
    "wrappers": "sudo " * 5_000,
}


@pytest.mark.parametrize("language", ["shell", "powershell", "batch"])
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_bounded(name: str, language: str) -> None:
    started = time.process_time()
    read = facts(language, HOSTILE[name])

    assert not [limit for limit in read.limits if limit.startswith("reading stopped")]
    assert sum(len(scope.nodes) for scope in read.scopes) <= 200_010
    assert time.process_time() - started < 20  # far above what it takes: quadratic work would be far above this


def test_what_does_not_fit_is_recorded() -> None:
    assert facts("shell", "echo " + "a " * 5_000).limits
    assert facts("shell", "#" * (1 << 21)).limits
