"""What CPython's parser takes is its tree; everything else is read all the same."""

import ast
import time
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.languages.python.grammar import convert, whole
from pratique.languages.python.grammar.machine import Machine
from pratique.languages.python.tolerant import parse


def shown(text):
    """Return the converted source, as `ast` writes it."""
    tree = parse(text).tree
    return ast.unparse(ast.fix_missing_locations(tree))


def calls(text):
    """Return the names that are called, in any order."""
    return sorted(ast.unparse(n.func) for n in ast.walk(parse(text).tree) if isinstance(n, ast.Call))


PYTHON2 = [
    ("print 'a', b", "print('a', b)"),
    ("print", "print"),
    ("print >>f, 'a',\nprint 1", "print('a', file=f)\nprint(1)"),
    ("print 'a %s' % b", "print('a %s' % b)"),
    ("exec code", "exec(code)"),
    ("exec code in a, b", "exec(code, a, b)"),
    ("exec 'x' in {}", "exec('x', {})"),
    ("x = `y + 1`", "x = repr(y + 1)"),
    ("raise X, 'm'", "raise X('m')"),
    ("try:\n  a()\nexcept X, e:\n  print e", "try:\n    a()\nexcept X as e:\n    print(e)"),
    ("if a <> b: print 1", "if a != b:\n    print(1)"),
    ("x = 0777 + 10L + 0xFFL", "x = 511 + 10 + 255"),
    ("x = ur'a\\b'; print x", "x = 'a\\\\b'\nprint(x)"),
    ("def f(a, (b, c)): print b", "def f(a, .1):\n    b, c = .1\n    print(b)"),
    (
        "class A:\n  def f(self):\n    print self.x\n    return g(1)",
        "class A:\n\n    def f(self):\n        print(self.x)\n        return g(1)",
    ),
    ("import os; print os.sep", "import os\nprint(os.sep)"),
    ("lambda (a, b): a\nprint 1", "lambda .0: a\nprint(1)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), PYTHON2)
def test_python_2(text, expected):
    """Python 2 is read as the Python 3 it means."""
    assert shown(text) == expected


def test_dialects():
    """The dialect says which Python could run the file."""
    assert parse("print(1)").dialect == "python3"
    assert parse("print 'a'").dialect == "python2"
    assert parse("print 'a'\nasync def f(): pass").dialect == "mixed"
    assert parse("def f(:\n").dialect == "python3"


PYTHON3 = r"""
x = y = 1

x: int = 1

x: Union[A, 'B'] = List[int]

x += 2

del a[1], b

assert a, 'm'

import a.b as c, d

from ..x import (y as z, w)

from . import *

from __future__ import q

raise X from y

def f():
    x = (yield x)
    yield from (yield)

f(a, *b, k=1, **c)

x[1:2:3, ..., a]

x[a,]

x[::]

[1, *a, {1: 2, **a}, {1, 2}, (), (1,)]

lambda a, *b, c=1, **d: a

[x for x in y if z for q in w]

{a: b for a in c}

{a for a in c}

f(x for x in y)

(a if b else c)

a or not b and c or d

-a ** ~b + c @ d // e

a < b not in c is not d

f'a{x!r:>{w}}b{{' 'c'

f'{x:>5}{y!s}{z:{a}.{b}f}\n'

(x := 1)

x.y[0].z()(1).w

True, None, ...

1.5 + 2j + 0x1f + 0b1 + 1_000

b'a' b'b'

'a\x41\n' '''b
c'''

@deco(1)
async def f(a: int, b=2, /, c=3, *d, e: str='x', **kw) -> int:
    '''doc'''
    global g
    return (await x, 1)

class A(B, metaclass=M):
    x: int
    def f(self): nonlocal y

with open(a) as f, b:
    pass

async def f():
    async with a as b:
        pass
    async for x in y:
        pass

for a, (b, *c) in x:
    continue
else:
    y()

while x:
    break

if a:
    b()
elif c:
    d()
else:
    e()

try:
    a()
except (X, Y) as e:
    b()
except:
    c()
else:
    d()
finally:
    e()
""".strip().split("\n\n")


@pytest.mark.parametrize("source", PYTHON3)
def test_the_grammar_agrees_with_ast(source):
    """The conversion gives CPython's tree, so that a refused file is read like any other."""
    machine = Machine(source.encode(), whole.TABLE)
    machine.tries = -1
    body = machine.run(whole.tree(machine.source))

    assert ast.dump(ast.Module(body=body, type_ignores=[])) == ast.dump(ast.parse(source))


def test_places_survive():
    """Every converted node knows its place in the whole file."""
    text = "import os\n\ndef f():\n    print 'a'\n    os.system(x)\n\nif 1:\n    g(\n      2)\n    print 3\n"
    places = {
        ast.unparse(n.func): (n.lineno, n.col_offset) for n in ast.walk(parse(text).tree) if isinstance(n, ast.Call)
    }

    assert places["os.system"] == (5, 4)
    assert places["g"] == (8, 4)
    assert all(hasattr(n, "lineno") for n in ast.walk(parse(text).tree) if isinstance(n, (ast.stmt, ast.expr)))


ERRORS = [
    ("def f(:\n  pass\nos.system(1)\n", ["os.system"]),
    ("x = = 1\nos.system('x')\n", ["os.system"]),
    ("os.system('x'\nfoo(1)\n", ["foo", "os.system"]),
    ("foo(((\nimport os\nos.system(1)\nclass A:\n  def f(self):\n    evil()\n", ["evil", "os.system"]),
    ("if x\n  evil()\n", ["evil"]),
    ("evil(1) )\nfoo()\n", ["evil", "foo"]),
    ("x = 1\0\nevil()\n", ["evil"]),
    ("x = '\ud800'\nevil()\n", ["evil"]),
    ("try:\n  evil()\n", ["evil"]),
    ("\tevil()\n  foo()\n", ["evil", "foo"]),
    ("evil() if\nfoo()\n", ["evil", "foo"]),
    ("$ evil()\n", ["evil"]),
    ("a = t'{evil()}'\n", ["evil"]),
    ("try:\n  a()\nexcept A, B:\n  evil()\n", ["a", "evil"]),
]


@pytest.mark.parametrize(("text", "names"), ERRORS)
def test_errors_hide_no_calls(text, names):
    """What is inside or after an error is read."""
    assert set(names) <= set(calls(text))


HOSTILE = {
    "brackets": "[" * 200_000,
    "minus": "-" * 1_000_000,
    "sum": "x+1" + "+1" * 100_000,
    "attributes": "a" + ".b" * 200_000,
    "calls": "f(" * 50_000,
    "not": "not " * 200_000,
    "lambda": "lambda:" * 50_000,
    "elif": "if x: pass\n" + "elif x: pass\n" * 20_000,
    "called": "f" + "()" * 100_000,
    "nested": "[(" * 50_000 + ")]" * 50_000,
    "indented": "".join(" " * i + "if x:\n" for i in range(1_000)) + " " * 1_000 + "evil()\n",
    "ternary": "a if b else " * 50_000 + "c",
    "prints": "print 'a'\n" * 20_000,
    "digits": "9" * 100_000,
    "targets": "x=" * 100_000 + "1",
    "braces": "{" * 100_000,
    "quotes": "'" * 100_001,
    "decorators": "@a\n" * 20_000 + "def f(): print 1",
    "tries": "try:\n pass\n" * 20_000,
    "await": "await " * 100_000,
    "stars": "*" * 100_000,
    "colons": ":" * 100_000,
    "compare": "a<" * 100_000 + "a $",
    "and": "a and " * 100_000 + "a $",
    "strings": "'a' " * 100_000 + "$",
    "islands": "f(\n" * 20_000,
    "backticks": "`" * 100_000,
    "semicolons": "print 1;" * 20_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_sources(name):
    """stack.md's table and more: a tree in bounded time, nothing raised, the refusal on record."""
    began = time.process_time()
    found = parse(HOSTILE[name])

    assert isinstance(found.tree, ast.Module)
    assert time.process_time() - began < 20
    if name != "targets":
        assert found.problems[0].startswith("refused-by-ast:")


def test_what_lies_too_deep_is_read_and_recorded():
    """Depth is bounded by reading the rest on its own, not by leaving it out."""
    deep = parse(HOSTILE["indented"])

    assert "evil" in calls(HOSTILE["indented"])
    assert any(one.startswith("too-deep:") for one in deep.problems)
    wrapped = "f(" * 2_000 + "evil()" + ")" * 2_000
    assert "evil" in calls(wrapped)


@given(st.text(alphabet="()[]{}:;,.'\"\\\n \tabdefi=+-*print>`@#0L", max_size=80))
@settings(max_examples=300, deadline=None)
def test_never_raises(text):
    """Any text has a tree, and the same one each time; it can be walked and written out."""
    found = parse(text)

    assert ast.dump(found.tree) == ast.dump(parse(text).tree)


@given(st.lists(st.sampled_from(PYTHON3), max_size=5))
@settings(max_examples=50, deadline=None)
def test_one_bad_line_costs_nothing_else(lines):
    """Statements beside a Python 2 line are parsed as ever."""
    good = "\n".join(lines)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected = [ast.dump(one) for one in ast.parse(good).body]
    except SyntaxError:
        return
    body, _, _ = convert(f"{good}\nprint 'x'\n")

    assert [ast.dump(one) for one in body.body][: len(expected)] == expected
