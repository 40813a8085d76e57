"""Bytecode: what versions from 2.7 to 3.14 compile is read as its source would be; hostile bytes never raise."""

from __future__ import annotations

import struct

import pytest
from bytecode_fixtures import MAGIC, VERSIONS, assemble, blob, code_new, marshalled, pyc, sequence, text
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pratique.languages import for_layer, front_end
from pratique.languages.bytecode import FRONT_END
from pratique.languages.bytecode.marshal import PYTHON2, PYTHON311, Code, load
from pratique.languages.bytecode.summary import summary
from pratique.languages.bytecode.versions import VERSIONS as KNOWN
from pratique.model import Facts

MODERN = tuple(version for version in VERSIONS if version != "2.7")
EXPECTED = {
    "os.system", "base64.b64decode", "builtins.exec", "builtins.open", "os.environ.get", "os.getenv", ".outer",
    ".Agent", ".outer.inner", "builtins.sorted", "builtins.dict", "builtins.open().write",
}  # fmt: skip


def calls(facts: Facts) -> set[str]:
    return {node.name for scope in facts.scopes for node in scope.nodes if node.op == "call"}


def argument(facts: Facts, name: str) -> object:
    """Return the folded first argument of the one call of a name."""
    [(scope, node)] = [
        (scope, node) for scope in facts.scopes for node in scope.nodes if node.op == "call" and node.name == name
    ]
    return scope.nodes[next(arg.node for arg in node.args if arg.key == "0")].value


def test_found_by_kind_and_layer() -> None:
    """The front end is discovered, for files and for what `marshal.loads` is given."""
    assert front_end("bytecode") is FRONT_END
    assert for_layer("marshal") is FRONT_END
    assert for_layer("bytecode") is FRONT_END


@pytest.mark.parametrize("version", VERSIONS)
def test_calls_of_every_version(version: str) -> None:
    facts = FRONT_END.read(pyc(version, marshalled(version)))
    assert calls(facts) >= EXPECTED
    assert facts.limits == ()
    assert facts.language == "python"
    assert facts.dialect == f"bytecode {version}"


@pytest.mark.parametrize("version", VERSIONS)
def test_constants_fold_as_in_source(version: str) -> None:
    """A comprehension is put together again, so that what hides a name is computed; decoders too."""
    facts = FRONT_END.read(pyc(version, marshalled(version)))
    assert argument(facts, "builtins.exec") in ("print('hello')", b"print('hello')")
    assert argument(facts, "os.getenv") == "hello"


@pytest.mark.parametrize("version", VERSIONS)
def test_definitions_and_imports(version: str) -> None:
    facts = FRONT_END.read(pyc(version, marshalled(version)))
    named = {(scope.kind, scope.name) for scope in facts.scopes}
    assert named >= {
        ("module", ""), ("class", "Agent"), ("function", "Agent.__init__"), ("function", "Agent.run"),
        ("function", "outer"), ("function", "outer.inner"),
    }  # fmt: skip
    assert {(one.module, one.name, one.alias) for one in facts.imports} >= {
        ("os", "", ""), ("sys", "", ""), ("xml.dom.minidom", "", "md"), ("base64", "b64decode", "dec"),
        ("base64", "b64encode", ""), ("os.path", "*", ""),
    }  # fmt: skip
    [init] = [scope for scope in facts.scopes if scope.name == "Agent.__init__"]
    assert init.params == ("self", "a", "b", "*args", "**kw")


@pytest.mark.parametrize("version", VERSIONS)
def test_lines(version: str) -> None:
    """Line tables of four formats give the line of the source."""
    facts = FRONT_END.read(pyc(version, marshalled(version)))
    [line] = [node.line for scope in facts.scopes for node in scope.nodes if node.name == "os.system"]
    assert line == 15


@pytest.mark.parametrize("version", VERSIONS)
def test_version_is_guessed_without_a_header(version: str) -> None:
    """Marshalled bytes have no magic number; neighbours of equal layout may stand in for each other."""
    facts = FRONT_END.read(marshalled(version))
    guessed = facts.dialect.removeprefix("bytecode ").removesuffix("?")
    pairs = ({"3.6", "3.7"}, {"3.8", "3.9"}, {"3.9", "3.10"})
    assert guessed == version or any({guessed, version} == pair for pair in pairs)
    assert calls(facts) >= EXPECTED


@pytest.mark.parametrize("version", MODERN)
def test_async_relative_and_keyword_calls(version: str) -> None:
    facts = FRONT_END.read(pyc(version, marshalled(version, "modern")))
    assert calls(facts) >= {"asyncio.run", "^util.send", "^^pkg.mod.thing", "subprocess.run", ".main"}
    assert facts.limits == ()
    [run] = [node for scope in facts.scopes for node in scope.nodes if node.name == "subprocess.run"]
    assert "check" in {arg.key for arg in run.args}
    [main] = [scope for scope in facts.scopes if scope.name == "main"]
    assert (main.is_async, main.params) == (True, ("host", "port"))


def test_an_opcode_set_of_3_14() -> None:
    """`os.system("echo hello")`, assembled by hand: the callable, NULL, the argument."""
    program = [
        ("RESUME", 0), ("LOAD_SMALL_INT", 0), ("LOAD_CONST", 0), ("IMPORT_NAME", 0), ("STORE_NAME", 0),
        ("LOAD_NAME", 0),
        ("LOAD_ATTR", 3), ("LOAD_CONST", 1), ("CALL", 1), ("POP_TOP", 0), ("LOAD_CONST", 0), ("RETURN_VALUE", 0),
    ]  # fmt: skip
    code = code_new(assemble((3, 14), program), (b"N", text("echo hello")), ("os", "system"))
    facts = FRONT_END.read(pyc("3.14", code))
    assert argument(facts, "os.system") == "echo hello"
    assert facts.limits == ()


def test_specialised_instructions_are_read_as_what_they_specialise() -> None:
    """No compiler writes them, but an interpreter runs them."""
    program = [
        ("RESUME", 0),
        ("LOAD_CONST", 0),
        ("LOAD_CONST", 0),
        ("IMPORT_NAME", 0),
        ("STORE_NAME", 0),
        ("RETURN_CONST", 0),
    ]
    plain = assemble((3, 12), program)
    program[-1:] = [("PUSH_NULL", 0), ("LOAD_NAME", 0), ("CALL", 0), ("RETURN_CONST", 0)]
    adapted = bytearray(assemble((3, 12), program))
    assert len(adapted) > len(plain)
    from pratique.languages.bytecode.versions import table_of

    table = table_of((3, 12))
    assert table is not None
    special = next(number for number in sorted(table.special) if table.names[number] == "CALL")
    at = adapted.index(table.names.index("CALL"), len(plain) - 2)
    adapted[at] = special
    facts = FRONT_END.read(pyc("3.12", code_new(bytes(adapted), (b"N",), ("os",))))
    assert "os" in calls(facts)


def test_code_that_no_instruction_uses_is_read() -> None:
    """A code object in the constants that nothing makes a function of is read all the same."""
    hidden_program = [("RESUME", 0), ("PUSH_NULL", 0), ("LOAD_NAME", 0), ("CALL", 0), ("RETURN_VALUE", 0)]
    hidden = code_new(assemble((3, 12), hidden_program), (), ("breakpoint",))
    outer = code_new(assemble((3, 12), [("RESUME", 0), ("RETURN_CONST", 0)]), (b"N", hidden), ())
    assert "builtins.breakpoint" in calls(FRONT_END.read(pyc("3.12", outer)))


def test_a_version_without_a_table_gives_names_and_constants() -> None:
    code = code_new(b"\x00\x00", (text("http://198.51.100.7/x"),), ("os", "system"))
    facts = FRONT_END.read(struct.pack("<HBB", 3655, 13, 10).ljust(16, b"\0") + code)
    values = {node.value for scope in facts.scopes for node in scope.nodes if node.op == "const"}
    assert "http://198.51.100.7/x" in values
    assert facts.limits == ("bytecode only partly read: no table of the instructions of 3.15",)


def test_a_cut_stream_is_read_as_far_as_it_goes() -> None:
    whole = pyc("3.11", marshalled("3.11"))
    facts = FRONT_END.read(whole[:-40])
    assert any(limit.startswith("bytecode only partly read") for limit in facts.limits)
    assert "os.system" in calls(facts)


def test_marshalled_data_that_is_no_code() -> None:
    facts = FRONT_END.read(sequence(text("alpha"), blob(b"beta")))
    assert {node.value for node in facts.scopes[0].nodes if node.op == "const"} == {"alpha", b"beta"}


def test_an_unknown_magic_number_is_a_limit() -> None:
    facts = FRONT_END.read(b"\x01\x00\r\n" + bytes(12) + b"\xff" * 40)
    assert facts.limits


@pytest.mark.parametrize("version", [*VERSIONS, "3.14"])
def test_magic_numbers(version: str) -> None:
    [found] = [one for one in KNOWN if MAGIC[version] in one.magics]
    assert found.text == version


def test_deep_and_shared_values_stay_small() -> None:
    """Nesting does not recurse; a value that refers to itself many times over is not multiplied."""
    deep = load(b")\x01" * 100_000 + b"N", PYTHON311)
    assert deep.problem == ""
    doubled = b"\xa9\x02N" + b"N"
    for index in range(1, 60):
        doubled = b"\xa9\x02" + doubled + b"r" + struct.pack("<i", 60 - index)
    code = code_new(assemble((3, 12), [("RESUME", 0), ("RETURN_CONST", 0)]), (doubled,), ())
    assert len(FRONT_END.read(pyc("3.12", code)).scopes[0].nodes) < 100_000


def test_nested_functions_are_bounded() -> None:
    code = code_new(assemble((3, 12), [("RESUME", 0), ("RETURN_CONST", 0)]), (b"N",), ())
    for _ in range(200):
        code = code_new(assemble((3, 12), [("RESUME", 0), ("RETURN_CONST", 0)]), (b"N", code), ())
    facts = FRONT_END.read(pyc("3.12", code))
    assert any("deep" in limit for limit in facts.limits)


def test_python_2_strings_are_text() -> None:
    made = load(b"s\x02\x00\x00\x00hi", PYTHON2)
    assert (made.value, made.used, made.problem) == (b"hi", 7, "")


def test_summary() -> None:
    """What the comparison with the source beside a `.pyc` asks for."""
    found = summary(pyc("3.12", marshalled("3.12")))
    assert (found.version, found.filename, found.guessed) == ("3.12", "pkg/origin.py", False)
    assert {"os", "sys", "base64"} <= set(found.imports)
    assert {"outer", "system", "inner"} <= set(found.names)


@settings(max_examples=60, deadline=None)
@example("3.12", [(279, 5)], False)  # a dictionary of an odd number of parts
@given(
    st.sampled_from(VERSIONS),
    st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 255)), max_size=30),
    st.booleans(),
)
def test_mutated_code_never_raises(version: str, changes: list[tuple[int, int]], header: bool) -> None:
    """Any byte may change; reading never breaks off, and is the same each time."""
    data = bytearray(marshalled(version))
    for at, byte in changes:
        data[at % len(data)] = byte
    whole = pyc(version, bytes(data)) if header else bytes(data)
    facts = FRONT_END.read(whole)
    assert not any(limit.startswith("reading stopped") for limit in facts.limits)
    assert FRONT_END.read(whole) == facts


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_random_bytes_never_raise(data: bytes) -> None:
    facts = FRONT_END.read(data)
    assert facts.scopes
    assert not any(limit.startswith("reading stopped") for limit in facts.limits)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([(2, 7), (3, 8), (3, 10), (3, 11), (3, 12), (3, 13), (3, 14)]), st.binary(max_size=400))
def test_random_instructions_never_raise(minor: tuple[int, int], code: bytes) -> None:
    from pratique.languages.bytecode.lift import lift
    from pratique.languages.bytecode.versions import table_of

    table = table_of(minor)
    assert table is not None
    made = Code(code=code, consts=(1, "a", ("b",)), names=("os", "system"), locals=("x",), cells=("y",))
    body, _ = lift(made, table, minor)
    assert body
