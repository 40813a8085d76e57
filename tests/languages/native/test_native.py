"""Native binaries: imports, libraries, texts and oddities of four formats; they stay opaque; nothing raises."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from native_files import elf, fat, macho, pe, wasm

from pratique.capabilities.mapfile import load
from pratique.capabilities.vocabulary import vocabulary
from pratique.languages import front_end
from pratique.languages.native import FRONT_END, read
from pratique.languages.native.read import entropy, tables_of
from pratique.model import Facts
from pratique.pipeline import review_files

FILES = {
    "elf": elf(("execve", "connect", "PyRun_SimpleString", "memcpy")),
    "pe": pe("WS2_32.dll", ("connect", "send")),
    "macho": macho(("system", "memcpy"), "/usr/lib/libSystem.B.dylib"),
    "fat": fat(macho(("system",), "/usr/lib/libSystem.B.dylib")),
    "wasm": wasm((("env", "log"), ("wasi_snapshot_preview1", "fd_write")), "run"),
}
METADATA = {
    "own-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: own\nVersion: 1.0\n",
    "own-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: cp311-abi3-linux_x86_64\n",
}


def calls(facts: Facts) -> set[str]:
    return {node.name for node in facts.scopes[0].nodes if node.op == "call"}


def texts(facts: Facts) -> set[object]:
    return {node.value for node in facts.scopes[0].nodes if node.op == "const"}


def traits(facts: Facts) -> set[str]:
    return {trait for trait, _ in facts.traits}


@pytest.mark.parametrize("kind", ["elf", "pe", "macho", "wasm"])
def test_found_by_kind_and_still_opaque(kind: str) -> None:
    assert front_end(kind) is FRONT_END


@pytest.mark.parametrize(
    ("name", "expected", "libraries"),
    [
        ("elf", {"libc.execve", "libc.connect", "libc.memcpy", "libpython.PyRun_SimpleString"}, {"libc.so.6"}),
        ("pe", {"ws2_32.connect", "ws2_32.send"}, {"WS2_32.dll"}),
        ("macho", {"libc.system", "libc.memcpy"}, {"/usr/lib/libSystem.B.dylib"}),
        ("fat", {"libc.system"}, {"/usr/lib/libSystem.B.dylib"}),
        ("wasm", {"env.log", "wasi_snapshot_preview1.fd_write"}, set()),
    ],
)
def test_imports(name: str, expected: set[str], libraries: set[str]) -> None:
    facts = FRONT_END.read(FILES[name])
    assert calls(facts) == expected
    assert {one.module for one in facts.imports} == libraries
    assert (traits(facts), facts.limits) == (set(), ())


def test_exports() -> None:
    assert tables_of(FILES["elf"]).exports == ["PyInit_own"]
    assert tables_of(FILES["wasm"]).exports == ["run"]


def test_texts_of_interest() -> None:
    held = b"\0http://198.51.100.7/x\0home/.ssh/id_rsa\0/bin/sh -c id\0dull text\0"
    assert texts(FRONT_END.read(elf((), extra=held))) == {"http://198.51.100.7/x", "home/.ssh/id_rsa", "/bin/sh -c id"}


def test_appended_data_and_what_it_is() -> None:
    plain = elf(("memcpy",), extra=b"x" * 600)
    assert traits(FRONT_END.read(plain)) == {"appended-data"}
    packed = pe("KERNEL32.dll", ("Sleep",), extra=b"PK\x03\x04" + b"x" * 600)
    assert traits(FRONT_END.read(packed)) == {"appended-data", "embedded-archive"}


def test_code_without_redundancy() -> None:
    noise = random.Random(5).randbytes(9000)
    assert "high-entropy-code" in traits(FRONT_END.read(pe("KERNEL32.dll", ("Sleep",), code=noise)))
    assert "high-entropy-code" not in traits(FRONT_END.read(pe("KERNEL32.dll", ("Sleep",), code=bytes(9000))))


def test_entropy() -> None:
    assert (entropy(b""), entropy(b"aaaa"), entropy(bytes(range(256)))) == (0.0, 0.0, 8.0)


def test_the_map_has_words_of_its_own() -> None:
    """No rule about what Python does may match what a compiled module merely imports."""
    words = {word for line in load("native").lines for word in line.capabilities}
    assert words <= vocabulary().ids
    assert all(word.startswith("native.") for word in words)


def test_a_native_module_is_opaque_and_described() -> None:
    made = review_files({**METADATA, "own/__init__.py": b"from own import _fast\n", "own/_fast.abi3.so": FILES["elf"]})
    assert {use.capability for use in made.uses} == {"native.process", "native.network", "native.load"}
    assert [(one.kind, one.reason) for one in made.unknowns] == [("opaque", "a native ELF binary")]
    assert made.findings == ()


@pytest.mark.parametrize("name", sorted(FILES))
def test_cut_files_never_raise(name: str) -> None:
    for size in range(0, len(FILES[name]), 7):
        assert FRONT_END.read(FILES[name][:size]).limits == ()


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(FILES)), st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), max_size=20))
def test_mutated_files_never_raise(name: str, changes: list[tuple[int, int]]) -> None:
    data = bytearray(FILES[name])
    for at, byte in changes:
        data[at % len(data)] = byte
    facts = FRONT_END.read(bytes(data))
    assert not any(trait.startswith("unreadable") for trait in traits(facts))
    assert FRONT_END.read(bytes(data)) == facts


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(
        [b"\x7fELF\x02\x01", b"\x7fELF\x01\x02", b"MZ", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"\0asm"]
    ),
    st.binary(max_size=400),
)
def test_random_bytes_never_raise(magic: bytes, data: bytes) -> None:
    assert not any(trait.startswith("unreadable") for trait in traits(FRONT_END.read(magic + data)))


PIECES = (*read._ANCHORS, b"https", b"ws", b"ftp", b"cmd", b"://x", b"/", b"-", b"abcd", b"\0", b"a.b/c", b"\xe9")


@given(st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join), st.integers(1, 64))
def test_texts_are_those_of_the_expression_however_the_bytes_are_cut(data: bytes, chunk: int) -> None:
    expected = dict.fromkeys(read._around(data, match).decode() for match in read._TEXT.finditer(data))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(read, "_CHUNK", chunk)
        assert [node.value for node in read._texts(data) if node.op == "const"] == list(expected)
