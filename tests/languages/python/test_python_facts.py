"""The shape of facts: scopes, edges, effects, imports, outline depth, and that every kind of syntax is handled."""

from __future__ import annotations

import ast
import gc
import os
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_facts import calls, facts

from pratique.languages import for_layer, front_end, front_ends
from pratique.languages.python import FRONT_END
from pratique.languages.python.lower import lower
from pratique.languages.python.lower.body import EXPRESSIONS, STATEMENTS
from pratique.model import Facts

STDLIB = sorted(Path(os.__file__).parent.glob("*.py"))


def nodes(source, op, scope=0):
    return [node for node in facts(source).scopes[scope].nodes if node.op == op]


def test_discovery_finds_the_front_ends_by_folder():
    assert {"pth", "python"} <= {member.name for member in front_ends()}
    assert front_end("python") is FRONT_END
    assert for_layer("python") is FRONT_END
    assert front_end("no such kind") is None


@pytest.mark.parametrize("kind", [ast.expr, ast.stmt])
def test_every_kind_of_syntax_has_a_handler(kind):
    table = EXPRESSIONS if kind is ast.expr else STATEMENTS
    old = {"Num", "Str", "Bytes", "NameConstant", "Ellipsis"}  # never made by a parser since Python 3.8
    missing = [cls.__name__ for cls in kind.__subclasses__() if cls not in table and cls.__name__ not in old]

    assert missing == []


def test_edges_always_point_backwards_or_at_a_loop_s_own_phi():
    for path in STDLIB[:30]:
        read = FRONT_END.read(path.read_bytes())
        for scope in read.scopes:
            for ordinal, node in enumerate(scope.nodes):
                assert all(0 <= arg.node < len(scope.nodes) for arg in node.args)
                assert node.op == "phi" or all(arg.node < ordinal for arg in node.args)
                assert 0 <= node.guard < len(scope.guards)
                assert -1 <= node.key < len(read.scopes)


def test_scopes_are_numbered_named_and_nested():
    source = "class A:\n    def m(self):\n        def inner(): pass\n        f = lambda: 0\n"
    source += "async def g(a, *b, c=1, **d): pass\n"
    found = [(s.id, s.parent, s.kind, s.name, s.params, s.methods_of, s.is_async) for s in facts(source).scopes]

    assert found == [
        (0, -1, "module", "", (), -1, False),
        (1, 0, "class", "A", (), -1, False),
        (2, 1, "function", "A.m", ("self",), 1, False),
        (3, 0, "function", "g", ("a", "*b", "c", "**d"), -1, True),
        (4, 2, "function", "A.m.inner", (), -1, False),
        (5, 2, "function", "A.m.<lambda@4>", (), -1, False),
    ]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("x = 1", ".x"),
        ("import os\nos.environ['a'] = 1", "os.environ[]"),
        ("import requests\nrequests.get = f", "requests.get"),
        ("f().a = 1", "@a"),
        ("f()[0] = 1", "[]"),
        ("x = 1\ndel x", "del .x"),
        ("import sys\ndel sys.modules['a']", "del sys.modules[]"),
        ("class A:\n    x = 1\n", ".A.x"),
        ("def f():\n    global g\n    g = 1", ".g"),
        ("def f():\n    v = 1\n    def g(): return v", "~v"),
        ("def f():\n    v = 1\n    def g():\n        nonlocal v\n        v = 2", "~v"),
        ("for x in y: pass", ".x"),
        ("globals()['z'] = 1", ".z"),
        ("import sys\nsys.meta_path.insert", None),
    ],
)
def test_stores_say_where(source, name):
    stores = [node.name for scope in facts(source).scopes for node in scope.nodes if node.op == "store"]

    assert (stores[-1] if stores else None) == name


def test_a_captured_variable_is_free_and_its_owner_stores_it():
    read = facts("def f(p):\n    def g(): return p\n")
    outer, inner = read.scopes[1], read.scopes[2]

    assert [(node.name, node.key) for node in inner.nodes if node.op == "free"] == [("p", 1)]
    assert [node.name for node in outer.nodes if node.op == "store"] == ["~p"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import a.b", ("a.b", "", "")),
        ("import a.b as c", ("a.b", "", "c")),
        ("from a import b as c", ("a", "b", "c")),
        ("from . import x", ("^", "x", "")),
        ("from ..a.b import x", ("^^a.b", "x", "")),
        ("from a import *", ("a", "*", "")),
        ("__import__('a.b')", ("a.b", "", "")),
        ("import importlib\nimportlib.import_module('.x', __package__)", ("^x", "", "")),
        ("def f():\n    if c:\n        import z", ("z", "", "")),
    ],
)
def test_imports_are_facts(source, expected):
    last = facts(source).imports[-1]

    assert (last.module, last.name, last.alias) == expected


def test_an_import_in_a_function_knows_its_scope_and_guard():
    read = facts("def f():\n    if c:\n        import z")

    assert (read.imports[0].scope, read.scopes[1].guards[read.imports[0].guard].kind) == (1, "if")


def test_a_class_names_its_bases_and_enters_with_them():
    read = facts("from setuptools.command.install import install\n@deco\nclass I(install, metaclass=M): pass")
    enter = next(node for node in read.scopes[0].nodes if node.op == "enter")

    assert read.scopes[1].bases == ("setuptools.command.install.install",)
    assert [arg.key for arg in enter.args] == ["deco", "base", "meta"]


def test_parameters_carry_their_defaults():
    param = nodes("def f(a, b='x'): pass", "param", 1)[1]

    assert [(arg.key, facts("def f(a, b='x'): pass").scopes[1].nodes[arg.node].value) for arg in param.args] == [
        ("default", "x")
    ]


def test_arguments_keep_their_keys():
    call = nodes("f(1, *a, k=2, **d)", "call")[0]

    assert [arg.key for arg in call.args] == ["func", "0", "*", "k", "**"]


def test_a_loop_s_variable_joins_before_and_after():
    read = facts("def f(k):\n    while k:\n        use(k)\n        k = step(k)\n").scopes[1]
    phi = next(node for node in read.nodes if node.op == "phi")

    assert [read.nodes[arg.node].op for arg in phi.args] == ["param", "call"]


def test_columns_count_characters():
    assert [node.col for node in nodes("x = 'é'; f()", "call")] == [9]


def test_outline_leaves_function_bodies_as_holes_that_mention_their_identifiers():
    source = "import os\nclass A:\n    x = os.sep\n    def m(self):\n        return os.system(self.cmd)\n"
    outline = facts(source, "outline")
    method = outline.scopes[2]

    assert outline.depth == "outline"
    assert (method.hole, method.name, method.span.line, method.span.end_line) == (True, "A.m", 4, 5)
    assert method.mentions == ("cmd", "def", "m", "os", "return", "self", "system")
    assert [item.module for item in outline.imports] == ["os"]
    assert any(node.name == "os.sep" for node in outline.scopes[1].nodes)


def test_bodies_can_be_chosen():
    source = "def a(): f()\ndef b(): g()\n"
    scopes = lower(ast.parse(source), source, wanted=lambda name: name == "b").scopes

    assert [(scope.name, scope.hole) for scope in scopes] == [("", False), ("a", True), ("b", False)]


def test_too_many_values_are_a_limit_and_a_hole():
    source = "\n".join("f()" for _ in range(50)) + "\ndef g(): f()\n"
    lowered = lower(ast.parse(source), source, fuel=20)

    assert lowered.limits == ("more values in one file than are read",)
    assert lowered.scopes[0].hole


def test_facts_survive_msgpack_with_hostile_text():
    read = facts("x = '\\ud800'\nexec(x)\ny = 1 << 70\nz = b'\\xff'\nw = 1e999\n")

    assert msgspec.msgpack.decode(msgspec.msgpack.encode(read), type=Facts) == read


def test_reading_leaves_no_syntax_tree_behind():
    data = b"class A:\n    def f(self):\n        return lambda: self\n" * 20
    FRONT_END.read(data)
    gc.collect()
    FRONT_END.read(data)

    assert gc.collect() < 2000


@pytest.mark.parametrize("path", STDLIB[::2], ids=lambda path: path.name)
def test_the_standard_library_lowers_without_limits(path):
    data = path.read_bytes()
    read = FRONT_END.read(data)

    assert read.limits == ()
    assert len(read.scopes) == 1 + sum(isinstance(node, _SCOPES) for node in ast.walk(ast.parse(data)))


_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
SNIPPETS = []
for _path in STDLIB[3:60:7]:
    SNIPPETS += [ast.unparse(statement) for statement in ast.parse(_path.read_bytes()).body[:40]]


@given(st.lists(st.sampled_from(SNIPPETS), min_size=1, max_size=5))
def test_any_mix_of_real_statements_reads_the_same_twice(parts):
    source = "\n".join(parts)
    first = facts(source)

    assert facts(source) == first
    assert first.limits == ()


@given(st.binary(max_size=300))
def test_no_bytes_make_it_raise(data):
    read = facts(data)

    assert msgspec.msgpack.decode(msgspec.msgpack.encode(read), type=Facts) == read
    assert read.limits == ()


@given(st.text(st.sampled_from("abxo s()[]{}:=.,+*'\"\\\n\t@#f1lambdeifr"), max_size=120))
def test_no_text_makes_it_raise(text):
    assert facts(text).limits == ()


HOSTILE = {
    "attributes": "x = a" + ".b" * 50_000,
    "sum": "x = " + "+".join(["1"] * 30_000),
    "calls in calls": "f(" * 5_000 + "exec('1')" + ")" * 5_000,
    "calls in a row": "x = a" + ".b()" * 3_000,
    "parentheses": "(" * 150 + "exec('1')" + ")" * 150,
    "lists": "[" * 190 + "exec('1')" + "]" * 190,
    "elif": "if a: pass\n" + "".join(f"elif b{i}: x = {i}\n" for i in range(3_000)),
    "if in if": "".join(" " * i + "if a:\n" for i in range(400)) + " " * 401 + "exec('1')\n",
    "def in def": "".join(" " * i + f"def f{i}():\n" for i in range(90)) + " " * 91 + "exec('1')\n",
    "class in class": "".join(" " * i + f"class A{i}:\n" for i in range(90)) + " " * 91 + "exec('1')\n",
    "lambdas": "x = " + "lambda: " * 150 + "exec('1')",
    "not": "x = " + "not " * 5_000 + "exec('1')",
    "conditional": "x = " + "a if b else " * 3_000 + "exec('1')",
    "long text": "x = '" + "A" * 1_000_000 + "'\nexec(x)",
    "power": "x = 2 ** 10 ** 9\ny = 'a' * 10 ** 12\nexec(x)",
    "loop": "for i in range(10 ** 12):\n    x = i\nexec(x)",
    "assignments": "x = 1\n" * 20_000,
    "branches": "x = 0\n" + "".join(f"if a: x = {i}\n" for i in range(5_000)),
    "nul": "exec('1')\0",
    "latin-1": b"# -*- coding: latin-1 -*-\nexec('\xe9')",
    "utf-16": "exec('1')".encode("utf-16"),
    "python 2": "print 'x'\nexec 'y' in d\n",
    "broken": "def f(:\n    exec('1')\nexec('2')\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_is_read_without_a_limit(name):
    read = facts(HOSTILE[name])

    assert read.limits == ()
    assert read.scopes[0].kind == "module"


@pytest.mark.parametrize(
    "name",
    [
        "calls in calls",
        "parentheses",
        "lists",
        "if in if",
        "def in def",
        "class in class",
        "lambdas",
        "not",
        "conditional",
    ],
)
def test_no_depth_hides_a_call(name):
    assert "builtins.exec" in calls(HOSTILE[name])


def test_a_long_concatenation_folds():
    source = "x = " + " + ".join(f"'{i % 10}'" for i in range(5_000)) + "\nexec(x)"
    call = nodes(source, "call")[0]

    assert facts(source).scopes[0].nodes[call.args[0].node].value == "".join(str(i % 10) for i in range(5_000))
