"""Pickles: what they would call is read as source that calls it; data says nothing; hostile bytes never raise."""

from __future__ import annotations

import collections
import datetime as dt
import decimal
import io
import pathlib
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.languages import for_layer, front_end
from pratique.languages.pickle import FRONT_END
from pratique.languages.pickle.opcodes import BARE, COUNTED, FIXED, GETS, LINES, PUTS, STOP
from pratique.languages.pickle.read import HANDLERS
from pratique.model import Facts, Node

PLAIN = {
    "words": ["alpha", "beta", 1, 2.5, None, True, b"raw", 10**30],
    "nested": {"t": (1, (2, (3, ()))), "s": {1, 2}, "f": frozenset({"x"})},
    "when": dt.datetime(2020, 1, 2, 3, 4, 5),  # noqa: DTZ001 - a plain value
    "path": pathlib.PurePosixPath("a/b"),
    "order": collections.OrderedDict(a=1),
    "money": decimal.Decimal("1.5"),
}


def calls(facts: Facts) -> set[str]:
    return {node.name for scope in facts.scopes for node in scope.nodes if node.op == "call"}


def one_call(facts: Facts, name: str) -> tuple[Node, tuple[Node, ...]]:
    [(scope, node)] = [
        (scope, node) for scope in facts.scopes for node in scope.nodes if node.op == "call" and node.name == name
    ]
    return node, tuple(scope.nodes[arg.node] for arg in node.args)


def test_found_by_kind_and_layer() -> None:
    assert front_end("pickle") is FRONT_END
    assert for_layer("pickle") is FRONT_END


@pytest.mark.parametrize("protocol", range(6))
def test_plain_data_calls_nothing(protocol: int) -> None:
    """Builtins, dates, paths and numbers are data in every protocol."""
    facts = FRONT_END.read(pickle.dumps(PLAIN, protocol=protocol))
    assert calls(facts) == set()
    assert facts.imports == ()
    assert (facts.limits, facts.traits) == ((), ())


@pytest.mark.parametrize(
    "code",
    [
        b"cos\nsystem\n(S'echo hello'\ntR.",
        b"(S'echo hello'\nios\nsystem\n.",
        b"(cos\nsystem\nS'echo hello'\no.",
        b"\x80\x02cos\nsystem\nX\x0a\x00\x00\x00echo hello\x85R.",
        b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x0aecho hello\x85R.",
        b"\x80\x04\x8c\x02os\x94\x8c\x06system\x94h\x00h\x01\x93\x8c\x0aecho hello\x85\x94R\x94.",
        b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x0aecho hello\x85\x81.",
        b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x0aecho hello\x85}\x92.",
        b"cos\nsystem\np0\n0g0\n(S'echo hello'\ntR.",
    ],
    ids=["global", "inst", "obj", "proto-2", "stack-global", "memoised", "newobj", "newobj-ex", "put-pop-get"],
)
def test_every_way_to_call(code: bytes) -> None:
    node, args = one_call(FRONT_END.read(code), "os.system")
    assert node.args[0].key == "0"
    assert args[0].value == "echo hello"


def test_chains_of_getattr_resolve() -> None:
    """`getattr(importlib.import_module("os"), "sys" + …)` is what it comes to."""
    code = b"cbuiltins\ngetattr\n(cimportlib\nimport_module\n(S'os'\ntRS'system'\ntR(S'echo hello'\ntR."  # protocol 0
    assert "os.system" in calls(FRONT_END.read(code))


def test_python_2_names() -> None:
    assert "builtins.eval" in calls(FRONT_END.read(b"c__builtin__\neval\n(S'1+1'\ntR."))


def test_a_computed_global_is_followed_and_noted() -> None:
    joined = b"\x8c\x08builtins\x8c\x07getattr\x93\x8c\x00\x8c\x04join\x86R](\x8c\x03sys\x8c\x03teme\x85R"
    facts = FRONT_END.read(b"\x80\x04\x8c\x02os" + joined + b"\x93\x8c\x04echo\x85R.")
    assert ("computed-global", 1) in facts.traits
    assert "builtins.getattr" in calls(facts) or "os.system" in calls(facts)


def test_dotted_names_and_own_modules() -> None:
    code = b"\x80\x04\x8c\x04acme\x8c\x0bModel.build\x93\x8c\x01x\x85R."
    assert calls(FRONT_END.read(code)) == {"acme.Model.build"}


def test_state_that_patches() -> None:
    """BUILD sets attributes: of a class or module too."""
    code = b"\x80\x04\x8c\x08requests\x8c\x07Session\x93}\x8c\x03get\x8c\x02os\x8c\x06system\x93sb."
    facts = FRONT_END.read(code)
    stores = {node.name for node in facts.scopes[0].nodes if node.op == "store"}
    assert "requests.Session.get" in stores


def test_a_pickle_in_a_pickle_is_a_constant_of_loads() -> None:
    inner = b"cos\nsystem\n(S'echo'\ntR."
    code = b"\x80\x04\x8c\x06pickle\x8c\x05loads\x93C" + bytes([len(inner)]) + inner + b"\x85R."
    assert one_call(FRONT_END.read(code), "pickle.loads")[1][0].value == inner


def test_several_pickles_and_bytes_behind() -> None:
    evil = b"\x80\x02cos\nsystem\n(X\x01\x00\x00\x00xtR."
    facts = FRONT_END.read(pickle.dumps([1]) + evil)
    assert "os.system" in calls(facts)
    assert ("several-pickles", 1) in facts.traits
    behind = FRONT_END.read(pickle.dumps([1]) + b"\xff" * 40)
    assert (behind.traits, behind.limits) == ((("appended-data", 1),), ())


def test_a_cut_pickle_keeps_what_it_called() -> None:
    facts = FRONT_END.read(b"\x80\x02cos\nsystem\n(X\x01\x00\x00\x00xtRX\xff\x00")
    assert "os.system" in calls(facts)
    assert facts.limits == ("pickle only partly read: the pickle is cut off",)


def test_large_data_is_bounded() -> None:
    """Many numbers are read; the call behind them too."""
    packed = pickle.dumps(list(range(150_000)), protocol=2)[:-1]
    facts = FRONT_END.read(packed + b"0cos\nsystem\n(S'echo'\ntR.")
    assert "os.system" in calls(facts)
    assert facts.limits == ()
    assert len(facts.scopes[0].nodes) < 120_000


def test_more_opcodes_than_are_read_is_a_limit() -> None:
    facts = FRONT_END.read(b"\x80\x02" + b"N0" * 260_000 + b".")
    assert facts.limits == ("pickle only partly read: more than 500000 opcodes",)


def test_deep_nesting() -> None:
    facts = FRONT_END.read(b"\x80\x02N" + b"\x85" * 10_000 + b".")
    assert facts.limits == ()


def test_doubling_is_linear() -> None:
    facts = FRONT_END.read(b"\x80\x02N" + b"2\x86" * 2_000 + b".")
    assert len(facts.scopes[0].nodes) < 20_000


def test_every_opcode_of_the_standard_library_is_known() -> None:
    """`pickletools` documents 68 of them; each is split, and run or left out on purpose."""
    import pickletools

    known = {ord(one.code) for one in pickletools.opcodes}
    assert set(BARE) | FIXED.keys() | COUNTED.keys() | LINES.keys() == known
    ignored = {0x80, 0x95, 0x98, STOP}  # PROTO, FRAME, READONLY_BUFFER
    assert set(HANDLERS) == known - PUTS - ignored
    assert set(HANDLERS) >= GETS


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=200), st.booleans())
def test_random_bytes_never_raise(data: bytes, headed: bool) -> None:
    facts = FRONT_END.read(b"\x80\x04" + data if headed else data)
    assert facts.scopes
    assert not any(limit.startswith("reading stopped") for limit in facts.limits)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from(sorted(HANDLERS)), max_size=60))
def test_random_opcodes_never_raise(codes: list[int]) -> None:
    made = io.BytesIO()
    for code in codes:
        made.write(bytes([code]))
        if code in LINES:
            made.write(b"1\n" * LINES[code])
        elif code in FIXED:
            made.write(bytes(FIXED[code]))
        elif code in COUNTED:
            made.write(bytes([2]).ljust(COUNTED[code], b"\0") + b"os")
    facts = FRONT_END.read(made.getvalue() + b".")
    assert not any(limit.startswith("reading stopped") for limit in facts.limits)
    assert FRONT_END.read(made.getvalue() + b".") == facts
